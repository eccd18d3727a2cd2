export { cleanText, decodeLeniently, shortenText } from './clean-text.js';
export { compareCodePoints } from './compare-code-points.js';

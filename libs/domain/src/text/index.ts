export { cleanText, decodeLeniently, shortenText } from './clean-text.js';
export { compareCodePoints } from './compare-code-points.js';
export { hasControlCharacter, VARIABLE_NAME } from './plain-text.js';

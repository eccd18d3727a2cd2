import { PNG } from 'pngjs';

/** The three planes of one well: raw (maximum over z), corrected and projected, labels. All have `width` × `height` pixels. */
export interface WellPlanes {
  readonly raw: Uint16Array;
  readonly mip: Uint16Array;
  readonly labels: Uint32Array;
}

type Colour = readonly [red: number, green: number, blue: number];
type Painter = (index: number) => Colour;

/** Brightest of a thousand pixels: what is above is shown as white, or a few specks would leave all nuclei dark. */
const WHITE_QUANTILE = 0.999;
const COLUMNS = 3;
const OUTLINE: Colour = [255, 220, 0];
/** Turns consecutive label numbers into clearly different hues. */
const GOLDEN_ANGLE = 137.5;

/** A PNG with one row per well: raw, illumination corrected and projected, and the nuclei that were found, coloured and outlined. */
export function drawPicture(wells: readonly WellPlanes[], width: number, height: number): Buffer {
  const picture = new PNG({ width: width * COLUMNS, height: height * wells.length, colorType: 2 });
  wells.forEach((well, row) => {
    const painters = [grey(well.raw), grey(well.mip), coloured(well, width)];
    painters.forEach((paint, column) => drawPlane(picture, paint, { left: column * width, top: row * height, width, height }));
  });
  return PNG.sync.write(picture, { colorType: 2 });
}

function drawPlane(picture: PNG, paint: Painter, area: { left: number; top: number; width: number; height: number }): void {
  for (let y = 0; y < area.height; y += 1) {
    for (let x = 0; x < area.width; x += 1) {
      const [red, green, blue] = paint(y * area.width + x);
      picture.data.set([red, green, blue, 255], 4 * ((area.top + y) * picture.width + area.left + x));
    }
  }
}

function grey(pixels: Uint16Array): Painter {
  const sorted = pixels.toSorted();
  const black = sorted[0] ?? 0;
  const white = sorted[Math.floor(WHITE_QUANTILE * (sorted.length - 1))] ?? 1;
  return (index) => {
    const share = ((pixels[index] ?? 0) - black) / Math.max(1, white - black);
    const level = Math.round(255 * Math.min(1, Math.max(0, share)));
    return [level, level, level];
  };
}

function coloured({ mip, labels }: WellPlanes, width: number): Painter {
  const background = grey(mip);
  return (index) => {
    const label = labels[index] ?? 0;
    const [level] = background(index);
    if (label === 0) return [level >> 1, level >> 1, level >> 1];
    if (labels[index + 1] !== label || labels[index + width] !== label) return OUTLINE;
    return hueColour((label * GOLDEN_ANGLE) % 360, 90 + level / 2);
  };
}

/** A saturated colour of the given hue (degrees) and brightness (0 to 255). */
function hueColour(hue: number, brightness: number): Colour {
  const channel = (shift: number): number => {
    const distance = Math.abs(((hue + shift) % 360) - 180) / 60;
    return Math.round(brightness * (0.35 + 0.65 * Math.min(1, Math.max(0, distance - 1))));
  };
  return [channel(0), channel(240), channel(120)];
}

/** A picture as a function: colour at every point of a square. */

/** Red, green, blue, each 0…1. */
export type Colour = readonly [red: number, green: number, blue: number];
/** Colour at x (0 left … 1 right) and y (0 top … 1 bottom); `pixel` is the size of one pixel in the
 *  same units, to soften edges by. */
export type Painting = (x: number, y: number, pixel: number) => Colour;

/** Renders a painting. @param side pixels @returns RGB bytes, row by row. Cost O(side²). */
export function paint(painting: Painting, side: number): Uint8Array {
  const out = new Uint8Array(side * side * 3);
  let at = 0;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const colour = painting((column + 0.5) / side, (row + 0.5) / side, 1 / side);
      // An ordered 2×2 pattern of half a step hides the bands of a slow gradient, and packs well.
      const dither = (((row & 1) * 2) ^ ((column & 1) * 3)) / 4;
      for (const part of colour)
        out[at++] = Math.min(255, Math.floor(Math.max(0, part) * 255 + dither));
    }
  return out;
}

/** `#rrggbb` as a colour. */
export function hex(text: string): Colour {
  const value = Number.parseInt(text.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

export function blend(a: Colour, b: Colour, share: number): Colour {
  const t = Math.min(1, Math.max(0, share));
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/** Colours at equal distances, blended between. @param at 0 the first … 1 the last */
export function gradient(colours: readonly Colour[], at: number): Colour {
  const t = Math.min(0.99999, Math.max(0, at)) * (colours.length - 1);
  const i = Math.floor(t);
  return blend(colours[i]!, colours[i + 1]!, smooth(t - i));
}

/** 0…1 with a soft beginning and end. */
export function smooth(t: number): number {
  const x = Math.min(1, Math.max(0, t));
  return x * x * (3 - 2 * x);
}

/** How much of a pixel lies inside an edge. @param distance below 0 is inside, in picture units */
export function inside(distance: number, pixel: number): number {
  return smooth(0.5 - distance / (1.6 * pixel));
}

/** Light added like a glow: `screen` blending. */
export function glow(base: Colour, light: Colour, share: number): Colour {
  return [
    1 - (1 - base[0]) * (1 - light[0] * share),
    1 - (1 - base[1]) * (1 - light[1] * share),
    1 - (1 - base[2]) * (1 - light[2] * share),
  ];
}

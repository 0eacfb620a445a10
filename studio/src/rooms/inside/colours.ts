/** Colours of the maps, taken from the page's style, as pixels of ImageData. */

import { type Colour, colourOf } from "../../shared/colour.ts";

/** 256 colours as little-endian RGBA. */
export type Ramp = Uint32Array;

export interface Colours {
  /** From "cannot fire" to "must fire", or from -1 to +1. */
  readonly ramp: Ramp;
  /** From the most negative by nothing to the most positive. */
  readonly signed: Ramp;
}

const between = (a: Colour, b: Colour, share: number): number => {
  const [red, green, blue] = a.map((from, k) => Math.round(from + share * (b[k]! - from))) as [
    number,
    number,
    number,
  ];
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
};

const readColours = (): Colours => {
  const [off, on] = [colourOf("--tint"), colourOf("--accent")];
  const [none, negative] = [colourOf("--surface"), colourOf("--warm")];
  return {
    ramp: Uint32Array.from({ length: 256 }, (_, k) => between(off, on, k / 255)),
    signed: Uint32Array.from({ length: 256 }, (_, k) =>
      k < 128 ? between(none, negative, (127.5 - k) / 127.5) : between(none, on, (k - 127.5) / 127.5),
    ),
  };
};

/** Calls `use` with the colours, now and whenever the colour scheme changes, until the returned function is called. */
export const watchColours = (use: (colours: Colours) => void): (() => void) => {
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const read = (): void => use(readColours());
  read();
  scheme.addEventListener("change", read);
  return () => scheme.removeEventListener("change", read);
};

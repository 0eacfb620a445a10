/** Passes of the reference with the random numbers that the exported C draws. */

import { integerPass, type RandomOfLayer } from "../../integer/reference.ts";
import type { IntegerNetwork } from "../../networks/integers.ts";
import { pooledShape } from "../../networks/integers.ts";
import { randomNumbers } from "./random.ts";

/** Logits of passes of images one after the other, from a seed: [images][passes][classes]. */
export const referenceLogits = (
  network: IntegerNetwork,
  images: readonly Uint8Array[],
  passes: number,
  seed: number,
): readonly (readonly Int32Array[])[] => {
  const random = drawnAsInC(seed);
  return images.map((image) =>
    Array.from({ length: passes }, () => integerPass(network, image, random).logits),
  );
};

/** The C goes from location to location, and draws for all units of each. */
export const drawnAsInC = (seed: number): RandomOfLayer => {
  const draw = randomNumbers(seed);
  return ({ unitShape, pool }) => {
    const [units, height, width] = pooledShape(unitShape, pool) as [number, number, number];
    const places = height * width;
    const numbers = Uint16Array.from({ length: units * places }, draw);
    return (k) => numbers[(k % places) * units + Math.floor(k / places)]!;
  };
};

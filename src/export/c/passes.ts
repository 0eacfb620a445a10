/** Passes of the reference with the random numbers that the exported C draws. */

import { integerPass, integerPassBySynapses, type RandomOfLayer } from "../../integer/reference.ts";
import type { BitsOfLayer } from "../../integer/synapses.ts";
import type { IntegerNetwork } from "../../networks/integers/integers.ts";
import { fanIn, pooledShape } from "../../networks/integers/integers.ts";
import { randomNumbers, randomWords } from "./random.ts";

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

/** The same by the synapse law; undefined for a network that has no constants for it. */
export const referenceLogitsBySynapses = (
  network: IntegerNetwork,
  images: readonly Uint8Array[],
  passes: number,
  seed: number,
): readonly (readonly Int32Array[])[] | undefined => {
  const drawing = network.layers.filter((layer) => layer.type === "spikes" || layer.type === "pixels");
  if (drawing.some(({ synapses }) => !synapses)) return undefined;
  const bits = bitsAsInC(seed);
  return images.map((image) =>
    Array.from({ length: passes }, () => integerPassBySynapses(network, image, bits).logits),
  );
};

/** Taps that take their bits from one word. */
const WORD = 32;

/**
 * The C goes from pooled location to pooled location, from unit to unit and from place to place of the window, and takes a word for
 * every 32 taps, which it has as [rows, columns, channels]. Units outside of whole windows are not drawn.
 */
const bitsAsInC = (seed: number): BitsOfLayer => {
  const words = randomWords(seed);
  return (layer) => {
    const { unitShape, pool, kernel, inputShape } = layer;
    const [units, height, width] = unitShape;
    const length = fanIn(layer);
    const each = Math.ceil(length / WORD);
    const drawn = new Uint32Array(units * height * width * each);
    for (let i = 0; i < Math.floor(height / pool); i++)
      for (let j = 0; j < Math.floor(width / pool); j++)
        for (let unit = 0; unit < units; unit++)
          for (let place = 0; place < pool ** 2; place++) {
            const [y, x] = [i * pool + Math.floor(place / pool), j * pool + (place % pool)];
            const first = (unit * height * width + y * width + x) * each;
            for (let k = 0; k < each; k++) drawn[first + k] = words();
          }
    const [channels] = inputShape;
    const taps = kernel[0] * kernel[1];
    return (unit, location, tap) => {
      const own = (tap % taps) * channels + Math.floor(tap / taps);
      const word = drawn[(unit * height * width + location) * each + Math.floor(own / WORD)]!;
      return (word >>> (own % WORD)) & 1;
    };
  };
};

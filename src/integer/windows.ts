/** Windows of units over their inputs, and pooled windows over units, in plain loops. */
import {
  fanIn,
  type PixelLayer,
  pooledShape,
  type SpikeLayer,
  type Windows,
} from "../networks/integers/integers.ts";

/** A synapse of a window: its number, by which its weight stands in the unit's, and the place of its input. */
export interface Tap {
  readonly tap: number;
  readonly input: number;
}

/**
 * Calls `visit` for each unit at each location with its weights and its synapses; those in the padding are left out.
 */
export const forEachUnit = (
  layer: Windows & { readonly weight: Int8Array },
  visit: (unit: number, location: number, q: Int8Array, taps: readonly Tap[]) => void,
): void => {
  const { inputShape, kernel, stride, padding, unitShape } = layer;
  const [channels, height, width] = inputShape;
  const [units, down, across] = unitShape;
  const length = fanIn(layer);
  const weights = Array.from({ length: units }, (_, k) =>
    layer.weight.subarray(k * length, (k + 1) * length),
  );
  for (let i = 0; i < down; i++)
    for (let j = 0; j < across; j++) {
      const taps: Tap[] = [];
      for (let c = 0; c < channels; c++)
        for (let a = 0; a < kernel[0]; a++)
          for (let b = 0; b < kernel[1]; b++) {
            const [y, x] = [i * stride + a - padding, j * stride + b - padding];
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            const tap = (c * kernel[0] + a) * kernel[1] + b;
            taps.push({ tap, input: (c * height + y) * width + x });
          }
      for (let unit = 0; unit < units; unit++) visit(unit, i * across + j, weights[unit]!, taps);
    }
};

/** What `of` makes of the places of each pooled window's units, [units, height, width] of the windows. */
export const poolWindows = (
  { unitShape, pool }: SpikeLayer | PixelLayer,
  of: (places: readonly number[], window: number) => number,
): Int32Array => {
  const [, height, width] = unitShape;
  const [units, down, across] = pooledShape(unitShape, pool) as [number, number, number];
  return Int32Array.from({ length: units * down * across }, (_, k) => {
    const [unit, i, j] = [Math.floor(k / (down * across)), Math.floor(k / across) % down, k % across];
    const places = Array.from({ length: pool ** 2 }, (_, place) => {
      const [y, x] = [i * pool + Math.floor(place / pool), j * pool + (place % pool)];
      return (unit * height + y) * width + x;
    });
    return of(places, k);
  });
};

/**
 * The synapse law in integers, for Bernoulli noise of p = 1/2: a random bit for each synapse masks its weight, and equation (4),
 * u = sum_j (xi_j + a) w_j z_j + b with a = beta / sqrt(2) - 1/2, becomes
 *
 *     fires if K M + A S + C >= 0,   M = sum_j xi_j q_j z_j,   S = sum_j q_j z_j
 *
 * with K = 2^8, A = round(2^8 a) and C = round(2^8 b / scale): additions, and two products a unit. All of the noise is in the
 * bits, so that nothing rests on a central limit. Where the gain beta is negative, q are the opposite weights, and K and A the
 * opposite numbers.
 */
import type { PixelLayer, SpikeLayer } from "../networks/integers/integers.ts";
import { forEachUnit, poolWindows } from "./windows.ts";

/** Random bits of a layer: of tap number `tap` of the unit at a location. */
export type BitsOfLayer = (
  layer: SpikeLayer | PixelLayer,
) => (unit: number, location: number, tap: number) => number;

/** Spikes of a layer's units, or of its pooled windows: a window fires if any of its units does. Throws TypeError without constants. */
export const spikesBySynapses = (
  layer: SpikeLayer | PixelLayer,
  z: Int32Array,
  bits: ReturnType<BitsOfLayer>,
): Int32Array => {
  const { synapses, unitShape } = layer;
  if (!synapses) throw new TypeError(`${layer.name} has no constants of the synapse law`);
  const [units, height, width] = unitShape;
  const fired = new Uint8Array(units * height * width);
  forEachUnit(layer, (unit, location, q, taps) => {
    let [masked, sum] = [0, 0];
    for (const { tap, input } of taps) {
      const term = q[tap]! * z[input]!;
      sum += term;
      if (bits(unit, location, tap) === 1) masked += term;
    }
    const u = synapses.mask[unit]! * masked + synapses.offset[unit]! * sum + synapses.drive[unit]!;
    fired[unit * height * width + location] = u >= 0 ? 1 : 0;
  });
  return poolWindows(layer, (places) => (places.some((place) => fired[place] === 1) ? 1 : -1));
};

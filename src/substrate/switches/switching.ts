/**
 * Switching of devices in time. A device transmits in a pass when its process x is below a threshold, Phi(x) < p, and x is a
 * stationary Ornstein-Uhlenbeck process, of which passes see samples at equal intervals:
 *
 *     x' = r x + sqrt(1 - r^2) n,   r = exp(-interval / time),   n ~ N(0, 1)
 *
 * The update is exact for any interval: D. T. Gillespie, "Exact numerical simulation of the Ornstein-Uhlenbeck process and its
 * integral", Physical Review E 54, 1996.
 */
import { fillNormal } from "../../random/fill.ts";
import { fold, type Key } from "../../random/key.ts";
import { normalCdf } from "../../statistics/normal.ts";

/** Values of `size` independent stationary processes, pass by pass. The array is overwritten by the next pass. */
export function* ornsteinUhlenbeck(key: Key, correlation: number, size: number): Generator<Float64Array> {
  const normals = new Float32Array(size);
  const values = new Float64Array(size);
  const innovation = Math.sqrt(1 - correlation ** 2);
  for (let pass = 0; ; pass++) {
    fillNormal(fold(key, pass), normals);
    // The first pass has the stationary law N(0, 1).
    for (let k = 0; k < size; k++)
      values[k] = pass === 0 ? normals[k]! : correlation * values[k]! + innovation * normals[k]!;
    yield values;
  }
}

/** Transmission of each device, 1 or 0, pass by pass. The array is overwritten by the next pass. */
export function* switchingPasses(
  probabilities: ArrayLike<number>,
  correlation: number,
  key: Key,
): Generator<Uint8Array> {
  const transmits = new Uint8Array(probabilities.length);
  for (const values of ornsteinUhlenbeck(key, correlation, probabilities.length)) {
    for (let k = 0; k < transmits.length; k++)
      transmits[k] = normalCdf(values[k]!) < probabilities[k]! ? 1 : 0;
    yield transmits;
  }
}

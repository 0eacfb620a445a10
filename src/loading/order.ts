/** Which examples come when: every epoch shows each once, in an order of its own. */
import { key } from "../random/key.ts";
import { permutation } from "../random/permutation.ts";

/** The order of the examples in an epoch. */
export const epochOrder = (seed: number, epoch: number, count: number): Uint32Array =>
  permutation(key(seed, "shuffle", epoch), count);

export interface OrderOptions {
  readonly seed: number;
  /** Examples of the split, and of a batch. */
  readonly count: number;
  readonly batch: number;
}

/** The examples of step 1, 2, ...: as many as a batch, or what an epoch has left. Steps near each other are cheap. */
export const batchOrder = ({ seed, count, batch }: OrderOptions): ((step: number) => Uint32Array) => {
  const stepsPerEpoch = Math.ceil(count / batch);
  let known = 0;
  let order: Uint32Array = new Uint32Array();
  return (step) => {
    const epoch = Math.ceil(step / stepsPerEpoch);
    if (epoch !== known) order = epochOrder(seed, epoch, count);
    known = epoch;
    const start = ((step - 1) % stepsPerEpoch) * batch;
    return order.subarray(start, start + batch);
  };
};

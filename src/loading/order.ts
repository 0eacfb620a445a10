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

/** The examples of a batch, of which the first `counting` count. */
export interface BatchExamples {
  readonly indices: Uint32Array;
  readonly counting: number;
}

/**
 * The examples of step 1, 2, ... What is left at the end of an epoch is filled up to a batch with the epoch's first,
 * which do not count: so batch normalization always has a whole batch to go by. Steps near each other are cheap.
 */
export const batchOrder = ({ seed, count, batch }: OrderOptions): ((step: number) => BatchExamples) => {
  const stepsPerEpoch = Math.ceil(count / batch);
  let known = 0;
  let order: Uint32Array = new Uint32Array();
  return (step) => {
    const epoch = Math.ceil(step / stepsPerEpoch);
    if (epoch !== known) order = epochOrder(seed, epoch, count);
    known = epoch;
    const start = ((step - 1) % stepsPerEpoch) * batch;
    const counting = Math.min(batch, count - start);
    if (counting === batch) return { indices: order.subarray(start, start + batch), counting };
    return { indices: Uint32Array.from({ length: batch }, (_, k) => order[(start + k) % count]!), counting };
  };
};

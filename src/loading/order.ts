/** Order of the examples: each epoch shows every example once, in an order of its own. */
import { key } from "../random/key.ts";
import { permutation } from "../random/permutation.ts";

/** Order of the examples in an epoch: a permutation of 0 to count - 1. */
export const epochOrder = (seed: number, epoch: number, count: number): Uint32Array =>
  permutation(key(seed, "shuffle", epoch), count);

export interface OrderOptions {
  readonly seed: number;
  /** Examples of the split. */
  readonly count: number;
  /** Rows of a batch. */
  readonly batch: number;
}

/** Examples of a batch, of which the first `counting` count. */
export interface BatchExamples {
  readonly indices: Uint32Array;
  readonly counting: number;
}

/**
 * Examples of step 1, 2, ... The last batch of an epoch is padded with the epoch's first examples, which do not count, so
 * that batch normalization has a whole batch. The order of one epoch is kept: steps of the same epoch are cheap.
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

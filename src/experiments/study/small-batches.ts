/** Batches of small data sets, on which an epoch in batches of the usual size would be a few steps. */
import { parseTraining } from "../../training/configuration.ts";
import type { Method } from "./methods.ts";

/** Least number of steps of an epoch, where there are as many images. */
const LEAST_STEPS = 12;

/** Methods with batches so small that an epoch of `count` images, the whole training split, has at least 12 steps. */
export const inSmallBatches = (methods: readonly Method[], count: number): readonly Method[] => {
  const most = Math.max(1, Math.floor(count / LEAST_STEPS));
  return methods.map((method) => {
    const { batch } = parseTraining(method.training);
    return batch <= most ? method : { ...method, training: { ...method.training, batch: most } };
  });
};

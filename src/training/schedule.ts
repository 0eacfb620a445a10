/** Learning rate schedules. */

export type Schedule =
  | { readonly type: "constant" }
  /** The peak, multiplied by `factor` after every `epochs` epochs. */
  | { readonly type: "step"; readonly epochs: number; readonly factor: number }
  /** Half a cosine from the peak to 0 at the end of the run: Loshchilov & Hutter, 2017, without restarts. */
  | { readonly type: "cosine" };

export interface RateOptions {
  /** Peak learning rate. */
  readonly learningRate: number;
  readonly schedule: Schedule;
  /** Steps over which the learning rate rises linearly from 0 to its peak. */
  readonly warmupSteps: number;
}

/** Learning rate of step 1, 2, ..., `steps` of a run with `stepsPerEpoch` steps an epoch. */
export const learningRateAt = (
  { learningRate, schedule, warmupSteps }: RateOptions,
  step: number,
  steps: number,
  stepsPerEpoch: number,
): number => {
  if (step <= warmupSteps) return (learningRate * step) / warmupSteps;
  if (schedule.type === "constant") return learningRate;
  if (schedule.type === "step")
    return learningRate * schedule.factor ** Math.floor((step - 1) / (schedule.epochs * stepsPerEpoch));
  const progress = (step - 1 - warmupSteps) / Math.max(1, steps - warmupSteps);
  return (learningRate * (1 + Math.cos(Math.PI * progress))) / 2;
};

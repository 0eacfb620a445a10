/** Opens what a command line names: the folder of a run, or that of a run in integers. */
import { isQuantized, openQuantized, type QuantizedRun } from "../training/runs/quantized-run.ts";
import { openRun, type Run } from "../training/runs/run.ts";

/** A run of either kind. */
export type AnyRun = Run | QuantizedRun;

/** Whether a run computes in integers. */
export const isInIntegers = (run: AnyRun): run is QuantizedRun => run.integers !== undefined;

/** The run in `folder`, of either kind. Throws as `openRun` and `openQuantized`. */
export const openAnyRun = async (folder: string): Promise<AnyRun> =>
  (await isQuantized(folder)) ? openQuantized(folder) : openRun(folder);

/** Fine-tuning of a run for its weights in integers. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { quantize } from "../../integer/quantize.ts";
import type { IntegerNetwork, WeightWidth } from "../../networks/integers/integers.ts";
import type { Model } from "../../networks/model.ts";
import { createEngine, type EngineOptions } from "../../runtime/node.ts";
import { requireDevice } from "../../runtime/require-device.ts";
import type { TrainingDescription } from "../configuration.ts";
import { trainingLoop } from "../loop.ts";
import { nodeHost } from "../node.ts";
import { prepareTraining } from "../prepare.ts";
import { initialState, parametersIn, requireFinite } from "../state.ts";
import type { Run, StepReport } from "./run.ts";

/** Default number of epochs. */
const FINE_TUNING_EPOCHS = 3;

export interface FineTuneOptions extends EngineOptions {
  /** Passes over the training examples, at least 1. Default 3. */
  readonly epochs?: number;
  /** Peak learning rate, above 0; it falls to 0 by half a cosine. Default: the run's. */
  readonly learningRate?: number | undefined;
  /** Called after every step. */
  readonly onStep?: (report: StepReport) => void;
  /** Aborting rejects after the current step, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Settings of fine-tuning: those of the run that hold for any further epoch, and its own. */
const settingsOf = (
  {
    halfSizeEpochs: _half,
    substrate: _device,
    warmupSteps: _warmup,
    ...training
  }: Run["description"]["training"],
  rounding: WeightWidth,
  { epochs = FINE_TUNING_EPOCHS, learningRate = training.learningRate }: FineTuneOptions,
): TrainingDescription => ({ ...training, rounding, epochs, learningRate, schedule: { type: "cosine" } });

/**
 * Trains a run's weights on for some epochs while the forward pass rounds them to integers (straight-through gradient), and
 * quantizes them. The parameters of the result are the run's own; its integers are those of the weights that were trained on.
 * Throws as `train` and `quantize` do.
 */
export const fineTune = async (
  { network, parameters, description }: Pick<Run, "network" | "parameters" | "description">,
  split: ImageSplit,
  weights: WeightWidth,
  options: FineTuneOptions = {},
): Promise<Model & { readonly integers: IntegerNetwork }> => {
  const { device, threads, onStep, signal } = options;
  const prepared = await prepareTraining(network, split, settingsOf(description.training, weights, options));
  const engine = createEngine({ ...(device && { device }), ...(threads !== undefined && { threads }) });
  await requireDevice(engine);
  let state = initialState(prepared.network, prepared.training, parameters);
  for await (const report of trainingLoop({ prepared, host: nodeHost(engine), state })) {
    onStep?.(report);
    signal?.throwIfAborted();
    if (report.position.step === report.steps) state = await report.state();
  }
  await requireFinite(state, 0);
  const { integers } = quantize({ network, parameters: parametersIn(network, state) }, weights);
  return { network, parameters, integers };
};

/** Scores of trained networks on chips, cached. A run of seed k is scored on chips of seed k. */
import * as z from "zod";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { rotated } from "../../datasets/perturb.ts";
import { firstImages } from "../../datasets/subset.ts";
import { openChips } from "../../inference/chips/open-chips.ts";
import { recalibrate } from "../../inference/chips/recalibrate.ts";
import { evaluate, monteCarlo } from "../../inference/node.ts";
import type { Model } from "../../networks/model.ts";
import type { Metrics } from "../../statistics/metrics.ts";
import { metricsIn, metricsSchema } from "../../statistics/metrics-schema.ts";
import { parseTraining } from "../../training/configuration.ts";
import { splitChecksum } from "../../training/runs/run.ts";
import type { ExperimentContext } from "../experiment.ts";
import { type Method, trialOf } from "../study/methods.ts";
import { engineOf } from "../study/provenance.ts";
import { imagesChecksum, scoringOf, type Trial } from "../study/study.ts";
import { mean } from "../study/summarize.ts";
import type { Condition } from "./imperfections.ts";

/** Training images on which chips are recalibrated. */
export const RECALIBRATED_ON = 300;

/** A condition, and whether the chip is recalibrated in it. */
export interface Place extends Condition {
  readonly chip?: number;
  /** Most passes of an image. */
  readonly passes?: number;
  readonly isRecalibrated?: true;
}

/** Data of an experiment on chips. */
export interface Splits {
  readonly train: ImageSplit;
  readonly test: ImageSplit;
}

/** Metrics of a method's run of one seed on one chip. */
export const scoreOnChip = async (
  context: ExperimentContext,
  method: Method,
  { train, test }: Splits,
  seed: number,
  place: Place,
): Promise<Metrics> => {
  const samples = passesAt(context, place);
  const trial = trialOf(context, method, train, seed);
  const key = { ...keyOf(trial, place, seed, samples), scoredOn: splitChecksum(test) };
  return context.cached("chip-score", key, metricsSchema, async () => {
    const model = await modelAt(context, trial, train, seed, place);
    return metricsIn(await evaluate(model, test, { ...scoringOf(context), samples, seed }));
  });
};

/** Mean entropies of a method's answers to digits turned by each angle, on one chip, in nats. */
export const entropiesOnChip = async (
  context: ExperimentContext,
  method: Method,
  { train, test }: Splits,
  seed: number,
  place: Place,
  angles: readonly number[],
): Promise<readonly number[]> => {
  const samples = passesAt(context, place);
  const trial = trialOf(context, method, train, seed);
  const shared = { ...keyOf(trial, place, seed, samples), images: imagesChecksum(test) };
  let model: Promise<Model> | undefined;
  const entropyAt = async (angle: number): Promise<number> => {
    model ??= modelAt(context, trial, train, seed, place);
    const settings = { ...scoringOf(context), samples, seed };
    const { entropy } = await monteCarlo(await model, rotated(test, angle), settings);
    return mean([...entropy]);
  };
  const found: number[] = [];
  for (const angle of angles)
    found.push(
      await context.cached("chip-entropy", { ...shared, angle }, z.number(), () => entropyAt(angle)),
    );
  return found;
};

/** Passes of an image at a place, within the budget. */
export const passesAt = (
  { budget }: Pick<ExperimentContext, "budget">,
  { passes = budget.samples }: Pick<Place, "passes">,
): number => Math.min(passes, budget.samples);

const keyOf = (
  { network, training, split }: Trial,
  { device, seconds, chip = 0, isRecalibrated }: Place,
  seed: number,
  samples: number,
) => ({
  ...{ network, training: parseTraining(training), trainedOn: splitChecksum(split) },
  ...{ device, seconds, chip, samples, seed },
  ...(isRecalibrated && { recalibratedOn: RECALIBRATED_ON }),
  // Before version 0.3 converters read biases too: scores of then have other keys.
  ...(device.array?.readoutBits !== undefined && { converted: "w z" }),
});

const modelAt = async (
  context: ExperimentContext,
  trial: Trial,
  train: ImageSplit,
  seed: number,
  { device, seconds, chip = 0, isRecalibrated }: Place,
): Promise<Model> => {
  context.signal.throwIfAborted();
  const { run } = await context.trained(trial);
  context.say(`${trial.title} on ${device.name}, ${seconds} s after programming`);
  const chips = openChips(run, device);
  const onChip = await chips.of({ seed, chip, seconds }).finally(chips.close);
  if (!isRecalibrated) return onChip;
  return recalibrate(run, onChip, firstImages(train, RECALIBRATED_ON), { seed, ...engineOf(context) });
};

/** Cached scores of a predictor on images: one number an image, and metrics of the whole. */
import * as z from "zod";
import type { ImageSplit } from "../../datasets/dataset.ts";
import type { Images } from "../../networks/images.ts";
import { type Metrics, MIN_PROBABILITY, metrics } from "../../statistics/metrics.ts";
import { metricsSchema } from "../../statistics/metrics-schema.ts";
import { mistakes } from "../../statistics/probabilities.ts";
import type { ExperimentContext } from "../experiment.ts";
import { labelsChecksum, type OfLabels, ofLabels } from "../study/of-labels.ts";
import { imagesChecksum } from "../study/study.ts";
import type { Predictor } from "./predictors.ts";

export interface Scores {
  /** Entropy of each image's mean probabilities, in nats. */
  readonly entropy: readonly number[];
}

export interface LabelledScores extends Scores, OfLabels {
  readonly metrics: Metrics;
  /** Mean probability of the likeliest class. */
  readonly confidence: readonly number[];
  /** -log of the label's mean probability, in nats. */
  readonly loss: readonly number[];
  /** 1 where the likeliest class is not the label. */
  readonly wrong: readonly number[];
}

const numbers = z.array(z.number());
const scoresSchema: z.ZodType<Scores> = z.strictObject({ entropy: numbers });
const labelledSchema: z.ZodType<LabelledScores> = z.strictObject({
  ...{ entropy: numbers, metrics: metricsSchema, confidence: numbers, loss: numbers, wrong: numbers },
  labels: z.string().optional(),
});
/** Version 0.1 cached all scores for every number of samples. */
const onlyMetricsSchema: z.ZodType<Pick<LabelledScores, "metrics" | "labels">> = z.object({
  ...{ metrics: metricsSchema, labels: z.string().optional() },
});

/** Identity of what the predictor finds. Seed 1 stays unnamed: version 0.2 drew all passes by it. */
export const predictionKey = (
  { members, seed }: Pick<Predictor, "members" | "seed">,
  images: Images,
  passes: number,
) => ({
  ...{ members, images: imagesChecksum(images), passes },
  ...(seed !== 1 && { seed }),
});

/** The values to six decimals. */
const shortened = (values: ArrayLike<number>): number[] =>
  Array.from(values, (value) => Number(value.toFixed(6)));

/** The predictor's scores on images without labels, by the budget's number of samples. */
export const scoresOf = (
  { cached, say, signal, budget }: ExperimentContext,
  predictor: Predictor,
  images: Images,
): Promise<Scores> => {
  const passes = budget.samples;
  return cached("entropy", predictionKey(predictor, images, passes), scoresSchema, async () => {
    signal.throwIfAborted();
    say(`${predictor.name}: ${images.name}`);
    return { entropy: shortened((await predictor.predict(images, passes)).entropy) };
  });
};

/** The predictor's scores on a labelled split, by the budget's number of samples. */
export const labelledScores = (
  context: ExperimentContext,
  predictor: Predictor,
  split: ImageSplit,
): Promise<LabelledScores> => {
  const passes = context.budget.samples;
  const key = predictionKey(predictor, split, passes);
  const checksum = labelsChecksum(split);
  return context.cached("scores", key, ofLabels(labelledSchema, checksum), async () => {
    const { entropy, probabilities, labels } = await predictionsOf(context, predictor, split, passes);
    const { classes } = split;
    const of = (image: number, label: number): number => probabilities[image * classes + label]!;
    return {
      labels: checksum,
      entropy: shortened(entropy),
      metrics: metrics(probabilities, split.labels),
      confidence: shortened(Array.from(labels, (label, k) => of(k, label))),
      loss: shortened(
        Array.from(split.labels, (label, k) => -Math.log(Math.max(MIN_PROBABILITY, of(k, label)))),
      ),
      wrong: [...mistakes(probabilities, split.labels)],
    };
  });
};

/** The predictor's metrics on a labelled split by `passes` samples an image. */
export const metricsAt = async (
  context: ExperimentContext,
  predictor: Predictor,
  split: ImageSplit,
  passes: number,
): Promise<Metrics> => {
  if (passes === context.budget.samples) return (await labelledScores(context, predictor, split)).metrics;
  const key = predictionKey(predictor, split, passes);
  const labels = labelsChecksum(split);
  const found = await context.cached("scores", key, ofLabels(onlyMetricsSchema, labels), async () => {
    const { probabilities } = await predictionsOf(context, predictor, split, passes);
    return { labels, metrics: metrics(probabilities, split.labels) };
  });
  return found.metrics;
};

const predictionsOf = (
  { say, signal }: ExperimentContext,
  predictor: Predictor,
  split: ImageSplit,
  passes: number,
) => {
  signal.throwIfAborted();
  say(`${predictor.name}: ${split.name}, ${passes} ${passes === 1 ? "sample" : "samples"} an image`);
  return predictor.predict(split, passes);
};

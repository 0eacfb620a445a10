/** What is kept of a predictor's passes over images. */
import { z } from "zod";
import type { ImageSplit } from "../../datasets/dataset.ts";
import type { Images } from "../../networks/images.ts";
import { type Metrics, MIN_PROBABILITY, metrics } from "../../statistics/metrics.ts";
import { mistakes } from "../../statistics/probabilities.ts";
import type { Inquiry } from "../experiment.ts";
import { metricsSchema } from "../study/metrics-schema.ts";
import { imagesChecksum } from "../study/study.ts";
import type { Predictor } from "./predictors.ts";

export interface Scores {
  /** Of each image's mean probabilities, in nats. */
  readonly entropy: readonly number[];
}

/** One number an image, but for the metrics. */
export interface LabelledScores extends Scores {
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
});

/** Six digits are enough. */
const shortened = (values: ArrayLike<number>): number[] =>
  Array.from(values, (value) => Number(value.toFixed(6)));

export const scoresOf = (
  { remembered, say, signal, budget }: Inquiry,
  predictor: Predictor,
  images: Images,
): Promise<Scores> => {
  const passes = budget.samples;
  return remembered(
    "entropy",
    { members: predictor.members, images: imagesChecksum(images), passes },
    scoresSchema,
    async () => {
      signal.throwIfAborted();
      say(`${predictor.name}: ${images.name}`);
      return { entropy: shortened((await predictor.predict(images, passes)).entropy) };
    },
  );
};

export const labelledScores = (
  { remembered, say, signal, budget }: Inquiry,
  predictor: Predictor,
  split: ImageSplit,
  passes = budget.samples,
): Promise<LabelledScores> =>
  remembered(
    "scores",
    { members: predictor.members, images: imagesChecksum(split), passes },
    labelledSchema,
    async () => {
      signal.throwIfAborted();
      say(`${predictor.name}: ${split.name}, ${passes} ${passes === 1 ? "pass" : "passes"}`);
      const { entropy, probabilities, labels } = await predictor.predict(split, passes);
      const { classes } = split;
      const of = (image: number, label: number): number => probabilities[image * classes + label]!;
      return {
        entropy: shortened(entropy),
        metrics: metrics(probabilities, split.labels),
        confidence: shortened(Array.from(labels, (label, k) => of(k, label))),
        loss: shortened(
          Array.from(split.labels, (label, k) => -Math.log(Math.max(MIN_PROBABILITY, of(k, label)))),
        ),
        wrong: [...mistakes(probabilities, split.labels)],
      };
    },
  );

/** What is kept of a predictor's passes over images. */
import { z } from "zod";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { type ReliabilityBin, reliabilityBins } from "../../inference/calibration.ts";
import { type Metrics, metrics } from "../../inference/metrics.ts";
import { mistakes } from "../../inference/probabilities.ts";
import type { Images } from "../../networks/images.ts";
import type { Inquiry } from "../experiment.ts";
import { metricsSchema } from "../study/metrics-schema.ts";
import { imagesChecksum } from "../study/study.ts";
import type { Predictor } from "./predictors.ts";

export interface Scores {
  readonly entropy: readonly number[];
}

export interface LabelledScores extends Scores {
  readonly metrics: Metrics;
  readonly bins: readonly ReliabilityBin[];
  readonly wrong: readonly number[];
}

const scoresSchema: z.ZodType<Scores> = z.strictObject({ entropy: z.array(z.number()) });

const labelledSchema: z.ZodType<LabelledScores> = z.strictObject({
  entropy: z.array(z.number()),
  metrics: metricsSchema,
  bins: z.array(
    z.strictObject({
      ...{ lower: z.number(), upper: z.number(), images: z.int() },
      ...{ confidence: z.number().nullable(), accuracy: z.number().nullable() },
    }),
  ),
  wrong: z.array(z.number()),
});

/** Six digits are enough of an entropy. */
const shortened = (values: Float64Array): number[] => Array.from(values, (value) => Number(value.toFixed(6)));

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
      const { entropy, probabilities } = await predictor.predict(split, passes);
      return {
        entropy: shortened(entropy),
        metrics: metrics(probabilities, split.labels),
        bins: reliabilityBins(probabilities, split.labels),
        wrong: [...mistakes(probabilities, split.labels)],
      };
    },
  );

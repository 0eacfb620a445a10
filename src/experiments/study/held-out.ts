/** Held-out digits for scores during training: never the test images. */
import * as z from "zod";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { drawValidation } from "../../datasets/validation.ts";
import { quantile } from "../../statistics/quantile.ts";
import type { ExperimentContext } from "../experiment.ts";
import type { Figure } from "../findings/findings.ts";
import { openMnist } from "./data.ts";
import type { Probed } from "./probed-training.ts";

/** Number of images held out of training. */
export const HELD_OUT = 1000;
const HELD_OUT_SEED = 1;

export interface Digits {
  /** The training split before digits are held out. */
  readonly whole: ImageSplit;
  readonly train: ImageSplit;
  readonly validation: ImageSplit;
}

export const digitsOf = async (context: ExperimentContext): Promise<Digits> => {
  const mnist = await openMnist(context);
  return { whole: mnist.train, ...drawValidation(mnist.train, HELD_OUT, HELD_OUT_SEED) };
};

/** The paper's percentiles. */
const PERCENTILES = [15, 50, 85] as const;
export type Percentiles = readonly number[];
export const percentilesSchema: z.ZodType<Percentiles> = z.array(z.number()).length(PERCENTILES.length);

export const percentilesOf = (values: Float32Array): Percentiles => {
  const sorted = values.toSorted();
  return PERCENTILES.map((percent) => quantile(sorted, percent / 100));
};

/** Figure of medians as lines, and of the outer percentiles as bands. */
export const percentilesFigure = (
  words: Pick<Figure, "name" | "title" | "x" | "y">,
  series: readonly { readonly name: string; readonly probed: readonly Probed<Percentiles>[] }[],
): Figure => ({
  ...words,
  caption: "Lines: medians; bands: 15th to 85th percentile. One run of each, seed 1.",
  series: series.map(({ name, probed }) => ({
    name,
    points: probed.map(({ step, found }) => ({ x: step, y: found[1]!, low: found[0]!, high: found[2]! })),
  })),
});

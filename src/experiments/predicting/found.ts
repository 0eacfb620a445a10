/** What a contender's runs made of the test digits, and of images of other kinds. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import type { Images } from "../../networks/images.ts";
import type { ExperimentContext } from "../experiment.ts";
import type { Contender } from "./predictors.ts";
import { type LabelledScores, labelledScores, scoresOf } from "./scores.ts";

export interface RunFound {
  readonly test: LabelledScores;
  readonly others: readonly { readonly name: string; readonly entropy: readonly number[] }[];
}

export interface Found {
  readonly contender: Contender;
  readonly runs: readonly RunFound[];
}

/** All of the contenders, one after the other. */
export const allFound = async (
  context: ExperimentContext,
  contenders: readonly Contender[],
  test: ImageSplit,
  others: readonly Images[],
): Promise<readonly Found[]> => {
  const found: Found[] = [];
  for (const contender of contenders) found.push(await foundOf(context, contender, test, others));
  return found;
};

const foundOf = async (
  context: ExperimentContext,
  contender: Contender,
  test: ImageSplit,
  others: readonly Images[],
): Promise<Found> => {
  const runs: RunFound[] = [];
  for (const predictor of contender.predictors) {
    const own = await labelledScores(context, predictor, test);
    const entropies: { name: string; entropy: readonly number[] }[] = [];
    for (const images of others)
      entropies.push({ name: images.name, ...(await scoresOf(context, predictor, images)) });
    runs.push({ test: own, others: entropies });
  }
  return { contender, runs };
};

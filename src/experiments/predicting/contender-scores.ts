/** Scores of a contender's runs on the test digits and on out-of-distribution images. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import type { Images } from "../../networks/images.ts";
import type { ExperimentContext } from "../experiment.ts";
import type { Contender } from "./predictors.ts";
import { type LabelledScores, labelledScores, scoresOf } from "./scores.ts";

export interface RunScores {
  readonly test: LabelledScores;
  readonly others: readonly { readonly name: string; readonly entropy: readonly number[] }[];
}

export interface ContenderScores {
  readonly contender: Contender;
  readonly runs: readonly RunScores[];
}

/** Scores of all contenders, computed one after the other. */
export const scoreContenders = async (
  context: ExperimentContext,
  contenders: readonly Contender[],
  test: ImageSplit,
  others: readonly Images[],
): Promise<readonly ContenderScores[]> => {
  const found: ContenderScores[] = [];
  for (const contender of contenders) found.push(await scoreContender(context, contender, test, others));
  return found;
};

const scoreContender = async (
  given: ExperimentContext,
  contender: Contender,
  test: ImageSplit,
  others: readonly Images[],
): Promise<ContenderScores> => {
  const { passes: samples = given.budget.samples } = contender;
  const context = { ...given, budget: { ...given.budget, samples } };
  const runs: RunScores[] = [];
  for (const predictor of contender.predictors) {
    const own = await labelledScores(context, predictor, test);
    const entropies: { name: string; entropy: readonly number[] }[] = [];
    for (const images of others)
      entropies.push({ name: images.name, ...(await scoresOf(context, predictor, images)) });
    runs.push({ test: own, others: entropies });
  }
  return { contender, runs };
};

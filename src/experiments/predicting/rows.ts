/** Table row of a contender. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { type Detection, detection } from "../../statistics/detection.ts";
import type { ExperimentContext } from "../experiment.ts";
import type { Row } from "../findings/findings.ts";
import { mean, summarizeMetrics, total } from "../study/summarize.ts";
import type { ContenderScores, RunScores } from "./contender-scores.ts";
import type { Predictor } from "./predictors.ts";

/** Scores on the test digits, and detection of out-of-distribution images. */
export const detectionRow = async (
  { budget }: ExperimentContext,
  { contender, runs }: ContenderScores,
  split: ImageSplit,
): Promise<Row> => {
  const { name, predictors } = contender;
  const seconds = await Promise.all(predictors.map((predictor) => predictor.seconds()));
  return {
    ...{ name, dataset: split.name, images: split.count, epochs: budget.epochs, paper: null },
    ...seedsOfAll(predictors),
    seconds: total(seconds),
    ...summarizeMetrics(runs.map(({ test }) => test.metrics)),
    ood: runs[0]!.others.map(({ name: set }, k) => ({ name: set, ...meanDetection(runs, k) })),
  };
};

/** Seeds of all networks; of ensembles also the number of runs, which is less. */
export const seedsOfAll = (predictors: readonly Predictor[]): Pick<Row, "seeds" | "runs"> => {
  const seeds = predictors.flatMap((predictor) => predictor.seeds);
  return { seeds, ...(predictors.length < seeds.length && { runs: predictors.length }) };
};

/** Mean over the runs of detecting the out-of-distribution set `k` among the test digits. */
const meanDetection = (runs: readonly RunScores[], k: number): Detection & { readonly images: number } => {
  const found = runs.map(({ test, others }) =>
    detection(Float64Array.from(test.entropy), Float64Array.from(others[k]!.entropy)),
  );
  return {
    images: runs[0]!.others[k]!.entropy.length,
    auroc: mean(found.map(({ auroc }) => auroc)),
    aupr: mean(found.map(({ aupr }) => aupr)),
    fpr95: mean(found.map(({ fpr95 }) => fpr95)),
  };
};

/** A network has one score: that of the table is that of the experiments on uncertainty. */
import { expect, test } from "vitest";
import type { ExperimentContext } from "../../../src/experiments/experiment.ts";
import { contendersOf } from "../../../src/experiments/predicting/predictors.ts";
import { labelledScores } from "../../../src/experiments/predicting/scores.ts";
import { BUDGETS } from "../../../src/experiments/study/budgets.ts";
import type { Method } from "../../../src/experiments/study/methods.ts";
import { openStudy } from "../../../src/experiments/study/study.ts";
import { mean } from "../../../src/experiments/study/summarize.ts";
import { tableRows } from "../../../src/experiments/study/table.ts";
import { emptyFolder } from "../../datasets/folder.ts";
import { smallNetwork, smallSplit } from "../../training/digits.ts";

test("of every seed, by the same passes", async () => {
  const study = await openStudy({
    ...{ folder: await emptyFolder(), name: "small", seeds: 2, threads: 1 },
    budget: { ...BUDGETS.quick, epochs: 1, samples: 3 },
    ...{ signal: new AbortController().signal, onStep: () => {}, say: () => {} },
  });
  const context: ExperimentContext = { ...study, data: {}, ood: {} };
  const [train, test] = [smallSplit(), smallSplit(20, "test")];
  const method: Method = { name: "small", network: smallNetwork, training: { batch: 5 }, paper: null };
  const data = { name: "digits", files: [], train, test };
  const [row] = await tableRows(study, data, [method]);
  const { contenders } = await contendersOf(study, train, [{ kind: "stochastic", name: "small", method }]);
  const nlls: number[] = [];
  for (const predictor of contenders[0]!.predictors)
    nlls.push((await labelledScores(context, predictor, test)).metrics.nll);
  expect(new Set(nlls).size).toBe(2);
  expect(mean(nlls)).toBe(row!.nll);
  // The same images with other labels.
  const relabelled = { ...test, labels: test.labels.map((label) => (label + 1) % 3) };
  const [predictor] = contenders[0]!.predictors;
  const { wrong } = await labelledScores(context, predictor!, test);
  const other = await labelledScores(context, predictor!, relabelled);
  expect(other.metrics.error).not.toBe(100 * mean(wrong));
  expect(other).toEqual(await labelledScores(context, predictor!, relabelled));
});

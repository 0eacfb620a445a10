/** Comparisons with ensembles at equal passes: each network of an ensemble passes once. */
import { expect, test } from "vitest";
import type { ExperimentContext } from "../../../src/experiments/experiment.ts";
import {
  atPassesOfEnsembles,
  type Contender,
  type Predictor,
} from "../../../src/experiments/predicting/predictors.ts";
import { predictionKey } from "../../../src/experiments/predicting/scores.ts";
import { uncertaintyFindings } from "../../../src/experiments/predicting/uncertainty-findings.ts";
import { BUDGETS } from "../../../src/experiments/study/budgets.ts";
import { resultName } from "../../../src/experiments/study/result-key.ts";
import { accumulator } from "../../../src/inference/uncertainty.ts";
import { smallNetwork, smallSplit } from "../../training/digits.ts";

const SAMPLES = 7;
const images = smallSplit(20, "test");
const { classes } = smallNetwork;

/** A predictor that is surer of the first class the more passes it makes. */
const predictorOf = (name: string, seeds: readonly number[], asked: [string, number][]): Predictor => ({
  ...{ name, seeds, members: [{ name, seeds }], seed: 1, seconds: async () => 1, models: async () => [] },
  async predict({ count }, passes) {
    asked.push([name, passes]);
    const others = 1 / (classes + passes);
    const row = Array.from({ length: classes }, (_, k) => (k === 0 ? 1 - (classes - 1) * others : others));
    const together = accumulator(count, classes);
    together.add(Float32Array.from({ length: count * classes }, (_, k) => row[k % classes]!));
    return together.result();
  },
});

const contendersOf = (ensemble: readonly number[], asked: [string, number][] = []): readonly Contender[] => {
  const contender = (
    name: string,
    kind: Contender["kind"],
    samples: boolean,
    seeds: number[][],
  ): Contender => ({
    ...{ name, kind, samples, network: smallNetwork },
    predictors: seeds.map((own) => predictorOf(name, own, asked)),
  });
  return [
    contender("populations", "stochastic", true, [[1], [2]]),
    contender("dCNN, one pass", "baseline", false, [[1], [2]]),
    contender("dCNN, Monte Carlo dropout", "baseline", true, [[1], [2]]),
    ...(ensemble.length > 0 ? [contender("ensemble", "baseline", false, [[...ensemble]])] : []),
  ];
};

const findingsOf = (contenders: readonly Contender[], names: string[] = []) => {
  const context = {
    ...{ budget: { ...BUDGETS.quick, samples: SAMPLES }, seeds: 2, say: () => {} },
    signal: new AbortController().signal,
    cached: (subject: string, key: object, _schema: unknown, compute: () => Promise<unknown>) => {
      names.push(resultName(subject, key));
      return compute();
    },
  } as unknown as ExperimentContext;
  return uncertaintyFindings(context, {
    ...{ contenders, test: images, others: [], passes: [1, 3], leastCoverage: 0.5 },
  });
};

const pairsIn = (comparisons: Awaited<ReturnType<typeof findingsOf>>["comparisons"]) => [
  ...new Set(comparisons!.map(({ name, other }) => `${name} - ${other}`)),
];

test("the stochastic network makes as many passes as the ensemble has networks", async () => {
  const asked: [string, number][] = [];
  const contenders = contendersOf([1, 2, 3], asked);
  const { comparisons, rows, figures } = await findingsOf([
    ...contenders,
    ...atPassesOfEnsembles(contenders),
  ]);
  expect(pairsIn(comparisons)).toEqual([
    "populations - dCNN, one pass",
    "populations - dCNN, Monte Carlo dropout",
    "populations, 3 passes - ensemble",
  ]);
  const passesOf = (name: string) => [
    ...new Set(asked.filter(([own]) => own === name).map(([, own]) => own)),
  ];
  expect(passesOf("populations").sort()).toEqual([1, 3, SAMPLES]);
  const nllOf = (name: string) => rows.find((row) => row.name === name)!.nll!;
  expect(nllOf("populations, 3 passes")).not.toBeCloseTo(nllOf("populations"), 3);
  const nll = comparisons!.find(({ measure, other }) => measure === "NLL" && other === "ensemble")!;
  expect(nll.values[0]).toBeCloseTo(nllOf("populations, 3 passes"), 5);
  // Against the number of passes each method has one line.
  expect(figures[0]!.series.map(({ name }) => name)).toEqual(["populations", "dCNN, Monte Carlo dropout"]);
});

test("without such contenders an ensemble is compared with the budget's passes", async () => {
  expect(pairsIn((await findingsOf(contendersOf([1, 2, 3]))).comparisons)).toContain(
    "populations - ensemble",
  );
  expect(atPassesOfEnsembles(contendersOf([]))).toEqual([]);
});

test("scores by the budget's passes keep their identities", async () => {
  const [before, now]: [string[], string[]] = [[], []];
  const contenders = contendersOf([1, 2, 3]);
  await findingsOf(contenders, before);
  await findingsOf([...contenders, ...atPassesOfEnsembles(contenders)], now);
  expect(now).toEqual(expect.arrayContaining(before));
  const [{ predictors }] = contenders as [Contender];
  const added = predictors.map((own) => resultName("scores", predictionKey(own, images, 3)));
  expect(new Set(now.filter((name) => !before.includes(name)))).toEqual(
    new Set(added.filter((name) => !before.includes(name))),
  );
  expect(before).toContain(resultName("scores", predictionKey(predictors[0]!, images, SAMPLES)));
});

/** Figures of the trade between the size of populations, the gain and the spread of passes. */
import { expect, test } from "vitest";
import type { DepthData } from "../../../src/experiments/depth/data.ts";
import { type Place, tradeFigures } from "../../../src/experiments/depth/trade.ts";
import type { ExperimentContext } from "../../../src/experiments/experiment.ts";
import { BUDGETS } from "../../../src/experiments/study/budgets.ts";
import { metrics } from "../../../src/statistics/metrics.ts";
import { smallSplit } from "../../training/digits.ts";

/** Quality at a confidence in the first of two classes, to which half of the images belong. */
const qualityAt = (confidence: number): Place["seeds"][number] => {
  const probabilities = Float64Array.from({ length: 8 }, (_, k) => (k % 2 ? 1 - confidence : confidence));
  const own = metrics(probabilities, Uint8Array.of(0, 1, 0, 1));
  return { one: own, many: own, mutualInformation: confidence / 10, aurocs: [confidence] };
};

const places: readonly Place[] = [1, 4].flatMap((size) =>
  [1, 2].map((gain) => ({ size, gain, seeds: [qualityAt(0.5 + gain / 10 + size / 100)] })),
);
const data = { validation: smallSplit(8), others: [smallSplit(8)] } as unknown as DepthData;
const figures = tradeFigures(
  { budget: BUDGETS.quick, seeds: 1 } as unknown as ExperimentContext,
  places,
  data,
);

test("the same quantities are drawn against the size and against the gain", () => {
  const quantities = ["error", "nll", "ece", "information", "auroc"];
  expect(figures.map(({ name }) => name)).toEqual([
    ...quantities.map((own) => `size-${own}`),
    ...quantities.map((own) => `gain-${own}`),
  ]);
});

test("ECE against the gain, a line for each size", () => {
  const { series } = figures.find(({ name }) => name === "gain-ece")!;
  const drawn = series.map((line) => [line.name, line.points.map(({ x, y }) => [x, Number(y.toFixed(6))])]);
  // Half of the answers are right.
  expect(drawn).toEqual([
    [
      "single neurons",
      [
        [1, 0.11],
        [2, 0.21],
      ],
    ],
    [
      "populations of 4",
      [
        [1, 0.14],
        [2, 0.24],
      ],
    ],
  ]);
});

/** Findings made for tests of reports. */
import type { Comparison, Findings, Row } from "../../src/experiments/findings/findings.ts";

export type Points = Findings["figures"][number]["series"][number]["points"];

/** Findings of an experiment within the standard budget, empty except for what is given. */
export const findingsOf = (experiment: string, given: Partial<Findings> = {}): Findings => ({
  format: "neural-sampling findings 1",
  ...{
    experiment,
    title: `Title of ${experiment}`,
    budget: "standard",
    command: `nsm reproduce ${experiment}`,
  },
  ...{ versions: { node: "20" }, machine: "cpu, 2 threads", seconds: 4000 },
  ...{ rows: [], figures: [], remarks: [] },
  ...given,
});

/** A row of three seeds with the error `mean` +- `half`, in per cent. */
export const rowOf = (name: string, mean: number, half = 0.1, given: Partial<Row> = {}): Row => ({
  ...{ name, dataset: "MNIST test, 10,000 images", seeds: [1, 2, 3], images: 10_000, epochs: 15 },
  ...{ seconds: 400, error: { mean, low: mean - half, high: mean + half }, paper: null },
  ...{ nll: 0.0234, brier: 0.0123, ece: 0.0014 },
  ...given,
});

/** A comparison whose difference is `mean` +- `half`; a lower value is better. */
export const comparisonOf = (
  name: string,
  other: string,
  measure: string,
  mean: number,
  half: number,
): Comparison => {
  const [low, high] = [mean - half, mean + half];
  const verdict = high < 0 ? "better" : low > 0 ? "worse" : "neither";
  return { name, other, measure, values: [10 + mean, 10], low, high, verdict };
};

/** A figure with these lines. */
export const figureOf = (
  name: string,
  lines: Readonly<Record<string, Points>>,
): Findings["figures"][number] => ({
  ...{ name, title: `Figure ${name}`, caption: "Its caption.", x: { label: "x" }, y: { label: "y" } },
  series: Object.entries(lines).map(([line, points]) => ({ name: line, points })),
});

/** Points at x = 0, 1, .. of y +- half. */
export const bandOf = (ys: readonly number[], half = 0.1): Points =>
  ys.map((y, x) => ({ x, y, low: y - half, high: y + half }));

import { expect, test } from "vitest";
import type { Findings, Row } from "../../src/experiments/findings/findings.ts";
import { reportHtml } from "../../src/report/html.ts";
import { durationText, errorText } from "../../src/report/number-text.ts";

const row: Row = {
  ...{ name: "bNSM", dataset: "digits <all>", seeds: [1, 2], images: 10_000, epochs: 15, seconds: 400 },
  ...{ error: { mean: 0.8, low: 0.6, high: 1 }, paper: 0.775, nll: 0.0234, brier: 0.0123, ece: 0.0014 },
};

const findings: Findings = {
  format: "neural-sampling findings 1",
  ...{ experiment: "mnist-table", title: "MNIST", budget: "standard", command: "nsm reproduce mnist-table" },
  ...{ versions: { node: "20" }, machine: "cpu, 2 threads", seconds: 4000 },
  rows: [
    row,
    {
      ...row,
      name: "no data",
      error: null,
      nll: null,
      brier: null,
      ece: null,
      missing: "nsm data fetch emnist",
    },
    {
      ...row,
      name: "damaged",
      seeds: [],
      error: null,
      nll: null,
      brier: null,
      ece: null,
      problem: "seed 1: a damaged run",
    },
    { ...row, name: "with others", ood: [{ name: "noise", auroc: 0.99, aupr: 0.98, fpr95: 0.02 }] },
  ],
  comparisons: [
    {
      ...{ name: "bNSM", other: "its <twin>", measure: "NLL", values: [0.0123, 0.0456] },
      ...{ low: -0.05, high: -0.02, verdict: "better" },
    },
  ],
  figures: [
    {
      ...{ name: "f", title: "A figure", caption: "Its caption." },
      ...{ x: { label: "x" }, y: { label: "y" }, series: [{ name: "line", points: [{ x: 1, y: 2 }] }] },
    },
  ],
  remarks: ["What it says."],
};

test("a report holds everything that was found, and needs nothing else", () => {
  const html = reportHtml([findings]);
  for (const words of [
    ...["0.80 (0.60 to 1.00)", "0.775", "0.0234", "0.0014", "1, 2", "10,000", "6.7 min", "66.7 min"],
    ...["digits &#60;all&#62;", "no data here: <code>nsm data fetch emnist</code>", "seed 1: a damaged run"],
    ...["noise", "0.9900", "0.9800", "0.0200", "<svg", "A figure. Its caption.", "What it says."],
    ...["its &#60;twin&#62;", "0.0456", "-0.0333 (-0.0500 to -0.0200)", "<td>better</td>"],
    ...['id="mnist-table-standard"', "15 epochs, 3 seeds and 100 passes", ">-</td>"],
    ...["nsm reproduce mnist-table", "cpu, 2 threads", "node 20", "standard budget"],
  ])
    expect(html).toContain(words);
  expect(html).not.toMatch(/<script|<link|src=|@import|url\(/);
});

test("numbers in words", () => {
  expect(errorText({ mean: 0.1, low: -0.2, high: 0.4 })).toBe("0.10 (0.00 to 0.40)");
  expect([3.21, 99.9, 100, 5999, 7200, null].map(durationText)).toEqual([
    ...["3.2 s", "99.9 s", "1.7 min", "100.0 min", "2.0 h", "-"],
  ]);
});

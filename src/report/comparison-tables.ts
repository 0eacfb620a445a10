/** Comparisons of an experiment, folded: their verdicts by pair and measure, and their numbers. */
import { escaped } from "../drawing/svg.ts";
import type { Comparison } from "../experiments/findings/findings.ts";
import { counted } from "../grouped.ts";
import { estimateOf } from "./difference.ts";
import { folded } from "./folded.ts";
import { intervalText, significant } from "./number-text.ts";
import { type Cell, type Line, tableHtml } from "./table.ts";

/** All comparisons, folded behind the counts of their verdicts; nothing if there are none. */
export const comparisonsHtml = (comparisons: readonly Comparison[]): string =>
  comparisons.length === 0
    ? ""
    : folded(countsOf(comparisons), `${verdictsTable(comparisons)}\n${numbersTable(comparisons)}`);

const countsOf = (comparisons: readonly Comparison[]): string => {
  const of = (verdict: Comparison["verdict"]): number =>
    comparisons.filter((own) => own.verdict === verdict).length;
  return `${counted(comparisons.length, "comparison")}: ${of("better")} significantly better, ${of("worse")} worse`;
};

const numbersTable = (comparisons: readonly Comparison[]): string =>
  tableHtml({
    caption: "All comparisons",
    heads: ["", "against", "measure", "verdict", "value", "other value", "difference (95 %)"],
    numbersFrom: 4,
    groups: [{ lines: comparisons.map(lineOf) }],
  });

const lineOf = (comparison: Comparison): Line => {
  const { name, other, measure, values, verdict } = comparison;
  const [one, two] = values.map(significant);
  const difference = intervalText(estimateOf(comparison), significant);
  const text = verdict === "neither" ? "no significant difference" : { html: verdict, className: verdict };
  return { head: name, cells: [other, measure, text, one!, two!, difference] };
};

/** Verdicts on the first method of each pair, one line a pair. */
const verdictsTable = (comparisons: readonly Comparison[]): string => {
  const measures = [...new Set(comparisons.map(({ measure }) => measure))];
  const pairs = new Map<string, Comparison[]>();
  for (const own of comparisons) {
    const pair = `${own.name} against ${own.other}`;
    pairs.set(pair, [...(pairs.get(pair) ?? []), own]);
  }
  const lines = [...pairs].map(([head, own]) => ({
    head,
    cells: measures.map((measure) => verdictCell(own.find((each) => each.measure === measure)?.verdict)),
  }));
  return tableHtml({
    caption: "Significant differences (95 %) of the first method; a dash: no significant difference",
    ...{ heads: ["", ...measures], numbersFrom: Number.POSITIVE_INFINITY, groups: [{ lines }] },
  });
};

const verdictCell = (verdict: Comparison["verdict"] | undefined): Cell =>
  verdict === undefined ? "" : verdict === "neither" ? "-" : { html: escaped(verdict), className: verdict };

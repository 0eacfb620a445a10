/** Tables of comparisons: all of them, the significant ones, and the verdicts of many by pair and measure. */
import { escaped } from "../drawing/svg.ts";
import type { Comparison } from "../experiments/findings/findings.ts";
import { estimateOf } from "./difference.ts";
import { intervalText, significant } from "./number-text.ts";
import { type Cell, type Line, tableHtml } from "./table.ts";

/** Largest number of significant comparisons that are listed, not summarised. */
const FEW = 6;

const isSignificant = ({ verdict }: Comparison): boolean => verdict !== "neither";

/** What stays visible: significant comparisons if they are few, otherwise the verdicts of all. */
export const visibleComparisons = (comparisons: readonly Comparison[]): string => {
  const found = comparisons.filter(isSignificant);
  if (comparisons.length === 0) return "";
  if (found.length === 0) return "<p>No comparison is significant.</p>";
  return found.length <= FEW
    ? comparisonsTable("Significant comparisons", found)
    : verdictsTable(comparisons);
};

/** Comparisons that are not visible: those without a significant difference, or all if they are summarised. */
export const foldedComparisons = (comparisons: readonly Comparison[]): string => {
  const isListed = comparisons.filter(isSignificant).length <= FEW;
  const rest = isListed ? comparisons.filter((own) => !isSignificant(own)) : comparisons;
  const caption = isListed ? "Comparisons without a significant difference" : "All comparisons";
  return rest.length === 0 ? "" : comparisonsTable(caption, rest);
};

const comparisonsTable = (caption: string, comparisons: readonly Comparison[]): string =>
  tableHtml({
    caption,
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

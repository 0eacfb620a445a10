/** The section of an experiment: its conclusion and first figure, or its scores; all details are folded. */
import { escaped } from "../drawing/svg.ts";
import type { Findings } from "../experiments/findings/findings.ts";
import { BUDGETS } from "../experiments/study/budgets.ts";
import { counted } from "../grouped.ts";
import { foldedComparisons, visibleComparisons } from "./comparison-tables.ts";
import { conclusionOf } from "./conclusions.ts";
import { type Draw, figureHtml } from "./figure.ts";
import { folded, listOf } from "./folded.ts";
import { durationText } from "./number-text.ts";
import { detectionTable, fullTable, shortTable } from "./result-tables.ts";
import { idOf } from "./section-id.ts";

export const sectionHtml = (findings: Findings, draw: Draw): string => {
  const { title, budget, rows, comparisons = [], figures, remarks } = findings;
  const [first, ...others] = figures;
  const conclusion = conclusionOf(findings);
  const drawn = others.map((figure) => figureHtml(figure, draw)).join("\n");
  const parts = [
    `<h2>${escaped(title)} <span class="note">${escaped(budget)} budget</span></h2>`,
    conclusion === undefined ? "" : `<p>${escaped(conclusion)}</p>`,
    first === undefined ? "" : figureHtml(first, draw),
    // Without a figure the scores are what there is to see.
    first === undefined && rows.length > 0 ? shortTable(rows) : problemsHtml(findings),
    visibleComparisons(comparisons),
    folded(others.length === 1 ? "One more figure" : `${others.length} more figures`, drawn),
    folded("All numbers, remarks, command and versions", detailsHtml(findings, remarks)),
  ];
  return `<section id="${escaped(idOf(findings))}">\n${parts.filter((part) => part !== "").join("\n")}\n</section>`;
};

/** Rows that failed or lack their data, where no visible table names them. */
const problemsHtml = ({ rows }: Findings): string =>
  listOf(
    rows.flatMap(({ name, problem, missing }) => [
      ...(problem === undefined ? [] : [`${name}: ${problem}`]),
      ...(missing === undefined ? [] : [`${name}: no data here: ${missing}`]),
    ]),
  );

/** Older findings do not tell what their budget was: that of the standard and of the paper budget has not changed. */
const defaultsText = ({ budget, defaults }: Findings): string => {
  if (!defaults && budget === "quick") return "";
  const { epochs, seeds, samples } = defaults ?? BUDGETS[budget];
  return `, by default\n${counted(epochs, "epoch")}, ${counted(seeds, "seed")} and ${samples} passes an image where they differ`;
};

const detailsHtml = (findings: Findings, remarks: readonly string[]): string => {
  const { budget, command, versions, machine, seconds, rows, comparisons = [] } = findings;
  const packages = Object.entries(versions).map(([name, version]) => escaped(`${name} ${version}`));
  return [
    rows.length > 0 ? fullTable(rows) : "",
    detectionTable(rows),
    foldedComparisons(comparisons),
    listOf(remarks),
    `<p class="note"><code>${escaped(command)}</code><br>${escaped(budget)} budget${defaultsText(findings)}.
${escaped(durationText(seconds))} in all, on ${escaped(machine)}. ${packages.join(", ")}.</p>`,
  ]
    .filter((part) => part !== "")
    .join("\n");
};

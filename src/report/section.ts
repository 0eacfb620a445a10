/** The section of an experiment: its conclusion and first figure, or its first scores; all details are folded. */
import { escaped } from "../drawing/svg.ts";
import type { Findings, Row } from "../experiments/findings/findings.ts";
import { BUDGETS } from "../experiments/study/budgets.ts";
import { counted } from "../grouped.ts";
import { comparisonsHtml } from "./comparison-tables.ts";
import { conclusionOf } from "./conclusions.ts";
import { type Draw, figureHtml } from "./figure.ts";
import { folded, listOf } from "./folded.ts";
import { durationText } from "./number-text.ts";
import { detectionTable, fullTable, shortTable } from "./result-tables.ts";
import { idOf } from "./section-id.ts";

/** Number of rows that a section without a figure shows. */
const SHOWN = 6;

export const sectionHtml = (findings: Findings, draw: Draw): string => {
  const { title, budget, comparisons = [], figures } = findings;
  const [first, ...others] = figures;
  const conclusion = conclusionOf(findings);
  const drawn = others.map((figure) => figureHtml(figure, draw)).join("\n");
  const present = presentOf(findings);
  // Without a figure the scores are what there is to see.
  const shown = first === undefined ? present.slice(0, SHOWN) : [];
  const hidden = first === undefined ? present.slice(SHOWN) : [];
  const parts = [
    `<h2>${escaped(title)} <span class="note">${escaped(budget)} budget</span></h2>`,
    conclusion === undefined ? "" : `<p>${escaped(conclusion)}</p>`,
    first === undefined ? "" : figureHtml(first, draw),
    shortTable(shown, present),
    problemsHtml(present.filter((row) => !shown.includes(row))),
    missingHtml(findings),
    folded(counted(hidden.length, "more row"), shortTable(hidden, present)),
    folded(counted(others.length, "more figure"), drawn),
    comparisonsHtml(comparisons),
    folded("All numbers, remarks, command and versions", detailsHtml(findings)),
  ];
  return `<section id="${escaped(idOf(findings))}">\n${parts.filter((part) => part !== "").join("\n")}\n</section>`;
};

/** Rows whose data are here. */
const presentOf = ({ rows }: Findings): readonly Row[] => rows.filter(({ missing }) => missing === undefined);

/** Rows that failed, where no visible table names them. */
const problemsHtml = (rows: readonly Row[]): string =>
  listOf(rows.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`])));

/** Data sets that are missing, each with the command that fetches it, in one line. */
const missingHtml = ({ rows }: Findings): string => {
  const commands = new Map(
    rows.flatMap(({ dataset, missing }) => (missing === undefined ? [] : [[dataset, missing] as const])),
  );
  if (commands.size === 0) return "";
  const parts = [...commands].map(
    ([dataset, command]) => `${escaped(dataset)}: <code>${escaped(command)}</code>`,
  );
  return `<p class="note">No data here: ${parts.join("; ")}.</p>`;
};

/** Older findings do not tell what their budget was: that of the standard and of the paper budget has not changed. */
const defaultsText = ({ budget, defaults }: Findings): string => {
  if (!defaults && budget === "quick") return "";
  const { epochs, seeds, samples } = defaults ?? BUDGETS[budget];
  return `, by default\n${counted(epochs, "epoch")}, ${counted(seeds, "seed")} and ${samples} passes an image where they differ`;
};

const detailsHtml = (findings: Findings): string => {
  const { budget, command, versions, machine, seconds, rows, remarks } = findings;
  const packages = Object.entries(versions).map(([name, version]) => escaped(`${name} ${version}`));
  return [
    fullTable(presentOf(findings)),
    detectionTable(rows),
    listOf(remarks),
    `<p class="note"><code>${escaped(command)}</code><br>${escaped(budget)} budget${defaultsText(findings)}.
${escaped(durationText(seconds))} in all, on ${escaped(machine)}. ${packages.join(", ")}.</p>`,
  ]
    .filter((part) => part !== "")
    .join("\n");
};

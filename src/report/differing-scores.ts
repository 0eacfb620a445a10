/** Rows of one name that have different errors in different sections, though data and lengths of training are the same. */
import { escaped } from "../drawing/svg.ts";
import type { Findings, Row } from "../experiments/findings/findings.ts";
import { counted } from "../grouped.ts";
import { folded } from "./folded.ts";
import { idOf } from "./section-id.ts";

/** Errors in per cent that differ by less are one value, computed twice. */
const LEAST_DIFFERENCE = 1e-6;

interface Found {
  readonly row: Row;
  readonly findings: Findings;
}

/** Key of rows that should have one score: name, data and length of training. */
const sameKey = ({ name, dataset, seeds, images, epochs }: Row, { budget }: Findings): string =>
  JSON.stringify([name, dataset, seeds, images, epochs, budget]);

/** A note on rows whose scores should be one and are not, folded; nothing if there are none. */
export const differingScoresHtml = (all: readonly Findings[]): string => {
  const alike = new Map<string, Found[]>();
  for (const findings of all)
    for (const row of findings.rows) {
      if (row.error === null) continue;
      const key = sameKey(row, findings);
      alike.set(key, [...(alike.get(key) ?? []), { row, findings }]);
    }
  const lines = [...alike.values()].filter(differ).map(lineHtml);
  if (lines.length === 0) return "";
  const why =
    "Networks of a name are trained by the recipe of the version that computed a section, so that older sections may have other errors. Running their commands again gives one value.";
  return folded(
    `${counted(lines.length, "network")} with different errors in different sections`,
    `<p class="note">${why}</p>\n<ul class="note">\n${lines.join("\n")}\n</ul>`,
  );
};

const errorOf = ({ row }: Found): number => row.error!.mean;

const differ = (found: readonly Found[]): boolean => {
  const errors = found.map(errorOf);
  return Math.max(...errors) - Math.min(...errors) > LEAST_DIFFERENCE;
};

const lineHtml = (found: readonly Found[]): string => {
  const { name, dataset } = found[0]!.row;
  const errors = found.map(
    (own) =>
      `<a href="#${escaped(idOf(own.findings))}">${errorOf(own).toFixed(2)} %</a> (${escaped(own.findings.title)})`,
  );
  return `<li>${escaped(`${name}, ${dataset}`)}: ${errors.join(", ")}</li>`;
};

/** Tables of scores: a short one with errors and calibration, and one with everything that a row holds. */
import { escaped } from "../drawing/svg.ts";
import type { Row } from "../experiments/findings/findings.ts";
import { grouped } from "../grouped.ts";
import { DETECTION_HEADS, detectionLines } from "./detection-table.ts";
import { intervalBar } from "./interval-bar.ts";
import { durationText, errorText } from "./number-text.ts";
import { type Cell, type Line, type LineGroup, tableHtml } from "./table.ts";

interface Column {
  readonly head: string;
  /** Its cell for a row; undefined where the row has none. */
  readonly of: (row: Row) => Cell | undefined;
}

const decimals =
  (value: (row: Row) => number | null | undefined, digits: number) =>
  (row: Row): string | undefined =>
    value(row)?.toFixed(digits);

const ERROR: Column = { head: "error % (95 %)", of: ({ error }) => (error ? errorText(error) : undefined) };
const PAPER: Column = {
  head: "paper",
  of: ({ paper }) => (paper === null ? undefined : String(paper)),
};
const NLL: Column = { head: "NLL", of: decimals(({ nll }) => nll, 4) };
const BRIER: Column = { head: "Brier", of: decimals(({ brier }) => brier, 4) };
const ECE: Column = { head: "ECE", of: decimals(({ ece }) => ece, 4) };

const detectionColumns = (rows: readonly Row[]): readonly Column[] =>
  [...new Set(rows.flatMap(({ ood = [] }) => ood.map(({ name }) => name)))].map((set) => ({
    head: `AUROC, ${set}`,
    of: decimals(({ ood = [] }) => ood.find(({ name }) => name === set)?.auroc, 3),
  }));

/** Texts of rows that were scored. */
const ofScored =
  (text: (row: Row) => string): Column["of"] =>
  (row) =>
    row.error === null ? undefined : text(row);

/** Bars from 0 to the largest upper limit or error of the paper. */
const barsOf = (rows: readonly Row[]): Column => {
  const scored = rows.filter(({ error }) => error !== null);
  const most = Math.max(...scored.flatMap(({ error, paper }) => [error!.high, paper ?? 0]));
  return {
    head: `0 to ${most.toFixed(1)} %`,
    of: ({ error, paper }) =>
      error ? { html: intervalBar(error, paper, most), className: "bar" } : undefined,
  };
};

const FULL: readonly Column[] = [
  ...[ERROR, PAPER, NLL, BRIER, ECE],
  { head: "seeds", of: ({ seeds }) => seeds.join(", ") || undefined },
  { head: "epochs", of: ofScored(({ epochs }) => String(epochs)) },
  { head: "images", of: ofScored(({ images }) => grouped(images)) },
  { head: "training", of: ofScored(({ seconds }) => durationText(seconds)) },
];

/**
 * Errors, also as bars, NLL and calibration errors, and the AUROC of each out-of-distribution set, of `rows`. Columns
 * and bars are those of `all` rows, so that tables of parts of them can be compared.
 */
export const shortTable = (rows: readonly Row[], all: readonly Row[]): string => {
  const columns = [ERROR, PAPER, NLL, ECE, ...detectionColumns(all), barsOf(all)];
  const rings = all.some(({ paper, error }) => paper !== null && error !== null) ? ", rings: the paper" : "";
  return scoresTable(
    `Errors and scores (bars: the errors' intervals${rings})`,
    columns.filter(({ of }) => all.some((row) => of(row) !== undefined)),
    rows,
  );
};

/** Everything that the rows hold. */
export const fullTable = (rows: readonly Row[]): string => scoresTable("All scores", FULL, rows);

/** Nothing if there are no rows. */
const scoresTable = (caption: string, columns: readonly Column[], rows: readonly Row[]): string => {
  if (rows.length === 0) return "";
  const groups = groupsOf(rows, columns);
  const [only] = groups;
  return tableHtml({
    ...{ heads: ["", ...columns.map(({ head }) => head)], numbersFrom: 1 },
    // The data of a single group are named in the caption.
    ...(groups.length === 1
      ? { caption: `${caption}: ${only!.title}`, groups: [{ lines: only!.lines }] }
      : { caption, groups }),
  });
};

/** Rows by data set. */
const groupsOf = (rows: readonly Row[], columns: readonly Column[]): readonly LineGroup[] =>
  [...new Set(rows.map(({ dataset }) => dataset))].map((dataset) => {
    const own = rows.filter((row) => row.dataset === dataset);
    return { title: titleOf(own[0]!), lines: own.map((row) => lineOf(row, columns)) };
  });

/** The data of a row, and what differs from the published splits. */
const titleOf = ({ dataset, split }: Row): string =>
  split === undefined ? dataset : `${dataset} (${split})`;

const lineOf = (row: Row, columns: readonly Column[]): Line => ({
  head: headOf(row),
  cells: columns.map(({ of }) => of(row) ?? "-"),
});

const headOf = ({ name, problem }: Row): Cell =>
  problem === undefined
    ? name
    : { html: `${escaped(name)}<br><span class="note">${escaped(problem)}</span>` };

/** Detection of out-of-distribution images; nothing if no row has any. */
export const detectionTable = (rows: readonly Row[]): string => {
  const lines = detectionLines(rows);
  if (lines.length === 0) return "";
  return tableHtml({
    ...{ caption: "Detection of out-of-distribution images", heads: DETECTION_HEADS, numbersFrom: 2 },
    groups: [{ lines: lines.map(([head, ...cells]) => ({ head: head!, cells })) }],
  });
};

/** Findings as text: the table of scores, notes on its data, failures and remarks. */

import type { Findings, Row } from "../experiments/findings/findings.ts";
import { DETECTION_HEADS, detectionLines } from "../report/detection-table.ts";
import { durationText, errorText } from "../report/number-text.ts";
import { table } from "./print.ts";

export const findingsText = ({ title, rows, remarks, seconds }: Findings): string => {
  const detections = detectionLines(rows);
  const notes = notesOf(rows);
  return [
    `${title} (${durationText(seconds)})`,
    ...(rows.length > 0 ? [table([HEADS, ...rows.map((row) => cells(row, notes))])] : []),
    ...notes.map((note, k) => `${mark(k)} ${note}`),
    ...(detections.length > 0 ? [table([DETECTION_HEADS, ...detections])] : []),
    ...rows.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name} failed: ${problem}`])),
    ...remarks,
  ].join("\n");
};

/** Notes of rows on their splits, each once: the table refers to them by their numbers. */
const notesOf = (rows: readonly Row[]): readonly string[] => [
  ...new Set(rows.flatMap(({ split }) => split ?? [])),
];

const mark = (note: number): string => `[${note + 1}]`;

const HEADS = ["", "data", "error %", "paper", "NLL", "Brier", "ECE", "training"];

const cells = (row: Row, notes: readonly string[]): string[] =>
  row.missing !== undefined
    ? [row.name, row.dataset, `no data here: ${row.missing}`]
    : [
        row.name,
        row.split === undefined ? row.dataset : `${row.dataset} ${mark(notes.indexOf(row.split))}`,
        row.error ? errorText(row.error) : "-",
        row.paper === null ? "-" : String(row.paper),
        row.nll?.toFixed(4) ?? "-",
        row.brier?.toFixed(4) ?? "-",
        row.ece?.toFixed(4) ?? "-",
        row.problem === undefined ? durationText(row.seconds) : "failed",
      ];

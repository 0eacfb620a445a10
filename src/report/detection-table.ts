/** Table of out-of-distribution detection scores. */

import type { Row } from "../experiments/findings/findings.ts";
import { grouped } from "../grouped.ts";

/** Column headings; the first two columns are text, the others numbers. */
export const DETECTION_HEADS = ["", "OOD data", "images", "AUROC", "AUPR", "FPR95"];

/** Cells of one line per row and OOD data set; empty if no row has any. */
export const detectionLines = (rows: readonly Row[]): string[][] =>
  rows.flatMap(({ name, ood = [] }) =>
    ood.map((set) => [
      name,
      set.name,
      set.images === undefined ? "-" : grouped(set.images),
      ...[set.auroc, set.aupr, set.fpr95].map((value) => value.toFixed(4)),
    ]),
  );

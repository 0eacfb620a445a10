/** How well each row's method finds images of another kind, as a table's cells. */

import type { Row } from "../experiments/findings/findings.ts";
import { grouped } from "../grouped.ts";

/** The first two are words, the others numbers. */
export const DETECTION_HEADS = ["", "images of another kind", "images", "AUROC", "AUPR", "FPR95"];

/** A line for each row and kind; none where no row looked for any. */
export const detectionLines = (rows: readonly Row[]): string[][] =>
  rows.flatMap(({ name, ood = [] }) =>
    ood.map((set) => [
      name,
      set.name,
      set.images === undefined ? "-" : grouped(set.images),
      ...[set.auroc, set.aupr, set.fpr95].map((value) => value.toFixed(4)),
    ]),
  );

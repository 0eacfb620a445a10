/** Whether an error is sufficiently near to that of another network: the rule of several claims. */
import type { Findings } from "../../experiments/findings/findings.ts";
import { type Estimate, errorDifference, type Lacks, lacksOf } from "../difference.ts";
import type { Outcome, Result } from "./claim.ts";
import { type Gap, inPoints } from "./gaps.ts";

/**
 * Percentage points by which networks of noise and thresholds may exceed the error of conventional ones and still
 * suffice. On MNIST a linear network exceeds it by about seven.
 */
const SUFFICIENT = 1;

export const SUFFICIENCY_RULE = `For: the interval ends at ${SUFFICIENT} percentage point or below. Against: it begins above.`;

const suffices = ({ low, high }: Estimate): Outcome =>
  high <= SUFFICIENT ? "for" : low > SUFFICIENT ? "against" : "open";

export const sufficiency = ({
  about,
  difference,
  isSingle,
  isPartial,
}: Pick<Gap, "about" | "difference" | keyof Lacks>): Result => ({
  ...{ about, text: inPoints(difference), outcome: suffices(difference), isSingle, isPartial },
});

/** Changes of the error from rows that stand for the ideal to others of the same table. */
export const changes = (
  { rows }: Findings,
  pairs: readonly (readonly [about: string, own: string, ideal: string])[],
): readonly Result[] =>
  pairs.flatMap(([about, name, ideal]) => {
    const [own, other] = [name, ideal].map((each) => rows.find((row) => row.name === each));
    const difference = own && other && errorDifference(own, other);
    return difference ? [sufficiency({ about, difference, ...lacksOf(own, other) })] : [];
  });

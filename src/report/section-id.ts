/** Ids of the sections of a report, to which the claims and the contents link. */
import type { Findings } from "../experiments/findings/findings.ts";

export const idOf = ({ experiment, budget }: Pick<Findings, "experiment" | "budget">): string =>
  `${experiment}-${budget}`;

/** A claim of the paper (arXiv 1910.12316): what was measured, and what a result says about it. */
import type { Findings } from "../../experiments/findings/findings.ts";
import type { Estimate, Lacks } from "../difference.ts";

/** Bearing of a result on a claim; "open": a difference within chance, or none that decides. */
export type Outcome = "for" | "against" | "open" | "missing";

export interface Result extends Partial<Lacks> {
  /** Things that were compared. */
  readonly about: string;
  /** Numbers with their intervals; the command that finds them if they are missing. */
  readonly text: string;
  readonly outcome: Outcome;
}

/** A test of a claim by the findings of one experiment. */
export interface Test {
  readonly experiment: string;
  /** Name where its findings are missing. */
  readonly about: string;
  /** Whether its results are the same within every budget; the quick budget decides nothing otherwise. */
  readonly isBudgetFree?: boolean;
  /** Results; none if the findings do not hold what it reads. */
  readonly find: (findings: Findings) => readonly Result[];
}

export interface Claim {
  readonly name: string;
  readonly claim: string;
  /** Quantity that is measured. */
  readonly tested: string;
  /** When a result is for the claim, and when against it. */
  readonly rule: string;
  readonly tests: readonly Test[];
}

/** A smaller value is for the claim; numbers of one run, without an interval. */
export const isSmaller = (own: number, other: number): Outcome =>
  own < other ? "for" : own > other ? "against" : "open";

/** A smaller value is for the claim; estimates whose intervals overlap decide nothing. */
export const isBelow = (own: Estimate, other: Estimate): Outcome =>
  own.high < other.low ? "for" : own.low > other.high ? "against" : "open";

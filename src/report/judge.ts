/** Verdicts on the paper's claims, computed from findings. */
import type { Findings } from "../experiments/findings/findings.ts";
import { BUDGET_NAMES } from "../experiments/study/budgets.ts";
import { CLAIMS } from "./claims/catalogue.ts";
import type { Claim, Outcome, Result, Test } from "./claims/claim.ts";

export const VERDICTS = {
  holds: "holds",
  holdsOnce: "holds, one run",
  part: "holds in part",
  fails: "does not hold",
  failsOnce: "fails, one run",
  undecided: "undecided",
  missing: "not tested here",
} as const;

export type Verdict = keyof typeof VERDICTS;

/** How results make a verdict, in words. */
export const VERDICT_RULE =
  "Of the findings of an experiment those of the largest budget count; the quick budget decides nothing. " +
  `"${VERDICTS.holds}": all results are for the claim. "${VERDICTS.part}": some are. "${VERDICTS.fails}": none is for it and ` +
  `at least one is against it. "${VERDICTS.undecided}": all are open: their intervals allow both, a run failed, or the ` +
  `budget is quick. ` +
  `"One run": no interval covers the variation between runs. Results that are missing never count for a claim.`;

/** Results of one experiment for a claim. */
interface Evidence {
  /** The findings that were read; undefined if they are missing. */
  readonly findings: Findings | undefined;
  readonly results: readonly Result[];
}

export interface Judged {
  readonly claim: Claim;
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
}

/** All claims, judged by the findings. */
export const judgeClaims = (all: readonly Findings[]): readonly Judged[] =>
  CLAIMS.map((claim) => {
    const evidence = claim.tests.map((test) => evidenceOf(test, all));
    return { claim, evidence, verdict: verdictOf(evidence.flatMap(({ results }) => results)) };
  });

/** Results by the largest budget that has some. */
const evidenceOf = ({ experiment, about, find, isBudgetFree }: Test, all: readonly Findings[]): Evidence => {
  const found = all
    .filter((findings) => findings.experiment === experiment)
    .sort((a, b) => BUDGET_NAMES.indexOf(b.budget) - BUDGET_NAMES.indexOf(a.budget))
    .map((findings) => ({ findings, results: find(findings) }));
  const best = found.find(({ results }) => results.some(({ outcome }) => outcome !== "missing")) ?? found[0];
  if (best === undefined || best.results.length === 0) {
    const text = `nsm reproduce ${experiment} --budget standard`;
    return { findings: undefined, results: [{ about, text, outcome: "missing" }] };
  }
  const { findings, results } = best;
  const isShort = findings.budget === "quick" && !isBudgetFree;
  return {
    findings,
    results: results.map((result) => (isShort || result.isPartial ? undecided(result) : result)),
  };
};

/** A result of a training too short to decide, or of the runs alone that came to their end. */
const undecided = (result: Result): Result =>
  result.outcome === "missing" ? result : { ...result, outcome: "open" };

const verdictOf = (results: readonly Result[]): Verdict => {
  const are = (outcome: Outcome): readonly Result[] => results.filter((own) => own.outcome === outcome);
  const decided = [...are("for"), ...are("against")];
  if (decided.length === 0) return are("open").length > 0 ? "undecided" : "missing";
  const isOnce = decided.every(({ isSingle }) => isSingle);
  if (are("for").length === results.length) return isOnce ? "holdsOnce" : "holds";
  if (are("for").length > 0) return "part";
  return isOnce ? "failsOnce" : "fails";
};

/** Any failure as the studio's server reports it. */
import { NsmError } from "../errors.ts";
import { type FailureReport, failureReport } from "../failure-report.ts";

export const reportOf = (error: unknown): FailureReport => {
  if (error instanceof NsmError) return failureReport(error);
  const message = error instanceof Error ? error.message : String(error);
  return {
    ...{ kind: "unexpected", message, given: message, expected: "no such failure" },
    remedy: "Report it.",
  };
};

/** Loads the module that writes reports: its drawing packages are large, and no other command needs them. */

import { requirePackages } from "../optional-package.ts";
import type { writeReport } from "../report/write-report.ts";

/** Throws PackageError where the drawing packages are not installed. */
export const loadReport = async (): Promise<typeof writeReport> => {
  requirePackages("writing a report", ["@observablehq/plot", "linkedom"]);
  return (await import("../report/write-report.ts")).writeReport;
};

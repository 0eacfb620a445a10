/** Loads the modules that draw figures: their packages are large, and few commands need them. */

import { requirePackages } from "../optional-package.ts";
import type { drawFigure } from "./plot.ts";
import type { writeReport } from "./write-report.ts";

const DRAWING = ["@observablehq/plot", "linkedom"];

/** Throws PackageError where the drawing packages are not installed. */
export const loadReport = async (): Promise<typeof writeReport> => {
  requirePackages("writing a report", DRAWING);
  return (await import("./write-report.ts")).writeReport;
};

/** Throws PackageError where the drawing packages are not installed. */
export const loadFigure = async (): Promise<typeof drawFigure> => {
  requirePackages("drawing a figure", DRAWING);
  return (await import("./plot.ts")).drawFigure;
};

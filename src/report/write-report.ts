/** Writes the report of all findings in a folder, and their figures. Node only. */
import { join } from "node:path";
import { StorageError } from "../errors.ts";
import { EXPERIMENTS } from "../experiments/catalogue.ts";
import type { Figure, Findings } from "../experiments/findings/findings.ts";
import { findingsName, readFindings } from "../experiments/findings/findings-files.ts";
import { BUDGET_NAMES } from "../experiments/study/budgets.ts";
import { makeFolder, replaceFile } from "../storage/files.ts";
import { reportHtml } from "./page.ts";
import { drawFigure } from "./plot.ts";
import { type Shape, WIDE } from "./shape.ts";

/**
 * Writes FOLDER/report.html and FOLDER/figures/EXPERIMENT-BUDGET-FIGURE.svg and returns the report's path.
 * Throws StorageError if the folder holds no findings.
 */
export const writeReport = async (folder: string, say: (line: string) => void): Promise<string> => {
  const left: string[] = [];
  const tell = (line: string): void => {
    left.push(line);
    say(line);
  };
  const all = [...(await readFindings(folder, tell))].sort((a, b) => placeOf(a) - placeOf(b));
  if (all.length === 0)
    throw new StorageError(`reading ${folder}`, {
      given: "no findings",
      expected: "a folder that `nsm reproduce` wrote",
      remedy: "Give the folder that was passed to its --out.",
    });
  const figures = join(folder, "figures");
  await makeFolder(figures);
  const drawn = new Map(
    all.flatMap((findings) => findings.figures).map((figure) => [figure, drawFigure(figure)]),
  );
  const draw = (figure: Figure, shape: Shape): string =>
    shape === WIDE ? drawn.get(figure)! : drawFigure(figure, shape);
  for (const findings of all)
    for (const figure of findings.figures)
      await replaceFile(join(figures, `${findingsName(findings)}-${figure.name}.svg`), draw(figure, WIDE));
  const file = join(folder, "report.html");
  await replaceFile(file, reportHtml(all, draw, left));
  return file;
};

/** Sort key: order of the catalogue, then budget. Experiments that no longer exist come last. */
const placeOf = ({ experiment, budget }: Findings): number => {
  const place = EXPERIMENTS.findIndex(({ name }) => name === experiment);
  return (place < 0 ? EXPERIMENTS.length : place) * BUDGET_NAMES.length + BUDGET_NAMES.indexOf(budget);
};

/** The figures of experiments whose findings lie in the folder of runs. */
import { realpath } from "node:fs/promises";
import type { Figure, Findings } from "../experiments/findings/findings.ts";
import { findingsName, isFindings, readFindings } from "../experiments/findings/findings-files.ts";
import { loadFigure } from "../report/load-report.ts";
import { NARROW, WIDE } from "../report/shape.ts";
import { notFound } from "./refused.ts";
import { refuseLinks } from "./runs-folder.ts";

export interface ExperimentDocument {
  readonly experiment: string;
  readonly title: string;
  readonly budget: Findings["budget"];
  readonly command: string;
  readonly remarks: readonly string[];
  /** `id` is that of `readFigure`. */
  readonly figures: readonly (Pick<Figure, "title" | "caption"> & { readonly id: string })[];
}

export interface ExperimentList {
  readonly experiments: readonly ExperimentDocument[];
  /** Files that are damaged and left out. */
  readonly damage: readonly string[];
}

const idOf = (findings: Findings, { name }: Figure): string => `${findingsName(findings)}-${name}`;

/** The findings in `folder`, none where it is not there. Throws Refused for a link that leads out of it. */
const findingsIn = async (
  folder: string,
): Promise<{ all: readonly Findings[]; damage: readonly string[] }> => {
  const damage: string[] = [];
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined) return { all: [], damage };
  await refuseLinks(root, root, folder, isFindings);
  const all = await readFindings(root, (line) => damage.push(line));
  return { all, damage };
};

export const listExperiments = async (folder: string): Promise<ExperimentList> => {
  const { all, damage } = await findingsIn(folder);
  return {
    experiments: all.map((findings) => {
      const { experiment, title, budget, command, remarks, figures } = findings;
      return {
        ...{ experiment, title, budget, command, remarks },
        figures: figures.map((figure) => ({
          ...{ id: idOf(findings, figure), title: figure.title, caption: figure.caption },
        })),
      };
    }),
    damage,
  };
};

/** The figure as SVG. Throws Refused if there is none of that id, PackageError where the drawing packages are missing. */
export const readFigure = async (folder: string, id: string, isNarrow: boolean): Promise<string> => {
  const { all } = await findingsIn(folder);
  const figure = all
    .flatMap((findings) => findings.figures.map((each) => ({ id: idOf(findings, each), each })))
    .find((each) => each.id === id)?.each;
  if (!figure)
    return notFound("finding the figure", id.slice(0, 200), "a figure of the findings in the folder");
  const drawFigure = await loadFigure();
  return drawFigure(figure, isNarrow ? NARROW : WIDE);
};

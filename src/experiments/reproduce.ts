/** Carries an experiment out, keeps what it found, and writes the report of all that was found. */
import { mkdir, readdir } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { reportHtml } from "../report/html.ts";
import { drawFigure } from "../report/plot.ts";
import { createEngine } from "../runtime/node.ts";
import { onDisk, readWhole, replaceFile } from "../storage.ts";
import { versions } from "../training/run.ts";
import { checkSources, type DataFolders } from "./data.ts";
import type { Experiment } from "./experiment.ts";
import { type Findings, findingsSchema } from "./findings.ts";
import { engineOf, openStudy, type StudyOptions } from "./study.ts";

export interface ReproduceOptions extends StudyOptions {
  readonly data: DataFolders;
  readonly ood: DataFolders;
  /** What was called. */
  readonly command: string;
}

/** The largest file of findings that is read. */
const LARGEST = 1 << 28;
const ENDING = ".findings.json";

/** What the experiment found; the files beside it are FOLDER/EXPERIMENT-BUDGET.findings.json and its figures' SVG. */
export const reproduce = async (experiment: Experiment, options: ReproduceOptions): Promise<Findings> => {
  const { folder, budget, data, ood, command } = options;
  checkSources(options);
  const study = await openStudy(options);
  const began = performance.now();
  const name = `${experiment.name}-${budget.name}`;
  const before = (await readFindings(folder, () => {})).find(
    (found) => found.experiment === experiment.name && found.budget === budget.name,
  );
  const found = await experiment.find({ ...study, data, ood });
  const seconds = (performance.now() - began) / 1000;
  const trained = found.rows.reduce((sum, row) => sum + row.seconds, 0);
  const findings: Findings = {
    format: "neural-sampling findings 1",
    ...{ experiment: experiment.name, title: experiment.title, budget: budget.name, command },
    versions: versions(),
    machine: machineOf(options),
    // What was found again took its time in the calls before.
    seconds: Math.max(seconds, trained, before?.seconds ?? 0),
    ...found,
  };
  await replaceFile(join(folder, `${name}${ENDING}`), `${JSON.stringify(findings, null, 2)}\n`);
  await onDisk(`making ${join(folder, "figures")}`, () =>
    mkdir(join(folder, "figures"), { recursive: true }),
  );
  for (const figure of found.figures)
    await replaceFile(join(folder, "figures", `${name}-${figure.name}.svg`), drawFigure(figure));
  return findings;
};

const machineOf = (options: StudyOptions): string => {
  const { device, threads } = createEngine(engineOf(options));
  return `${device}, ${threads} thread${threads === 1 ? "" : "s"} of ${availableParallelism()} (${cpus()[0]?.model.trim() ?? "unknown processor"})`;
};

/** All findings in the folder, in the order of their names; `say` is told of files that are not whole. */
export const readFindings = async (
  folder: string,
  say: (line: string) => void,
): Promise<readonly Findings[]> => {
  const names = (await onDisk(`reading ${folder}`, () => readdir(folder)))
    .filter((name) => name.endsWith(ENDING))
    .sort();
  const found: Findings[] = [];
  for (const name of names) {
    const file = join(folder, name);
    const parsed = findingsSchema.safeParse(
      parseJson(new TextDecoder().decode(await readWhole(file, LARGEST))),
    );
    if (parsed.success) found.push(parsed.data);
    else say(`${file} is damaged and left out: run its experiment again`);
  }
  return found;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Writes FOLDER/report.html of all findings there; returns its path. */
export const writeReport = async (folder: string, say: (line: string) => void): Promise<string> => {
  const file = join(folder, "report.html");
  await replaceFile(file, reportHtml(await readFindings(folder, say)));
  return file;
};

/** Carries an experiment out, and keeps what it found. Node only. */
import { versions } from "../training/run.ts";
import type { Experiment } from "./experiment.ts";
import type { Findings } from "./findings/findings.ts";
import { readFindings, writeFindings } from "./findings/findings-files.ts";
import { checkSources, type DataFolders } from "./study/data.ts";
import { machineOf, openStudy, type StudyOptions } from "./study/study.ts";

export interface ReproduceOptions extends StudyOptions {
  readonly data: DataFolders;
  readonly ood: DataFolders;
  /** What was called. */
  readonly command: string;
}

/** What the experiment found, which is also written into the folder. */
export const reproduce = async (experiment: Experiment, options: ReproduceOptions): Promise<Findings> => {
  const { folder, budget, data, ood, command } = options;
  checkSources(options);
  const study = await openStudy(options);
  const began = performance.now();
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
  await writeFindings(folder, findings);
  return findings;
};

/** The runs of a folder with the trainings that the studio started. */

import { type RunSummary, readRunSummary } from "./run-documents.ts";
import { findRuns } from "./runs-folder.ts";
import type { TrainingState, Trainings } from "./trainings.ts";

/** A run, and its training if the studio started one. */
export interface ListedRun extends RunSummary {
  readonly training?: {
    readonly state: TrainingState["state"];
    /** What it said last on standard error. */
    readonly words: string;
  };
}

export interface RunList {
  readonly runs: readonly ListedRun[];
  /** Whether there may be more runs than are listed. */
  readonly isCut: boolean;
}

/** The run with its training. */
export const withTraining = <Summary extends RunSummary>(
  summary: Summary,
  trainings: Trainings,
): Summary & ListedRun => {
  const training = trainings.state(summary.name);
  if (!training) return summary;
  return { ...summary, training: { state: training.state, words: training.lines.at(-1) ?? "" } };
};

/** These runs, and those that a training was started for and that have no files yet, by name. */
export const allRuns = (onDisk: readonly RunSummary[], trainings: Trainings): readonly ListedRun[] => {
  const names = new Set(onDisk.map(({ name }) => name));
  const missing = trainings
    .names()
    .filter((name) => !names.has(name))
    .map((name): RunSummary => ({ name, status: "missing" }));
  return [...onDisk, ...missing]
    .map((summary) => withTraining(summary, trainings))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
};

export const listRuns = async (folder: string, trainings: Trainings): Promise<RunList> => {
  const { names, isCut } = await findRuns(folder);
  const summaries: RunSummary[] = [];
  for (const name of names) summaries.push(await readRunSummary(folder, name));
  return { runs: allRuns(summaries, trainings), isCut };
};

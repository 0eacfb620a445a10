/** Runs an experiment and writes its findings. Node only. */
import { versions } from "../training/runs/run.ts";
import type { Experiment } from "./experiment.ts";
import { countElapsed } from "./findings/elapsed.ts";
import type { Findings } from "./findings/findings.ts";
import { findingsName, readFindings, writeFindings } from "./findings/findings-files.ts";
import { checkSources, type DataFolders, type DataNotes } from "./study/data.ts";
import { machineOf, machinesInWords } from "./study/provenance.ts";
import { openStudy, type StudyOptions } from "./study/study.ts";

export interface ReproduceOptions extends Omit<StudyOptions, "name"> {
  readonly data: DataFolders;
  readonly notes?: DataNotes | undefined;
  readonly ood: DataFolders;
  /** The command, as findings record it. */
  readonly command: string;
}

/** Carries out an experiment and writes its findings into the folder. Empty findings never replace earlier ones. */
export const reproduce = async (experiment: Experiment, options: ReproduceOptions): Promise<Findings> => {
  const { folder, budget, data, notes, ood, command, say } = options;
  checkSources(options);
  const { name, title } = experiment;
  const kept = { experiment: name, budget: budget.name };
  const study = await openStudy({ ...options, name: findingsName(kept) });
  const before = (await readFindings(folder, () => {})).find(
    (found) => found.experiment === name && found.budget === budget.name,
  );
  const began = performance.now();
  const elapsed = countElapsed(folder, kept, before?.seconds ?? 0, () => study.provenance.isNew);
  const found = await experiment.find({ ...study, data, notes, ood }).catch(async (cause: unknown) => {
    // What went wrong with the experiment is what is told.
    await elapsed.end().catch(() => {});
    throw cause;
  });
  const seconds = await elapsed.end();
  const findings: Findings = {
    format: "neural-sampling findings 1",
    ...{ ...kept, title, command, versions: versions() },
    defaults: { epochs: budget.epochs, seeds: budget.seeds, samples: budget.samples },
    machine: machinesInWords(study.provenance, before?.machine) || machineOf(options),
    // Where no call has computed anything, that of looking.
    seconds: seconds || (performance.now() - began) / 1000,
    ...found,
  };
  if (isEmpty(findings) && before && !isEmpty(before))
    say(`nothing was found: the report keeps what ${name} found before`);
  else await writeFindings(folder, findings);
  return findings;
};

/** Whether findings hold no figure and no row with an error or a detection. */
export const isEmpty = ({ rows, figures }: Pick<Findings, "rows" | "figures">): boolean =>
  figures.length === 0 && rows.every(({ error, ood }) => error === null && ood === undefined);

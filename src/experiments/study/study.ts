/**
 * A study: the folder in which experiments keep what they computed. OUT/runs holds training runs, OUT/results one file of
 * cached results for each experiment. Both are identified by what determines them, so that an interrupted experiment
 * resumes, and experiments that need the same run share it.
 */
import { join } from "node:path";
import type * as z from "zod";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { ConfigError } from "../../errors.ts";
import type { Images } from "../../networks/images.ts";
import type { Network } from "../../networks/network.ts";
import type { EngineOptions } from "../../runtime/node.ts";
import { isThere, makeFolder, parseJson, readWhole } from "../../storage/files.ts";
import { sha256 } from "../../storage/sha256.ts";
import { parseTraining, type TrainingDescription } from "../../training/configuration.ts";
import type { StepReport } from "../../training/runs/run.ts";
import { type Run, resume, splitChecksum, train } from "../../training/runs/run.ts";
import { readDescription, runFile } from "../../training/runs/run-folder.ts";
import type { Budget } from "./budgets.ts";
import { engineOf, gathered, machineOf, note, type Provenance } from "./provenance.ts";
import { keyContent, type RunKey, resultName, runName } from "./result-key.ts";
import { openResultStore, type ResultStore } from "./result-store.ts";
import { type TimeRecord, type TrainingTime, timeSchema, trainingClock } from "./training-time.ts";
import { type FormerResults, indexFormerResults } from "./version-0.1.ts";

/** A training run that an experiment needs. */
export interface Trial {
  /** Its name in progress lines. */
  readonly title: string;
  readonly network: Network;
  readonly training: TrainingDescription;
  readonly split: ImageSplit;
  /** Images that are scored after every epoch; the run does not depend on them. */
  readonly validation?: ImageSplit;
}

/** Options by which a study scores images: its engine, and its signal. */
export const scoringOf = (study: StudyOptions): EngineOptions & Pick<StudyOptions, "signal"> => ({
  ...engineOf(study),
  signal: study.signal,
});

/** The random seeds of a study: 1, 2, .. */
export const seedsOf = ({ seeds }: Pick<StudyOptions, "seeds">): readonly number[] =>
  Array.from({ length: seeds }, (_, k) => k + 1);

export interface Trained {
  readonly run: Run & { readonly folder: string };
  readonly seconds: TrainingTime;
}

export interface StudyOptions extends EngineOptions {
  readonly folder: string;
  /** Name of the file of results that this study adds to, without its ending. */
  readonly name: string;
  readonly budget: Budget;
  /** Runs of each method. */
  readonly seeds: number;
  readonly signal: AbortSignal;
  readonly onStep: (title: string, report: StepReport) => void;
  /** Prints a line for the user. */
  readonly say: (line: string) => void;
}

export interface Study extends StudyOptions {
  /** The trained run, resumed or trained unless it is done. Throws ConfigError for a run in its place that differs. */
  readonly trained: (trial: Trial) => Promise<Trained>;
  /** The training time of a run, as far as it was trained. */
  readonly secondsOf: (trial: Trial) => Promise<TrainingTime>;
  /** Origin of the results so far. */
  readonly provenance: Provenance;
  /**
   * The cached value of `compute`, or its value now, which is cached. `subject` and `key` identify the value: everything
   * that determines it. `schema` describes it, as JSON.
   */
  readonly cached: <T>(
    subject: string,
    key: object,
    schema: z.ZodType<T>,
    compute: () => Promise<T>,
  ) => Promise<T>;
}

/** The largest record of a training time that is read, in bytes. */
const LARGEST_TIME = 1 << 16;

export const openStudy = async (options: StudyOptions): Promise<Study> => {
  const { folder, name, say } = options;
  for (const part of ["runs", "results"]) await makeFolder(join(folder, part));
  const provenance: Provenance = { machines: new Set(), isNew: false };
  const store = await openResultStore(join(folder, "results"), name, say);
  let former: Promise<FormerResults> | undefined;
  const place: Place = { folder, store, former: () => (former ??= indexFormerResults(folder, say)) };
  const own = { ...options, provenance };
  return {
    ...own,
    trained: (trial) => trained(own, place, trial),
    secondsOf: async (trial) => {
      const time = await timeOf(place, runName(runKeyOf(trial)));
      note(provenance, time?.machines);
      return time?.seconds ?? null;
    },
    cached: (subject, key, schema, compute) => cached(own, place, { subject, key, schema, compute }),
  };
};

type Noting = StudyOptions & Pick<Study, "provenance">;

/** Places in which runs, results and times are looked up. */
interface Place {
  readonly folder: string;
  readonly store: ResultStore;
  /** Results of version 0.1 in the folder, indexed at the first call. */
  readonly former: () => Promise<FormerResults>;
}

/** SHA-256 of images: what makes them the same. */
export const imagesChecksum = ({ shape, images }: Images): string => sha256(JSON.stringify(shape), images);

const runKeyOf = ({ network, training, split }: Trial): RunKey => ({
  ...{ network, training: parseTraining(training), data: splitChecksum(split) },
});

const runFolderOf = async ({ folder, former }: Place, name: string): Promise<string> => {
  const own = join(folder, "runs", name);
  return (await isThere(runFile(own))) ? own : ((await former()).runFolder(name) ?? own);
};

/** The record that is kept beside the checkpoints while a run is trained. */
const timeFile = (folder: string): string => join(folder, "time.json");

/** The training time of the run of that name: that of its results, or of the run if it was trained for longer. */
const timeOf = async ({ store, former, folder }: Place, name: string): Promise<TimeRecord | undefined> => {
  const kept = store.time(name);
  const own = await readTime(timeFile(join(folder, "runs", name)));
  if (kept && own) return stepsIn(own) > stepsIn(kept) ? own : kept;
  if (kept ?? own) return kept ?? own;
  const before = await (await former()).time(name);
  if (before) await store.keepTime(name, before);
  return before;
};

/** Records of before steps were counted are of whole runs. */
const stepsIn = ({ steps = Number.POSITIVE_INFINITY }: TimeRecord): number => steps;

const readTime = async (file: string): Promise<TimeRecord | undefined> => {
  const text = await readWhole(file, LARGEST_TIME).catch(() => new Uint8Array());
  return timeSchema.safeParse(parseJson(new TextDecoder().decode(text))).data;
};

const trained = async (options: Noting, place: Place, trial: Trial): Promise<Trained> => {
  const { title, network, split, validation } = trial;
  const key = runKeyOf(trial);
  const name = runName(key);
  const folder = await runFolderOf(place, name);
  const before = await timeOf(place, name);
  const made = (await isThere(runFile(folder))) ? await readDescription(folder) : undefined;
  if (made) requireSame(folder, name, { ...made, data: made.data.sha256 });
  // A run resumes on the device that it was started on, unless told otherwise.
  const clock = trainingClock(timeFile(folder), before, machineOf({ ...made, ...engineOf(options) }));
  const onStep = (report: StepReport): void => {
    options.provenance.isNew = true;
    clock.count(report);
    options.onStep(title, report);
  };
  const go = { ...engineOf(options), signal: options.signal, onStep, validation };
  // A run that is done resumes to its end at once.
  const run = await (made
    ? resume(folder, split, go)
    : train(network, split, { ...key.training, ...go, out: folder })
  ).catch(async (cause: unknown) => {
    await clock.end().catch(() => {});
    throw cause;
  });
  const { record, isKept } = await clock.end();
  if (record && isKept) await place.store.keepTime(name, record);
  note(options.provenance, record?.machines);
  options.signal.throwIfAborted();
  return { run: { ...run, folder }, seconds: record?.seconds ?? null };
};

const requireSame = (folder: string, name: string, found: RunKey): void => {
  if (runName(found) === name) return;
  throw new ConfigError(`the run in ${folder}`, {
    given: "another network, other settings or other data",
    expected: "those of the experiment, after which the folder is named",
    remedy: "Move that run elsewhere: the experiment makes its own.",
  });
};

interface Asked<T> {
  readonly subject: string;
  readonly key: object;
  readonly schema: z.ZodType<T>;
  readonly compute: () => Promise<T>;
}

const cached = async <T>(
  options: Noting,
  { store, former }: Place,
  { subject, key, schema, compute }: Asked<T>,
): Promise<T> => {
  const { say, provenance } = options;
  const name = resultName(subject, key);
  const content = keyContent(key);
  const stored = store.find(name);
  const found = stored ?? (await (await former()).find(name));
  if (found && found.key === content) {
    const parsed = schema.safeParse(found.value);
    if (parsed.success) {
      note(provenance, found.machines);
      if (!stored) await store.keep(name, { ...found, value: parsed.data });
      return parsed.data;
    }
    say(`the cached result ${name} is damaged, or of other labels or another version: computed again`);
  }
  provenance.isNew = true;
  const { value, machines } = await gathered(provenance, () => {
    note(provenance, [machineOf(options)]);
    return compute();
  });
  await store.keep(name, { key: content, value, machines });
  return value;
};

/**
 * Where an experiment keeps what it made: OUT/runs holds its training runs, OUT/results what was computed of them. Both
 * are found again by what determines them, so that an experiment that was stopped goes on where it was, and two that
 * need the same run share it.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { sha256 } from "../../datasets/data-file.ts";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { ConfigError } from "../../errors.ts";
import type { Images } from "../../networks/images.ts";
import type { Network } from "../../networks/network.ts";
import type { EngineOptions } from "../../runtime/node.ts";
import { isThere, makeFolder, parseJson, readWhole, replaceFile } from "../../storage/files.ts";
import { parseTraining, type TrainingDescription } from "../../training/configuration.ts";
import type { StepReport } from "../../training/runs/run.ts";
import { type Run, resume, splitChecksum, train } from "../../training/runs/run.ts";
import { type RunDescription, readDescription, runFile } from "../../training/runs/run-folder.ts";
import type { Budget } from "./budgets.ts";
import { engineOf, gathered, machineOf, note, type Provenance } from "./provenance.ts";
import { type TrainingTime, timeSchema, trainingClock } from "./training-time.ts";

/** A training run that an experiment wants. */
export interface Trial {
  /** As people are told of it. */
  readonly title: string;
  readonly network: Network;
  readonly training: TrainingDescription;
  readonly split: ImageSplit;
}

/** The seeds of a study: 1, 2, .. */
export const seedsOf = ({ seeds }: Pick<StudyOptions, "seeds">): readonly number[] =>
  Array.from({ length: seeds }, (_, k) => k + 1);

export interface Trained {
  readonly run: Run & { readonly folder: string };
  readonly seconds: TrainingTime;
}

export interface StudyOptions extends EngineOptions {
  readonly folder: string;
  readonly budget: Budget;
  readonly seeds: number;
  readonly signal: AbortSignal;
  readonly onStep: (title: string, report: StepReport) => void;
  /** A line for people. */
  readonly say: (line: string) => void;
}

export interface Study extends StudyOptions {
  /** The run, made unless it is there. Throws ConfigError for one in its place that was configured otherwise. */
  readonly trained: (trial: Trial) => Promise<Trained>;
  /** Of a run that was begun. */
  readonly secondsOf: (trial: Trial) => Promise<TrainingTime>;
  /** Of what it has given so far. */
  readonly provenance: Provenance;
  /**
   * What `compute` gives, computed unless it is there; JSON, of which `schema` says what it is. `key` is all that
   * determines it.
   */
  readonly remembered: <T>(
    subject: string,
    key: object,
    schema: z.ZodType<T>,
    compute: () => Promise<T>,
  ) => Promise<T>;
}

/** Results and times are small. */
const LARGEST_RESULT = 1 << 28;

export const openStudy = async (options: StudyOptions): Promise<Study> => {
  const { folder } = options;
  for (const part of ["runs", "results"]) await makeFolder(join(folder, part));
  const provenance: Provenance = { machines: new Set(), isNew: false };
  const own = { ...options, provenance };
  return {
    ...own,
    trained: (trial) => trained(own, trial),
    secondsOf: async (trial) => {
      const { time } = await placeOf(options, trial);
      note(provenance, time?.machines);
      return time?.seconds ?? null;
    },
    remembered: (subject, key, schema, compute) => remembered(own, subject, key, schema, compute),
  };
};

type Noting = StudyOptions & Pick<Study, "provenance">;

/** SHA-256 of images: what makes them the same. */
export const imagesChecksum = ({ shape, images }: Images): string => sha256(JSON.stringify(shape), images);

const identity = (key: object): string =>
  createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 12);

/** Where a run is kept, and how long it has been trained. */
const placeOf = async ({ folder }: StudyOptions, { network, training, split }: Trial) => {
  const settings = parseTraining(training);
  const data = splitChecksum(split);
  const id = `${network.name}-${identity({ network, training: settings, data })}`;
  const [run, times] = [join(folder, "runs", id), join(folder, "results", `${id}-time.json`)];
  const time = await readJson(times, timeSchema);
  return { settings, data, run, times, time };
};

const trained = async (options: Noting, trial: Trial): Promise<Trained> => {
  const { title, network, split } = trial;
  const { settings: training, data, run: folder, times, time } = await placeOf(options, trial);
  const made = (await isThere(runFile(folder))) ? await readDescription(folder) : undefined;
  if (made) requireSame(folder, { network, training, data: { sha256: data } }, made);
  // A run goes on where it was begun, unless told otherwise.
  const clock = trainingClock(times, time, machineOf({ ...made, ...engineOf(options) }));
  const onStep = (report: StepReport): void => {
    options.provenance.isNew = true;
    clock.count(report);
    options.onStep(title, report);
  };
  const go = { ...engineOf(options), signal: options.signal, onStep };
  // A run that is done resumes to its end at once.
  const run = await (made
    ? resume(folder, split, go)
    : train(network, split, { ...training, ...go, out: folder })
  ).catch(async (cause: unknown) => {
    await clock.end().catch(() => {});
    throw cause;
  });
  const record = await clock.end();
  note(options.provenance, record?.machines);
  options.signal.throwIfAborted();
  return { run: { ...run, folder }, seconds: record?.seconds ?? null };
};

/** Training fills in the pixels' statistics. */
const withoutPixels = ({ pixels: _, ...network }: Network): object => network;

type Configured = Pick<RunDescription, "network" | "training"> & {
  readonly data: Pick<RunDescription["data"], "sha256">;
};

const requireSame = (folder: string, wanted: Configured, found: Configured): void => {
  const same = (of: (run: Configured) => unknown): boolean =>
    JSON.stringify(of(found)) === JSON.stringify(of(wanted));
  const differs = !same(({ network }) => withoutPixels(network))
    ? "another network"
    : !same(({ training }) => training)
      ? "other settings"
      : !same(({ data }) => data.sha256)
        ? "other data"
        : undefined;
  if (differs === undefined) return;
  throw new ConfigError(`the run in ${folder}`, {
    given: differs,
    expected: "those of the experiment, after which the folder is named",
    remedy: "Move that run elsewhere: the experiment makes its own.",
  });
};

const remembered = async <T>(
  options: Noting,
  subject: string,
  key: object,
  schema: z.ZodType<T>,
  compute: () => Promise<T>,
): Promise<T> => {
  const { folder, say, provenance } = options;
  const file = join(folder, "results", `${subject}-${identity(key)}.json`);
  const resultSchema = z.strictObject({
    ...{ key: z.unknown(), value: schema },
    machines: z.array(z.string()).optional(),
  });
  const found = await readJson(file, resultSchema, say);
  if (found && JSON.stringify(found.key) === JSON.stringify(key)) {
    note(provenance, found.machines);
    return found.value;
  }
  provenance.isNew = true;
  const { value, machines } = await gathered(provenance, () => {
    note(provenance, [machineOf(options)]);
    return compute();
  });
  await replaceFile(file, JSON.stringify({ key, value, machines }));
  return value;
};

/** What a file holds, if it is there and whole: else it is made anew. */
const readJson = async <T>(
  file: string,
  schema: z.ZodType<T>,
  say: (line: string) => void = () => {},
): Promise<T | undefined> => {
  let text: string;
  try {
    text = new TextDecoder().decode(await readWhole(file, LARGEST_RESULT));
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  say(`${file} is damaged, or of another version: computed again`);
  return undefined;
};

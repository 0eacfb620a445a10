/**
 * Where an experiment keeps what it made: OUT/runs holds its training runs, OUT/results what was computed of them. Both
 * are found again by what determines them, so that an experiment that was stopped goes on where it was, and two that
 * need the same run share it.
 */
import { createHash } from "node:crypto";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { ConfigError } from "../../errors.ts";
import type { Images } from "../../networks/images.ts";
import type { Network } from "../../networks/network.ts";
import { createEngine, type EngineOptions } from "../../runtime/node.ts";
import { isThere, makeFolder, parseJson, readWhole, replaceFile } from "../../storage.ts";
import { parseTraining, type TrainingDescription } from "../../training/configuration.ts";
import { type Run, resume, splitChecksum, train } from "../../training/run.ts";
import { type RunDescription, readDescription, runFile } from "../../training/run-folder.ts";
import type { StepReport } from "../../training/train.ts";
import type { Budget } from "./budgets.ts";

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
  /** Wall time of its steps, over all the calls that it took. */
  readonly seconds: number;
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
  /** Wall time of the steps of that run, over all the calls that it took; 0 for one that was never begun. */
  readonly secondsOf: (trial: Trial) => Promise<number>;
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
  return {
    ...options,
    trained: (trial) => trained(options, trial),
    secondsOf: async (trial) => (await placeOf(options, trial)).seconds,
    remembered: (subject, key, schema, compute) => remembered(options, subject, key, schema, compute),
  };
};

/** Where to compute, of what is given. */
export const engineOf = ({ device, threads }: EngineOptions): EngineOptions => ({
  ...(device && { device }),
  ...(threads !== undefined && { threads }),
});

/** Device, threads and processor, in words. */
export const machineOf = (options: EngineOptions): string => {
  const { device, threads } = createEngine(engineOf(options));
  return `${device}, ${threads} thread${threads === 1 ? "" : "s"} of ${availableParallelism()} (${cpus()[0]?.model.trim() ?? "unknown processor"})`;
};

/** SHA-256 of images: what makes them the same. */
export const imagesChecksum = ({ shape, images }: Images): string =>
  createHash("sha256").update(JSON.stringify(shape)).update(images).digest("hex");

const identity = (key: object): string =>
  createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 12);

/** Where a run is kept, and how long it has been trained. */
const placeOf = async ({ folder }: StudyOptions, { network, training, split }: Trial) => {
  const settings = parseTraining(training);
  const data = splitChecksum(split);
  const id = `${network.name}-${identity({ network, training: settings, data })}`;
  const times = join(folder, "results", `${id}-time.json`);
  const known = await readJson(times, z.strictObject({ seconds: z.number() }));
  return { settings, data, run: join(folder, "runs", id), times, seconds: known?.seconds ?? 0 };
};

const trained = async (options: StudyOptions, trial: Trial): Promise<Trained> => {
  const { title, network, split } = trial;
  const { settings: training, data, run: folder, times, seconds: before } = await placeOf(options, trial);
  const isMade = await isThere(runFile(folder));
  let seconds = isMade ? before : 0;
  const onStep = (report: StepReport): void => {
    seconds += report.milliseconds / 1000;
    options.onStep(title, report);
  };
  const go = { ...engineOf(options), signal: options.signal, onStep };
  if (isMade)
    requireSame(folder, { network, training, data: { sha256: data } }, await readDescription(folder));
  // A run that is done resumes to its end at once.
  const run = isMade
    ? await resume(folder, split, go)
    : await train(network, split, { ...training, ...go, out: folder });
  await replaceFile(times, JSON.stringify({ seconds }));
  options.signal.throwIfAborted();
  return { run: { ...run, folder }, seconds };
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
  { folder, say }: StudyOptions,
  subject: string,
  key: object,
  schema: z.ZodType<T>,
  compute: () => Promise<T>,
): Promise<T> => {
  const file = join(folder, "results", `${subject}-${identity(key)}.json`);
  const found = await readJson(file, z.strictObject({ key: z.unknown(), value: schema }), say);
  if (found && JSON.stringify(found.key) === JSON.stringify(key)) return found.value;
  const value = await compute();
  await replaceFile(file, JSON.stringify({ key, value }));
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

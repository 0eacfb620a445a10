/** Training runs in Node, in memory or in a folder: train, resume, open. */

import { areBlackOrWhite } from "../../datasets/binary-pixels.ts";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { borderMean } from "../../datasets/images/border.ts";
import { CheckpointError, ConfigError } from "../../errors.ts";
import { evaluate } from "../../inference/node.ts";
import { checkImages, checkLabels } from "../../networks/images.ts";
import { checkModel, type Model } from "../../networks/model.ts";
import type { Network, NetworkDescription } from "../../networks/network.ts";
import { createEngine, type EngineOptions, engineVersion } from "../../runtime/node.ts";
import { requireDevice } from "../../runtime/require-device.ts";
import { isThere, removeLeftovers } from "../../storage/files.ts";
import { sha256, sha256InSlices } from "../../storage/sha256.ts";
import { packageVersion } from "../../version.ts";
import type { TrainingDescription } from "../configuration.ts";
import { stateAtStart } from "../initial-state.ts";
import { type LoopReport, stepsOf, trainingLoop } from "../loop.ts";
import { nodeHost } from "../node.ts";
import { prepareTraining } from "../prepare.ts";
import type { PreparedTraining } from "../prepared.ts";
import { type Position, START } from "../progress.ts";
import { parametersIn, requireFinite, type StateArrays, stateShapes } from "../state.ts";
import { validationBy } from "../validation.ts";
import { readCalibration } from "./calibration-file.ts";
import {
  type CheckpointOwner,
  checkStorable,
  hasCheckpoint,
  readNewestCheckpoint,
  writeCheckpoint,
} from "./checkpoint.ts";
import { type RunEvaluation, readEvaluation } from "./evaluation.ts";
import {
  checkpointFolder,
  createRunFolder,
  type EpochMetrics,
  fingerprint,
  fingerprintOfVersion01,
  type RunDescription,
  readDescription,
  readMetrics,
  readStoredRun,
  requireNewFolder,
  type StoredRun,
  storedAgain,
  type ValidationDraw,
  writeDescription,
  writeMetrics,
} from "./run-folder.ts";
import { withRunLock } from "./run-lock.ts";
import { readTimes, type StepsTime, writeTimes } from "./times.ts";

/** A model with where it came from. */
export interface Run extends Model {
  readonly description: RunDescription;
  readonly step: number;
  /** One entry for each epoch that is done. */
  readonly epochs: readonly EpochMetrics[];
  /** The last evaluation that was saved in the run's folder, of this step or an earlier one. */
  readonly evaluation?: RunEvaluation;
  /** The run's folder, if it has one. */
  readonly folder?: string;
  /** The step that the calibration in the folder is of, where the run was trained on since: it does not hold any more. */
  readonly staleCalibration?: number;
}

/** Report after each step of a run. */
export interface StepReport extends LoopReport {
  /** At the end of an epoch. */
  readonly metrics?: EpochMetrics;
}

export interface RunOptions extends EngineOptions {
  /** Called after every step. */
  readonly onStep?: (report: StepReport) => void;
  /** Aborting ends the run after the current step, with a checkpoint. */
  readonly signal?: AbortSignal;
  /**
   * Images that are kept out of training and scored after every epoch: loss, error, NLL and ECE by `VALIDATION_SAMPLES`
   * samples an image, in the epoch's metrics. What is trained does not depend on it.
   */
  readonly validation?: ImageSplit | undefined;
}

export interface TrainOptions extends RunOptions, TrainingDescription {
  /** Folder of the run, new or empty; without one nothing is written. */
  readonly out?: string;
  /** Where the data came from, noted in run.json. */
  readonly dataFolder?: string;
  /** Which labels of the data `split` has, noted in run.json. */
  readonly dataLabels?: RunDescription["data"]["labels"];
  /** How the validation split was drawn from the data, noted in run.json so that it is found again. */
  readonly validationDraw?: ValidationDraw | undefined;
}

export interface ResumeOptions extends RunOptions {
  /** Where the data came from now, noted in run.json. */
  readonly dataFolder?: string;
  /** Another number of epochs: the schedule is stretched to it from here on. */
  readonly epochs?: number;
}

/** Steps between checkpoints; the end of an epoch writes one too. */
export const CHECKPOINT_STEPS = 500;

/**
 * Trains a network on a split from its initial parameters. Throws ConfigError for settings out of range, DataError for
 * images that do not fit, CheckpointError for a folder that is in use, DeviceError for a device that is not there,
 * NumericError if the loss leaves the numbers.
 */
export const train = async (
  network: NetworkDescription,
  split: ImageSplit,
  options: TrainOptions = {},
): Promise<Run> => {
  const {
    out,
    dataFolder,
    dataLabels,
    validation,
    validationDraw,
    onStep,
    signal,
    device,
    threads,
    ...settings
  } = options;
  const prepared = await prepareTraining(network, split, settings);
  checkValidation(prepared.network, validation);
  if (out !== undefined && (await isThere(out))) await withRunLock(out, () => requireNewFolder(out));
  const engine = createEngine({ ...(device && { device }), ...(threads !== undefined && { threads }) });
  const description: RunDescription = {
    format: "neural-sampling run 1",
    versions: versions(),
    device: engine.device,
    threads: engine.threads,
    network: prepared.network,
    training: prepared.training,
    data: {
      name: split.name,
      count: split.count,
      sha256: await splitChecksumInSlices(split),
      ...(validationDraw && { validation: validationDraw }),
      ...(dataLabels && { labels: dataLabels }),
      ...(split.classNames && { classNames: [...split.classNames] }),
      ...(split.shape[0] === 1 && {
        border: borderMean(split.images, split.shape) / 255,
      }),
      binary: await areBlackOrWhite(split.images),
      ...(dataFolder !== undefined && { folder: dataFolder }),
    },
  };
  if (out !== undefined) checkStorable(ownerOf(description));
  const start = await startOf(description, prepared);
  await requireDevice(engine);
  if (out === undefined) return continueRun(description, prepared, start, options);
  return withRunLock(out, async () => {
    await createRunFolder(out, description);
    await writeCheckpoint(checkpointFolder(out), ownerOf(description), START, start.state);
    return continueRun(description, prepared, start, options, out);
  });
};

/**
 * Resumes the run in `folder` from its newest checkpoint. Throws ConfigError for fewer epochs than are done,
 * CheckpointError for a damaged or foreign checkpoint, for a split that is not the run's and while another process
 * trains it, DeviceError for a device that is not there; the folder is then as it was.
 */
export const resume = async (
  folder: string,
  split: ImageSplit,
  options: ResumeOptions = {},
): Promise<Run> => {
  // A folder that is no run gets no lock either.
  await readDescription(folder);
  return withRunLock(folder, () => resumeLocked(folder, split, options));
};

const resumeLocked = async (folder: string, split: ImageSplit, options: ResumeOptions): Promise<Run> => {
  const { description: stored, document } = await readStoredRun(folder);
  const checksum = await splitChecksumInSlices(split);
  if (checksum !== stored.data.sha256)
    throw new CheckpointError(`resuming ${folder}`, {
      given: `other data: ${split.name}`,
      expected: `the data that the run was started with: ${stored.data.name}`,
      remedy: "Give their folder with --data, or start a new run.",
    });
  const checkpoints = checkpointFolder(folder);
  // A run that was killed while it was set up has no checkpoint, and starts from the seed once more.
  const found = (await hasCheckpoint(checkpoints))
    ? await readNewestCheckpoint(checkpoints, storedOwner({ description: stored, document }))
    : undefined;
  const description = extend(stored, found?.position.step ?? 0, options);
  const prepared = await prepareTraining(description.network, split, description.training);
  checkValidation(description.network, options.validation);
  await requireDevice(createEngine(description));
  const from = found ?? (await startOf(description, prepared));
  const epochs = await readMetrics(folder, from.position.step);
  await removeLeftovers(folder);
  await writeDescription(folder, storedAgain(description, document));
  await writeMetrics(folder, epochs);
  const times = await readTimes(folder, from.position.step);
  return continueRun(description, prepared, { ...from, epochs, times }, options, folder);
};

/**
 * The model in `folder` as of its newest checkpoint. Throws StorageError for a folder that is no run, CheckpointError for
 * damaged files, ConfigError for a value that is no path.
 */
export const openRun = async (folder: string): Promise<Run> => {
  const { run, damage } = await openDamagedRun(folder);
  if (damage.length > 0) throw damage[0];
  return run;
};

/**
 * The run in `folder`, without those of its records (metrics.jsonl, evaluation.json, calibration.safetensors) that are
 * damaged or belong to another model: `damage` says which. Otherwise throws as `openRun`.
 */
export const openDamagedRun = async (
  folder: string,
): Promise<{ readonly run: Run; readonly damage: readonly CheckpointError[] }> => {
  requirePath(folder);
  const stored = await readStoredRun(folder);
  const { description } = stored;
  const { state, position } = await readNewestCheckpoint(checkpointFolder(folder), storedOwner(stored));
  const damage: CheckpointError[] = [];
  const note = (error: unknown): undefined => {
    if (!(error instanceof CheckpointError)) throw error;
    damage.push(error);
  };
  const epochs = (await readMetrics(folder, position.step).catch(note)) ?? [];
  const evaluation = await readEvaluation(folder).catch(note);
  const calibration = await readCalibration(folder, { description, step: position.step }).catch(note);
  const run = {
    ...toRun(description, state, position, epochs, folder),
    ...(evaluation && { evaluation }),
    ...calibration,
  };
  return { run, damage };
};

const requirePath = (folder: unknown): void => {
  if (typeof folder === "string" && folder !== "") return;
  throw new ConfigError("opening a run", {
    given: folder === "" ? "an empty path" : `a value of type ${folder === null ? "null" : typeof folder}`,
    expected: "the path of a run's folder",
    remedy: "Name the folder that was given as `out` when it was trained.",
  });
};

const checkValidation = (network: Network, validation: ImageSplit | undefined): void => {
  if (!validation) return;
  checkImages(network, validation);
  checkLabels(network, validation);
};

const extend = (
  stored: RunDescription,
  step: number,
  { dataFolder, epochs, device, threads }: ResumeOptions,
): RunDescription => {
  const training = { ...stored.training, ...(epochs !== undefined && { epochs }) };
  if (!Number.isInteger(training.epochs) || stepsOf(training, stored.data.count) < step)
    throw new ConfigError("resuming", {
      given: `${training.epochs} epochs`,
      expected: `a whole number of at least ${Math.ceil(step / stepsOf({ ...training, epochs: 1 }, stored.data.count))}: so many are done or under way`,
      remedy: "Ask for more epochs.",
    });
  return {
    ...stored,
    ...(device && { device }),
    ...(threads !== undefined && { threads }),
    ...(step < stepsOf(training, stored.data.count) && resumedWith(stored, step)),
    ...(dataFolder !== undefined && { data: { ...stored.data, folder: dataFolder } }),
    training,
  };
};

/** Records the versions that resume the run at `step`, if they differ from those before. */
const resumedWith = (
  { versions: first, resumed = [] }: RunDescription,
  step: number,
): Pick<RunDescription, "resumed"> => {
  const [before, now] = [resumed.at(-1)?.versions ?? first, versions()];
  const isSame = [...Object.keys(before), ...Object.keys(now)].every((name) => before[name] === now[name]);
  return isSame ? {} : { resumed: [...resumed, { step, versions: now }] };
};

const ownerOf = (description: RunDescription): CheckpointOwner => ({
  fingerprint: fingerprint(description),
  shapes: () => stateShapes(description.network, description.training),
  describedIn: "run.json",
  ifNone: "Go on with the run by `nsm train --resume`, or name another run folder.",
});

/** The owner of the checkpoints beside a run.json, which version 0.1 may have written. */
const storedOwner = ({ description, document }: StoredRun): CheckpointOwner => ({
  ...ownerOf(description),
  fingerprintOfVersion01: fingerprintOfVersion01(document),
});

interface Start {
  readonly state: StateArrays;
  readonly position: Position;
  readonly epochs: readonly EpochMetrics[];
  readonly times: readonly StepsTime[];
}

/** Start of a run, which its description and data determine. */
const startOf = async ({ device, threads }: RunDescription, prepared: PreparedTraining): Promise<Start> => ({
  state: await stateAtStart(createEngine({ device, threads }), prepared),
  position: START,
  epochs: [],
  times: [],
});

const continueRun = async (
  description: RunDescription,
  prepared: PreparedTraining,
  { state: initial, position: from, epochs: done, times: before }: Start,
  { onStep, signal, validation }: RunOptions,
  folder?: string,
): Promise<Run> => {
  const host = nodeHost(description);
  const owner = ownerOf(description);
  const epochs = [...done];
  const times = [...before];
  let milliseconds = 0;
  let [state, position, kept] = [initial, from, from.step];
  /** Reads the state after a step, and writes a checkpoint and the epoch's metrics. */
  const keep = async ({ state: stateOf, metrics }: LoopReport): Promise<void> => {
    if (kept === position.step) return;
    state = await stateOf();
    times.push({ from: kept, step: position.step, seconds: milliseconds / 1000 });
    milliseconds = 0;
    kept = position.step;
    // Before the checkpoint: a line of a later step is dropped by a resume, one that is missing is lost.
    if (folder !== undefined) await writeTimes(folder, times);
    if (metrics) {
      await requireFinite(state, position.step);
      epochs.push(metrics);
      if (folder !== undefined) await writeMetrics(folder, epochs);
    }
    if (folder !== undefined) await writeCheckpoint(checkpointFolder(folder), owner, position, state);
  };
  /** Scores the model at the end of an epoch, unless that is done. */
  const score = async (): Promise<void> => {
    const last = epochs.at(-1);
    if (!validation || last?.step !== position.step || last.validation) return;
    const model = toRun(description, state, position, epochs);
    const { device, threads } = description;
    const scores = await validationBy(
      (...[scored, split, options]) => evaluate(scored, split, { device, threads, ...options }),
      model,
      validation,
      signal,
    );
    if (!scores) return;
    epochs.splice(-1, 1, { ...last, validation: scores });
    if (folder !== undefined) await writeMetrics(folder, epochs);
  };
  await score();
  for await (const report of trainingLoop({ prepared, host, state, position })) {
    position = report.position;
    milliseconds += report.milliseconds;
    const isCheckpoint = folder !== undefined && position.step % CHECKPOINT_STEPS === 0;
    if (report.metrics || isCheckpoint) await keep(report);
    if (report.metrics) await score();
    onStep?.(report.metrics ? { ...report, metrics: epochs.at(-1)! } : report);
    if (signal?.aborted) {
      await keep(report);
      break;
    }
  }
  return toRun(description, state, position, epochs, folder);
};

const toRun = (
  description: RunDescription,
  state: StateArrays,
  { step }: Position,
  epochs: readonly EpochMetrics[],
  folder?: string,
): Run => {
  const { network } = description;
  const parameters = parametersIn(network, state);
  const model = checkModel({ network, parameters });
  return { ...model, description, step, epochs, ...(folder !== undefined && { folder }) };
};

const identityOf = ({ shape, labels, images }: ImageSplit) =>
  [JSON.stringify(shape), labels, images] as const;

/** SHA-256 of a split's shape, labels and pixels: what makes it the same data. It holds the event loop. */
export const splitChecksum = (split: ImageSplit): string => sha256(...identityOf(split));

/** The same checksum, computed in slices between which the event loop serves others. */
export const splitChecksumInSlices = (split: ImageSplit): Promise<string> =>
  sha256InSlices(identityOf(split));

/** Versions that determine the bits of a run. */
export const versions = (): Record<string, string> => ({
  "neural-sampling": packageVersion,
  onnxruntime: engineVersion(),
  node: process.versions.node,
});

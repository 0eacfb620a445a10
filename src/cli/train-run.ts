import { defined } from "../defined.ts";
/** nsm train: trains a network, or resumes a run, and evaluates it on the test or the validation split. */

import { resolve } from "node:path";
import type { Dataset } from "../datasets/dataset.ts";
import { dataPlace } from "../datasets/fetching/data-place.ts";
import { openDataset } from "../datasets/open.ts";
import { UsageError } from "../errors.ts";
import { counted, grouped } from "../grouped.ts";
import type { Network } from "../networks/network.ts";
import { checkEngine, type EngineOptions } from "../runtime/node.ts";
import { median } from "../statistics/quantile.ts";
import { saveEvaluation } from "../training/runs/evaluation.ts";
import { type Run, type RunOptions, resume, type StepReport, train } from "../training/runs/run.ts";
import { dataOf, withValidation } from "../training/runs/run-data.ts";
import { readDescription, requireNewFolder, type ValidationDraw } from "../training/runs/run-folder.ts";
import { substrateOf } from "./chips-options.ts";
import { inLoopText } from "./device-text.ts";
import { evaluateWithProgress } from "./evaluation.ts";
import { interruptible } from "./interrupt.ts";
import { refuseStray } from "./options.ts";
import { evaluationText, print, printJson, say } from "./print.ts";
import { trainingProgress } from "./progress.ts";
import { shellWord } from "./shell-word.ts";
import { checkResume, defaultFolder, networkOf, type TrainFlags, trainingOf } from "./train-settings.ts";

/** A run that is ready to start or to resume. */
interface Plan {
  readonly folder: string;
  readonly epochs: number;
  readonly dataset: Dataset;
  readonly go: (options: RunOptions) => Promise<Run>;
}

/** Runs the command; returns the exit status. */
export const runTrain = async (name: string | undefined, flags: TrainFlags): Promise<number> => {
  // Before data are read and a training is announced that cannot start.
  checkEngine(engineOf(flags));
  const { folder, epochs, dataset, go } =
    flags.resume === undefined ? await planNew(name, flags) : await planResume(name, flags, flags.resume);
  // The one option of the run's result that run.json does not hold.
  const samples = flags.samples === undefined ? "" : ` --samples ${flags.samples}`;
  let isTrained = false;
  const work = async (signal: AbortSignal): Promise<void> => {
    const milliseconds: number[] = [];
    let waited = 0;
    const began = performance.now();
    const progress = trainingProgress(epochs);
    signal.addEventListener("abort", progress.stop);
    const onStep = (report: StepReport): void => {
      milliseconds.push(report.milliseconds);
      waited += report.waited;
      isTrained = report.position.step === report.steps;
      progress.show(report);
    };
    const run = await go({ ...engineOf(flags), signal, onStep }).finally(progress.stop);
    signal.throwIfAborted();
    isTrained = true;
    const seconds = (performance.now() - began) / 1000;
    const dataWait = waited / milliseconds.reduce((sum, ms) => sum + ms, 0) || 0;
    await conclude(
      run,
      dataset,
      flags,
      { seconds, stepMs: milliseconds.length === 0 ? null : median(milliseconds), dataWait },
      milliseconds.length,
      signal,
    );
  };
  return interruptible(work, {
    announce: () => (isTrained ? "stopping" : "finishing the step"),
    advice: () =>
      isTrained
        ? `trained and saved; score it by: nsm evaluate ${shellWord(folder)}${samples}`
        : `saved; resume it by: nsm train --resume ${shellWord(folder)}${samples}`,
  });
};

const engineOf = ({ device, threads }: TrainFlags): EngineOptions => defined({ device, threads });

const folderOf = ({ data }: { readonly data?: string | undefined }): { readonly dataFolder?: string } =>
  data === undefined ? {} : { dataFolder: resolve(data) };

const validationOf = (flags: TrainFlags): ValidationDraw | undefined => {
  const { validation: count, validationSeed: seed = 1 } = flags;
  if (count === undefined) refuseStray(flags, ["validationSeed"], "--validation");
  return count === undefined ? undefined : { count, seed };
};

/** Throws UsageError for a network that does not take the embedded digits, which are trained on without --data. */
const requireDigits = ({ name, input }: Network, { train: { shape } }: Dataset): void => {
  if (input.join() === shape.join()) return;
  throw new UsageError("train", {
    given: `${name}, which takes images of ${input.join(" x ")}, without --data`,
    expected: `its data: the embedded digits are ${shape.join(" x ")}`,
    remedy:
      "Give their folder by --data DIR; `nsm data list` names data sets, `nsm data fetch NAME` downloads one.",
  });
};

const planNew = async (name: string | undefined, flags: TrainFlags): Promise<Plan> => {
  const network = await networkOf(name, flags);
  const training = { ...trainingOf(name, flags), ...(await substrateOf(flags)) };
  const validationDraw = validationOf(flags);
  const { labels } = flags;
  const data = flags.data === undefined ? undefined : await dataPlace(flags.data);
  const dataset = withValidation(await openDataset(data, defined({ labels })), validationDraw);
  if (data === undefined) requireDigits(network, dataset);
  const folder = flags.out ?? defaultFolder(network, training);
  await requireNewFolder(folder);
  say(`training ${network.name} on ${dataset.train.name}, into ${folder}`);
  if (training.substrate) say(`nsm: ${inLoopText(training.substrate.device)}`);
  noteIdleOutputs(network, dataset.train);
  notePadding(training.batch, dataset.train);
  return {
    folder,
    epochs: training.epochs,
    dataset,
    go: (options) =>
      train(network, dataset.train, {
        ...training,
        ...folderOf({ data }),
        ...defined({ validationDraw, dataLabels: labels }),
        ...(validationDraw && { validation: dataset.test }),
        ...options,
        out: folder,
      }),
  };
};

/** Says that outputs stay idle where the data have fewer classes than the network: IDX files always count ten. */
const noteIdleOutputs = ({ name, classes }: Network, split: Dataset["train"]): void => {
  if (split.classes < classes)
    say(
      `nsm: ${name} has ${classes} outputs and the data ${split.classes} classes: the other outputs stay idle (--network takes a network with as many)`,
    );
};

/** Says that steps are padded where a batch is larger than the data. */
const notePadding = (batch: number | undefined, { count }: Dataset["train"]): void => {
  if (batch !== undefined && batch > count)
    say(
      `nsm: --batch ${batch} is more than the ${counted(count, "training example")}: each epoch is one step, and the rest of the batch repeats examples that do not count (--batch ${count} is enough)`,
    );
};

const planResume = async (name: string | undefined, flags: TrainFlags, folder: string): Promise<Plan> => {
  checkResume(name, flags);
  const description = await readDescription(folder);
  const data = flags.data === undefined ? undefined : await dataPlace(flags.data);
  const dataset = await dataOf(description, data);
  const epochs = flags.epochs ?? description.training.epochs;
  const validation = description.data.validation && dataset.test;
  say(`resuming ${folder}: ${description.network.name} on ${dataset.train.name}`);
  return {
    folder,
    epochs,
    dataset,
    go: (options) => resume(folder, dataset.train, { ...folderOf({ data }), ...options, epochs, validation }),
  };
};

interface Time {
  readonly seconds: number;
  /** Milliseconds of the median step; null without one. */
  readonly stepMs: number | null;
  /** Fraction of the steps' time in which the engine waited for its batch. */
  readonly dataWait: number;
}

/**
 * Evaluates the trained run, keeps the evaluation in its folder, and prints the result. `stepsNow` of the run's steps took
 * `time`: all of them, unless it was resumed.
 */
const conclude = async (
  run: Run,
  { test }: Dataset,
  flags: TrainFlags,
  time: Time,
  stepsNow: number,
  signal: AbortSignal,
): Promise<void> => {
  const { samples } = flags;
  const { device, threads } = run.description;
  const evaluation = await evaluateWithProgress(run, test, defined({ device, threads, samples }), signal);
  const { seconds: _, ...scores } = evaluation;
  if (run.folder !== undefined) await saveEvaluation(run.folder, run.step, scores);
  if (flags.json)
    return printJson({
      run: run.folder,
      network: run.network.name,
      epochs: run.epochs.length,
      steps: run.step,
      ...time,
      error: evaluation.error,
      evaluation,
    });
  const pace =
    time.stepMs === null
      ? "nothing was left to train"
      : `${time.stepMs.toFixed(1)} ms a step, ${(100 * time.dataWait).toFixed(1)} % of it waiting for data`;
  const now = stepsNow > 0 && stepsNow < run.step ? `, ${grouped(stepsNow)} of them now` : "";
  print(
    `trained ${run.network.name} for ${counted(run.epochs.length, "epoch")}, ${counted(run.step, "step")}${now}: ${time.seconds.toFixed(1)} s, ${pace}\n` +
      `${evaluationText(evaluation)}\nrun: ${run.folder}`,
  );
};

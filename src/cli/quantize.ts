/** nsm quantize: a run's network in integers. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import type { Dataset, ImageSplit } from "../datasets/dataset.ts";
import { defined } from "../defined.ts";
import { counted } from "../grouped.ts";
import { monteCarlo } from "../inference/node.ts";
import type { Uncertainty } from "../inference/uncertainty.ts";
import { unsureAbove } from "../inference/unsure.ts";
import { integerBytes } from "../integer/operations.ts";
import { integersOf } from "../integer/quantize.ts";
import { type IntegerNetwork, WEIGHT_WIDTHS, type WeightWidth } from "../networks/integers/integers.ts";
import type { Model } from "../networks/model.ts";
import type { EngineOptions } from "../runtime/node.ts";
import { metrics } from "../statistics/metrics.ts";
import { agreement } from "../statistics/probabilities.ts";
import { type FineTuneOptions, fineTune } from "../training/runs/fine-tune.ts";
import { requireQuantizedFolder, writeQuantized } from "../training/runs/quantized-run.ts";
import { openRun, type Run, splitChecksumInSlices } from "../training/runs/run.ts";
import { dataOf } from "../training/runs/run-data.ts";
import { interruptibleUntilWritten } from "./interrupt.ts";
import {
  addCompute,
  type ComputeFlags,
  choice,
  finish,
  path,
  positiveNumber,
  refuseStray,
  wholeNumber,
} from "./options.ts";
import { bytesText, print, printJson, say, table } from "./print.ts";
import { createBar, trainingProgress } from "./progress.ts";

interface QuantizeFlags extends ComputeFlags {
  readonly out: string;
  readonly weights: WeightWidth;
  readonly data?: string;
  readonly samples: number;
  readonly seed?: number;
  readonly epochs?: number;
  readonly learningRate?: number;
}

const SAMPLES = 20;

export const addQuantize = (program: Command): void => {
  const command = program
    .command("quantize")
    .summary("compute a run's network in integers")
    .description(
      "Rounds a run's weights to integers: with the sums, thresholds and probabilities in integers too, a pass takes " +
        "additions and comparisons almost alone. Scores the run and its integers on the split that evaluate scores. The folder can " +
        "be given to evaluate, predict, info and export in place of a run.",
    )
    .argument("<run>", "folder of the run")
    .requiredOption("--out <folder>", "folder to write, new or empty", path)
    .addOption(
      choice(
        "--weights <width>",
        "bits of the weights; those on pixels and of the readout have 8",
        WEIGHT_WIDTHS,
      ).default("int8"),
    )
    .option(
      "--data <folder>",
      "data set to score on (default the run's own, which alone it is fine-tuned on)",
    )
    .option("--samples <n>", "Monte Carlo passes per image", wholeNumber(1), SAMPLES)
    .option("--seed <n>", "random seed of the noise (default 1)", wholeNumber(0))
    .option(
      "--epochs <n>",
      "fine-tune: train the weights on for so many epochs, rounded in the forward pass (default: no training)",
      wholeNumber(1),
    )
    .option(
      "--learning-rate <rate>",
      "fine-tune: peak learning rate, falling to 0 by a cosine (default the run's)",
      positiveNumber,
    )
    .action(async (folder: string, flags: QuantizeFlags) => {
      process.exitCode = await runQuantize(folder, flags);
    });
  finish(
    addCompute(command),
    "nsm quantize runs/a --weights int8 --out runs/a-int8\nnsm evaluate runs/a-int8",
  );
};

/** Runs the command; returns the exit status. */
const runQuantize = (folder: string, flags: QuantizeFlags): Promise<number> => {
  if (flags.epochs === undefined) refuseStray(flags, ["learningRate"], "--epochs");
  return interruptibleUntilWritten(flags.out, (signal, onWritten) =>
    quantizeRun(folder, flags, signal, onWritten),
  );
};

const quantizeRun = async (
  folder: string,
  flags: QuantizeFlags,
  signal: AbortSignal,
  onWritten: () => void,
): Promise<void> => {
  const { out, weights, data, json, epochs, learningRate, ...sampling } = flags;
  const run = await openRun(folder);
  const { network, parameters } = run;
  const rounded = integersOf(run, weights);
  await requireQuantizedFolder(out);
  const given = await dataOf(run.description, data);
  const { test } = given;
  if (run.calibration) say("nsm: without its calibration, which is for passes in floating point");
  const probabilitiesOf = async (model: Model, name: string): Promise<Uncertainty["probabilities"]> => {
    const bar = createBar(`${name} {bar} {value}/{total} images  {eta_formatted} left`);
    try {
      const onProgress = (images: number): void => bar.draw(images, test.count);
      return (await monteCarlo(model, test, { ...defined(sampling), onProgress, signal })).probabilities;
    } finally {
      bar.stop();
    }
  };
  const { learningRate: ofRun } = run.description.training;
  const fineTuning = epochs === undefined ? undefined : { epochs, learningRate: learningRate ?? ofRun };
  const tuned =
    fineTuning &&
    (await tunedIntegers(run, await trainingSplitOf(run, given), weights, {
      ...fineTuning,
      ...engineOf(flags),
      signal,
    }));
  const integers = tuned ?? rounded;
  const float = await probabilitiesOf({ network, parameters }, "float");
  const own = await probabilitiesOf({ network, parameters, integers }, weights);
  const before =
    tuned && (await probabilitiesOf({ network, parameters, integers: rounded }, "rounded alone"));
  signal.throwIfAborted();
  await writeQuantized(out, run, integers, { threshold: unsureAbove(network.classes), fineTuning });
  onWritten();
  const { size: bytes } = await stat(join(out, "model.safetensors"));
  const found = {
    ...{ run: out, weights, bytes: integerBytes(integers), fileBytes: bytes },
    ...{ split: test.name, images: test.count, samples: sampling.samples },
    floatError: metrics(float, test.labels).error,
    error: metrics(own, test.labels).error,
    agreement: agreement(float, own, network.classes),
    ...(before && { ...fineTuning, roundedError: metrics(before, test.labels).error }),
  };
  if (json) printJson(found);
  else print(textOf(found));
};

/** The run's own training images: those of the given data if they are the same, as where the data were moved. */
const trainingSplitOf = async ({ description }: Run, given: Dataset): Promise<ImageSplit> => {
  if ((await splitChecksumInSlices(given.train)) === description.data.sha256) return given.train;
  say(`nsm: fine-tuning on the run's own training images, of ${description.data.name}`);
  return (await dataOf(description)).train;
};

const engineOf = ({ device, threads }: ComputeFlags): EngineOptions => defined({ device, threads });

/** Integers of the run's weights, trained on with rounding. */
const tunedIntegers = async (
  run: Run,
  split: ImageSplit,
  weights: WeightWidth,
  options: FineTuneOptions & { readonly epochs: number },
): Promise<IntegerNetwork> => {
  const progress = trainingProgress(options.epochs);
  say(`fine-tuning ${run.network.name} on ${split.name}, weights ${weights}`);
  try {
    return (await fineTune(run, split, weights, { ...options, onStep: progress.show })).integers;
  } finally {
    progress.stop();
  }
};

interface Found {
  readonly run: string;
  readonly weights: WeightWidth;
  readonly bytes: number;
  readonly split: string;
  readonly samples: number;
  readonly floatError: number;
  readonly error: number;
  readonly agreement: number;
  /** Epochs of fine-tuning, and the error of integers without it. */
  readonly epochs?: number;
  readonly roundedError?: number;
}

const textOf = (found: Found): string => {
  const { run, weights, bytes, split, samples, floatError, error, agreement, epochs, roundedError } = found;
  const tuned = epochs === undefined ? "" : `, fine-tuned for ${counted(epochs, "epoch")}`;
  return [
    `${split}, ${counted(samples, "sample")} per image`,
    table([
      ["  error", `${error.toFixed(2)} %`, `in integers, weights ${weights}${tuned}`],
      ...(roundedError === undefined
        ? []
        : [["  rounded alone", `${roundedError.toFixed(2)} %`, "without fine-tuning"]]),
      ["  float", `${floatError.toFixed(2)} %`, "of the run"],
      ["  agreement", `${(100 * agreement).toFixed(2)} %`, "of the labels"],
      ["  size", bytesText(bytes), "weights and constants"],
    ]),
    `integers: ${run}`,
  ].join("\n");
};

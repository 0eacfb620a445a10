/** nsm quantize: a run's network in integers. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { defined } from "../defined.ts";
import { counted } from "../grouped.ts";
import { monteCarlo } from "../inference/node.ts";
import type { Uncertainty } from "../inference/uncertainty.ts";
import { unsureAbove } from "../inference/unsure.ts";
import { integerBytes } from "../integer/operations.ts";
import { integersOf } from "../integer/quantize.ts";
import { LARGEST_WEIGHT, type WeightWidth } from "../networks/integers/integers.ts";
import type { Model } from "../networks/model.ts";
import { metrics } from "../statistics/metrics.ts";
import { agreement } from "../statistics/probabilities.ts";
import { requireQuantizedFolder, writeQuantized } from "../training/runs/quantized-run.ts";
import { openRun } from "../training/runs/run.ts";
import { addCompute, type ComputeFlags, choice, finish, path, wholeNumber } from "./options.ts";
import { bytesText, print, printJson, say, table } from "./print.ts";
import { createBar } from "./progress.ts";
import { dataOf } from "./run-data.ts";

interface QuantizeFlags extends ComputeFlags {
  readonly out: string;
  readonly weights: WeightWidth;
  readonly data?: string;
  readonly samples: number;
  readonly seed?: number;
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
        Object.keys(LARGEST_WEIGHT),
      ).default("int8"),
    )
    .option("--data <folder>", "data set to score on (default the run's own)")
    .option("--samples <n>", "Monte Carlo passes per image", wholeNumber(1), SAMPLES)
    .option("--seed <n>", "random seed of the noise (default 1)", wholeNumber(0))
    .action(runQuantize);
  finish(
    addCompute(command),
    "nsm quantize runs/a --weights int8 --out runs/a-int8\nnsm evaluate runs/a-int8",
  );
};

const runQuantize = async (folder: string, flags: QuantizeFlags): Promise<void> => {
  const { out, weights, data, json, ...sampling } = flags;
  const run = await openRun(folder);
  const { network, parameters } = run;
  const integers = integersOf(run, weights);
  await requireQuantizedFolder(out);
  const { test } = await dataOf(run.description, data);
  if (run.calibration) say("nsm: without its calibration, which is for passes in floating point");
  const probabilitiesOf = async (model: Model, name: string): Promise<Uncertainty["probabilities"]> => {
    const bar = createBar(`${name} {bar} {value}/{total} images  {eta_formatted} left`);
    try {
      const onProgress = (images: number): void => bar.draw(images, test.count);
      return (await monteCarlo(model, test, { ...defined(sampling), onProgress })).probabilities;
    } finally {
      bar.stop();
    }
  };
  const float = await probabilitiesOf({ network, parameters }, "float");
  const own = await probabilitiesOf({ network, parameters, integers }, weights);
  await writeQuantized(out, run, integers, unsureAbove(network.classes));
  const { size: bytes } = await stat(join(out, "model.safetensors"));
  const found = {
    ...{ run: out, weights, bytes: integerBytes(integers), fileBytes: bytes },
    ...{ split: test.name, images: test.count, samples: sampling.samples },
    floatError: metrics(float, test.labels).error,
    error: metrics(own, test.labels).error,
    agreement: agreement(float, own, network.classes),
  };
  if (json) printJson(found);
  else print(textOf(found));
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
}

const textOf = ({ run, weights, bytes, split, samples, floatError, error, agreement }: Found): string =>
  [
    `${split}, ${counted(samples, "sample")} per image`,
    table([
      ["  error", `${error.toFixed(2)} %`, `in integers, weights ${weights}`],
      ["  float", `${floatError.toFixed(2)} %`, "of the run"],
      ["  agreement", `${(100 * agreement).toFixed(2)} %`, "of the labels"],
      ["  size", bytesText(bytes), "weights and constants"],
    ]),
    `integers: ${run}`,
  ].join("\n");

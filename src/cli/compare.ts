/** nsm compare: scores runs on the same test images. */
import type { Command } from "commander";
import type { ImageSplit } from "../datasets/dataset.ts";
import { defined } from "../defined.ts";
import { UsageError } from "../errors.ts";
import { monteCarlo } from "../inference/node.ts";
import { PAPER_PASSES } from "../inference/predictor.ts";
import { type Metrics, metrics } from "../statistics/metrics.ts";
import { type Paired, paired } from "../statistics/paired.ts";
import { mistakes } from "../statistics/probabilities.ts";
import { openRun, type Run, splitChecksumInSlices } from "../training/runs/run.ts";
import { dataOf, requireSameClasses } from "../training/runs/run-data.ts";
import { addCompute, type ComputeFlags, finish, wholeNumber } from "./options.ts";
import { print, printJson, say, table } from "./print.ts";

interface CompareFlags extends ComputeFlags {
  readonly data?: string;
  readonly samples?: number;
  readonly seed?: number;
}

interface Compared {
  readonly folder: string;
  readonly run: Run;
  readonly metrics: Metrics;
  readonly wrong: Uint8Array;
}

export const addCompare = (program: Command): void => {
  const command = program
    .command("compare")
    .summary("score runs side by side")
    .description(
      "Scores runs on the same test images and compares each with the first: images that only one of the two gets " +
        "wrong, and the exact McNemar p-value.",
    )
    .argument("<runs...>", "folders of the runs, two or more")
    .option("--data <folder>", "data set on whose test split to score (default the first run's own images)")
    .option("--samples <n>", `Monte Carlo passes per image (default ${PAPER_PASSES})`, wholeNumber(1))
    .option("--seed <n>", "random seed of the noise (default 1)", wholeNumber(0))
    .action(runCompare);
  finish(addCompute(command), "nsm compare runs/a runs/b runs/c --samples 100");
};

const runCompare = async (folders: readonly string[], flags: CompareFlags): Promise<void> => {
  if (folders.length < 2)
    throw new UsageError("compare", {
      given: "one run",
      expected: "two or more",
      remedy: "Name the others too; `nsm evaluate` scores one.",
    });
  const runs = await Promise.all(folders.map((folder) => openRun(folder)));
  const test = await splitOf(folders, runs, flags.data);
  const found: Compared[] = [];
  for (const [k, run] of runs.entries()) found.push(await score(folders[k]!, run, test, flags));
  if (flags.json) printJson({ split: test.name, images: test.count, runs: found.map(documentOf(found[0]!)) });
  else print(textOf(test, found));
};

/**
 * The images that all runs are scored on: of given data the test split, as what one run held out of them another may have been
 * trained on.
 */
const splitOf = async (
  folders: readonly string[],
  runs: readonly Run[],
  data: string | undefined,
): Promise<ImageSplit> => {
  const [first] = runs;
  if (data !== undefined) {
    const { test } = await dataOf(first!.description, data, "test");
    for (const [k, { description }] of runs.entries())
      requireSameClasses(`scoring ${folders[k]} on ${data}`, description.data, test);
    return test;
  }
  const { test } = await dataOf(first!.description);
  await requireSameImages(folders, runs, test);
  return test;
};

/** Throws UsageError unless every run's own test images are those of the first. */
const requireSameImages = async (
  folders: readonly string[],
  runs: readonly Run[],
  first: ImageSplit,
): Promise<void> => {
  const checksum = await splitChecksumInSlices(first);
  for (const [k, run] of runs.entries()) {
    if (k === 0) continue;
    const { test } = await dataOf(run.description);
    if ((await splitChecksumInSlices(test)) === checksum) continue;
    throw new UsageError(`comparing ${folders[k]} with ${folders[0]}`, {
      given: `a run whose test images are ${test.name}`,
      expected: first.name,
      remedy: "Choose the data set for all of them with --data DIR: its test split is scored.",
    });
  }
};

const score = async (
  folder: string,
  run: Run,
  test: ImageSplit,
  { device, threads, samples = PAPER_PASSES, seed = 1 }: CompareFlags,
): Promise<Compared> => {
  say(`scoring ${folder}`);
  const { probabilities } = await monteCarlo(run, test, defined({ samples, seed, device, threads }));
  return {
    ...{ folder, run },
    metrics: metrics(probabilities, test.labels),
    wrong: mistakes(probabilities, test.labels),
  };
};

const documentOf =
  (first: Compared) =>
  (own: Compared): object => ({
    ...{ run: own.folder, network: own.run.network.name, epochs: own.run.epochs.length, ...own.metrics },
    againstFirst: own === first ? null : paired(first.wrong, own.wrong),
  });

/** Epochs done, and of how many for a run that was stopped. */
const epochsInWords = ({ epochs, description }: Run): string => {
  const { epochs: whole } = description.training;
  return epochs.length < whole ? `${epochs.length} of ${whole}` : String(epochs.length);
};

const HEADS = [
  "run",
  "network",
  "epochs",
  "error %",
  "95 % interval",
  "NLL",
  "ECE",
  "only first wrong",
  "only this wrong",
  "p",
];

const textOf = ({ name }: ImageSplit, found: readonly Compared[]): string => {
  const cells = ({ folder, run, metrics: own, wrong }: Compared, k: number): string[] => [
    ...[folder, run.network.name, epochsInWords(run), own.error.toFixed(2)],
    own.errorInterval.map((end) => end.toFixed(2)).join(" to "),
    ...[own.nll.toFixed(4), own.ece.toFixed(4)],
    ...(k === 0 ? [] : pairedCells(paired(found[0]!.wrong, wrong))),
  ];
  return `${name}\n${table([HEADS, ...found.map(cells)])}`;
};

const pairedCells = ({ onlyFirst, onlySecond, p }: Paired): string[] => [
  ...[String(onlyFirst), String(onlySecond)],
  p < 1e-4 ? "< .0001" : p.toFixed(4),
];

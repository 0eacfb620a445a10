/** nsm info RUN --signal: how much of an image, and of its gradient, passes through each layer. */
import type { Command } from "commander";
import type { ImageSplit } from "../datasets/dataset.ts";
import { defined } from "../defined.ts";
import type { Figure } from "../experiments/findings/findings.ts";
import { grouped } from "../grouped.ts";
import { signalByDepth } from "../inference/node.ts";
import type { LayerSignal } from "../inference/signal/moments.ts";
import { SIGNAL_IMAGES, type SignalByDepth } from "../inference/signal/signal.ts";
import type { Model } from "../networks/model.ts";
import { loadFigure } from "../report/load-report.ts";
import { replaceFile } from "../storage/files.ts";
import { modelAtStart } from "../training/runs/model-at-start.ts";
import type { Run } from "../training/runs/run.ts";
import { dataOf } from "../training/runs/run-data.ts";
import { type ComputeFlags, wholeNumber } from "./options.ts";
import { requireEnding, requireFile } from "./out-file.ts";
import { print, printJson, table } from "./print.ts";
import { createBar } from "./progress.ts";

export interface SignalFlags extends ComputeFlags {
  readonly data?: string;
  readonly images?: number;
  readonly seed?: number;
  readonly untrained?: boolean;
  readonly figure?: string;
}

/** Options that need --signal. */
export const signalFlagNames = [
  ...(["data", "images", "seed", "untrained", "figure", "device", "threads"] as const),
];

/** Adds --signal and the options that belong to it, but for those of `ComputeFlags`. */
export const addSignal = (command: Command): Command =>
  command
    .option("--signal", "correlation of samples, potentials and gradients by layer, on training images")
    .option("--data <folder>", "data set to measure on (default the run's own)")
    .option(
      "--images <n>",
      `number of images: 2 to 100, or a multiple of 100 (default ${SIGNAL_IMAGES})`,
      wholeNumber(2),
    )
    .option("--seed <n>", "random seed of images and noise (default 1)", wholeNumber(0))
    .option("--untrained", "measure the network as it was before the first training step")
    .option("--figure <file>", "also draw the measurement, as SVG");

/** Measures a run and prints the result. */
export const showSignal = async (folder: string, run: Run, flags: SignalFlags): Promise<void> => {
  const { figure, json, untrained = false } = flags;
  const draw = figure === undefined ? undefined : await loadFigure();
  if (figure !== undefined) {
    requireEnding(figure, ".svg");
    await requireFile(figure);
  }
  const { train } = await dataOf(run.description, flags.data);
  const model = untrained ? await startOf(run, train, flags) : run;
  const signal = await measured(model, train, flags);
  const step = untrained ? 0 : run.step;
  const title = `${run.network.name} at step ${grouped(step)}`;
  if (figure !== undefined) await replaceFile(figure, draw!(figureOf(signal, title)));
  if (json) printJson({ run: folder, network: run.network.name, step, ...signal, ...defined({ figure }) });
  else print([textOf(signal, `${folder}: ${title}`), ...(figure === undefined ? [] : [figure])].join("\n"));
};

const startOf = (run: Run, train: ImageSplit, { device, threads }: SignalFlags): Promise<Model> =>
  modelAtStart(run.description.network, train, {
    ...run.description.training,
    ...defined({ device, threads }),
  });

const measured = async (
  model: Model,
  train: ImageSplit,
  { images, seed, untrained, device, threads }: SignalFlags,
): Promise<SignalByDepth> => {
  const bar = createBar("measuring {bar} {value}/{total} images  {eta_formatted} left");
  const onProgress = (done: number): void => bar.draw(done, images ?? SIGNAL_IMAGES);
  try {
    return await signalByDepth(model, train, {
      ...defined({ images, seed, device, threads }),
      mode: untrained ? "train" : "inference",
      onProgress,
    });
  } finally {
    bar.stop();
  }
};

/** Columns of the table and lines of the figure. */
const QUANTITIES: readonly (readonly [keyof LayerSignal, string])[] = [
  ["correlation", "correlation of samples"],
  ["spread", "spread of v"],
  ["potential", "mean of v"],
  ["slope", "slope"],
  ["gradientCosine", "cosine of gradients"],
];

const textOf = ({ split, images, batch, layers }: SignalByDepth, title: string): string =>
  [
    `${title}, two passes of ${grouped(images)} images of ${split}, gradients of ${batch}`,
    table([
      ["  layer", ...QUANTITIES.map(([, words]) => words)],
      ...layers.map((layer) => [
        `  ${layer.name}`,
        ...QUANTITIES.map(([quantity]) => numberText(layer[quantity] as number | undefined)),
      ]),
    ]),
  ].join("\n");

const numberText = (value: number | undefined): string =>
  value?.toFixed(3).replace(/^-(0\.0+)$/, "$1") ?? "-";

/** Not drawn: its scale is another. */
const LEFT_OUT: keyof LayerSignal = "potential";

const figureOf = ({ layers }: SignalByDepth, title: string): Figure => ({
  name: "signal",
  title: `Signal by depth: ${title}`,
  caption: "",
  x: { label: "layer", scale: "whole" },
  y: { label: "value" },
  series: QUANTITIES.filter(([quantity]) => quantity !== LEFT_OUT).map(([quantity, name]) => ({
    name,
    points: layers.flatMap((layer, k) =>
      layer[quantity] === undefined ? [] : [{ x: k + 1, y: layer[quantity] as number }],
    ),
  })),
});

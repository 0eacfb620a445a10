/** nsm info: a run's network, settings, progress, scores and files. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { counted, grouped } from "../grouped.ts";
import { type LayerInfo, layerTable } from "../networks/layer-table.ts";
import type { Network } from "../networks/network.ts";
import { usesNoise } from "../networks/plan.ts";
import { isLeftover, onDisk, readIfThere } from "../storage/files.ts";
import { isLock } from "../storage/folder-lock.ts";
import { stepsOf } from "../training/loop.ts";
import type { RunEvaluation } from "../training/runs/evaluation.ts";
import { isQuantized, openQuantized } from "../training/runs/quantized-run.ts";
import { openDamagedRun, type Run } from "../training/runs/run.ts";
import type { EpochMetrics } from "../training/runs/run-folder.ts";
import { calibrationDocument, calibrationLines, staleText } from "./calibration-text.ts";
import { DECISION_PASSES, showIntegers, showOperations } from "./info-integers.ts";
import { noiseText } from "./noise-text.ts";
import { addCompute, finish, positiveNumber, refuseStray } from "./options.ts";
import { bytesText, print, printJson, say, table } from "./print.ts";
import { addSignal, type SignalFlags, showSignal, signalFlagNames } from "./signal.ts";

interface InfoFlags extends SignalFlags {
  readonly signal?: boolean;
  readonly operations?: boolean;
  readonly passes?: number;
}

interface FileInfo {
  readonly name: string;
  readonly bytes: number;
}

export const addInfo = (program: Command): void => {
  const command = program
    .command("info")
    .summary("show a run: its network, settings, progress and scores")
    .description(
      "Shows a run: network, noise, settings, scores of its epochs, evaluation, data, versions, files. With " +
        "--signal, measures instead how much of an image passes through the noise of each layer; with --operations, " +
        "counts what a pass in integers takes.",
    )
    .argument("<run>", "folder of the run, or of a run in integers")
    .option(
      "--operations",
      "of a run in integers: operations and energy of a pass, and of what is computed once an image",
    )
    .option("--passes <n>", `operations: passes of a decision (default ${DECISION_PASSES})`, positiveNumber)
    .action(runInfo);
  finish(
    addCompute(addSignal(command)),
    "nsm info runs/a\nnsm info runs/a --signal --data DIR --figure signal.svg",
  );
};

const runInfo = async (
  folder: string,
  { signal, operations, passes, ...flags }: InfoFlags,
): Promise<void> => {
  if (!signal) refuseStray(flags, signalFlagNames, "--signal");
  if (!operations) refuseStray({ passes }, ["passes"], "--operations");
  if (await isQuantized(folder)) {
    const run = await openQuantized(folder);
    if (signal) refuseSignal(folder);
    const json = flags.json === true;
    return operations ? showOperations(run, passes ?? DECISION_PASSES, json) : showIntegers(run, json);
  }
  if (operations) refuseOperations(folder);
  const { run, damage } = await openDamagedRun(folder);
  if (signal) return showSignal(folder, run, flags);
  for (const { message } of damage) say(`nsm: ${message}`);
  const files = await filesIn(folder);
  if (flags.json) printJson({ ...documentOf(run, files), damaged: damage.map(({ message }) => message) });
  else print(textOf(run, files));
};

const refuseSignal = (folder: string): never => {
  throw new UsageError("options", {
    given: `--signal for ${folder}, a run in integers`,
    expected: "a run in floating point",
    remedy: "Give the run that was quantised.",
  });
};

const refuseOperations = (folder: string): never => {
  throw new UsageError("options", {
    given: `--operations for ${folder}, a run in floating point`,
    expected: "a run in integers",
    remedy: `Quantize it first: nsm quantize ${folder} --out FOLDER.`,
  });
};

/** The run's files by name. One that is training writes others for a moment, and removes old checkpoints. */
const filesIn = async (folder: string): Promise<readonly FileInfo[]> => {
  const entries = await onDisk(`reading ${folder}`, () =>
    readdir(folder, { recursive: true, withFileTypes: true }),
  );
  const names = entries
    .filter((entry) => entry.isFile() && !isLeftover(entry.name) && !isLock(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const found = await Promise.all(names.map((name) => readIfThere(name, () => stat(name))));
  return names.flatMap((name, k) => (found[k] ? [{ name, bytes: found[k].size }] : []));
};

const documentOf = (
  { network, description, step, epochs, evaluation, calibration, folder }: Run,
  files: readonly FileInfo[],
) => {
  const layers = layerTable(network);
  const { training, data, device, threads, versions } = description;
  return {
    run: folder,
    network,
    /** The noise of the network's synapses; null where it has no effect. */
    noise: usesNoise(network) ? network.noise : null,
    layers,
    parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
    training,
    step,
    steps: stepsOf(training, data.count),
    epochs,
    evaluation: evaluation ?? null,
    calibration: calibration ? calibrationDocument(calibration) : null,
    data,
    device,
    threads,
    versions,
    files,
  };
};

const textOf = (run: Run, files: readonly FileInfo[]): string => {
  const { network, layers, parameters, training, step, steps, epochs, evaluation, data, ...rest } =
    documentOf(run, files);
  const { name, encoding } = network;
  const epochsDone = Math.floor(step / (steps / training.epochs));
  const { substrate, ...others } = training;
  const settings = Object.entries(others).map(([key, value]) => `${key} ${inLine(value)}`);
  if (substrate) settings.push(`substrate ${substrate.device.name} ${substrate.seconds} s after programming`);
  return [
    `${rest.run}: ${name}, ${grouped(parameters)} parameters`,
    table([
      ...layers.map(({ name, layer, outputShape, parameters }) => [
        `  ${name}`,
        layer,
        `-> ${outputShape.join(" x ")}`,
        `${grouped(parameters)} parameters`,
      ]),
      [],
      ["  neurons", neuronsText(network, layers, rest.noise)],
      ["  input", `${network.input.join(" x ")}, encoding ${encoding}`],
    ]),
    table([
      ["  training", settings.join(", ")],
      ["  done", `${epochsDone} of ${training.epochs} epochs, step ${grouped(step)} of ${grouped(steps)}`],
      ...(evaluation ? [["  evaluation", evaluationLine(evaluation, step)]] : []),
      ["  data", data.folder === undefined ? data.name : `${data.name}, from ${data.folder}`],
      ["  device", `${rest.device}, ${rest.threads} threads`],
      ["  versions", inLine(rest.versions)],
    ]),
    "",
    ...(epochs.length > 0 ? [epochsTable(epochs), ""] : []),
    ...(run.calibration ? [...calibrationLines(run.calibration), ""] : []),
    ...(run.staleCalibration === undefined ? [] : [staleText(run), ""]),
    table(files.map((file) => [`  ${file.name}`, bytesText(file.bytes)])),
  ].join("\n");
};

const neuronsText = (
  network: Network,
  layers: readonly LayerInfo[],
  noise: Network["noise"] | null,
): string => {
  const kinds = [...new Set(layers.flatMap(({ neuron }) => neuron ?? []))];
  const dropout = network.dropoutInUse ? ", dropout also at inference" : "";
  return `${kinds.join(" and ") || "none"}, ${noise ? `noise ${noiseText(noise)}` : "without noise"}${dropout}`;
};

const evaluationLine = (
  { split, samples, error, errorInterval: [low, high], nll, ece, step: scored }: RunEvaluation,
  step: number,
): string =>
  [
    `error ${error.toFixed(2)} % (95 % interval ${low.toFixed(2)} to ${high.toFixed(2)} %)`,
    `NLL ${nll.toFixed(4)}, ECE ${ece.toFixed(4)}; ${split}, ${counted(samples, "sample")} per image`,
    ...(scored === step ? [] : [`of step ${grouped(scored)}`]),
  ].join(", ");

/** The last epochs; --json has all. */
const SHOWN_EPOCHS = 10;

const epochsTable = (epochs: readonly EpochMetrics[]): string => {
  const heads = ["  epoch", "training loss", "training error"];
  const scored = ["validation loss", "error", "NLL", "ECE"];
  const hasValidation = epochs.some(({ validation }) => validation);
  return table([
    [...heads, ...(hasValidation ? scored : [])],
    ...epochs
      .slice(-SHOWN_EPOCHS)
      .map(({ epoch, loss, error, validation }) => [
        `  ${epoch}`,
        loss.toFixed(4),
        `${error.toFixed(2)} %`,
        ...(validation
          ? [
              validation.loss.toFixed(4),
              `${validation.error.toFixed(2)} %`,
              validation.nll.toFixed(4),
              validation.ece.toFixed(4),
            ]
          : []),
      ]),
  ]);
};

/** A field of a setting: parentheses hold those of its own. */
const inside = (field: unknown): string =>
  typeof field === "object" && field !== null ? `(${inLine(field)})` : String(field);

/** A setting as text: the fields of an object one after the other, its type without a name. */
const inLine = (value: unknown): string =>
  typeof value === "object" && value !== null
    ? Object.entries(value)
        .map(([key, field]) => (key === "type" ? `${field}` : `${key} ${inside(field)}`))
        .join(" ")
    : String(value);

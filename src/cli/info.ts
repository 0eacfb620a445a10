/** nsm info: what a run is, how far it is, and what lies in its folder. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { grouped } from "../grouped.ts";
import { type PlacedLayer, parametersOf, placeLayers } from "../networks/layers.ts";
import type { Network } from "../networks/network.ts";
import { onDisk } from "../storage/files.ts";
import { sizeOf } from "../tensor/tensor.ts";
import { openRun, type Run } from "../training/runs/run.ts";
import { stepsOf } from "../training/train.ts";
import { type CommonFlags, finish } from "./options.ts";
import { bytesText, print, printJson, table } from "./print.ts";

interface LayerInfo {
  readonly name: string;
  /** The layer in words, such as "conv2d 32 of 5 x 5, pool 2". */
  readonly layer: string;
  /** Of one image. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** Trainable numbers. */
  readonly parameters: number;
}

interface FileInfo {
  readonly name: string;
  readonly bytes: number;
}

export const addInfo = (program: Command): void => {
  const command = program
    .command("info")
    .summary("show what a run is and how far it is")
    .description("Shows a run: network, noise, settings, epochs done, data, versions, files.")
    .argument("<run>", "folder of the run")
    .action(async (folder: string, flags: CommonFlags) => {
      const run = await openRun(folder);
      const files = await filesIn(folder);
      if (flags.json) printJson(documentOf(run, files));
      else print(textOf(run, files));
    });
  finish(command, "nsm info runs/a");
};

const filesIn = (folder: string): Promise<readonly FileInfo[]> =>
  onDisk(`reading ${folder}`, async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const sizes = await Promise.all(names.map((name) => stat(name)));
    return names
      .map((name, k) => ({ name, bytes: sizes[k]!.size }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  });

const layersOf = (network: Network): readonly LayerInfo[] => {
  const parameters = parametersOf(network);
  return placeLayers(network).map((placed) => ({
    name: placed.name,
    layer: inWords(placed),
    inputShape: placed.inputShape,
    outputShape: placed.outputShape,
    parameters: parameters
      .filter(({ name }) => name.startsWith(`${placed.name}.`))
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0),
  }));
};

const inWords = ({ layer }: PlacedLayer): string => {
  if (layer.type === "averagePool") return `average pool ${layer.size}`;
  if (layer.type !== "conv2d") return `${layer.type} ${layer.units}`;
  const { channels, kernel, stride, padding, pool, gain } = layer;
  return [
    `conv2d ${channels} of ${kernel} x ${kernel}`,
    ...(stride > 1 ? [`stride ${stride}`] : []),
    ...(padding > 0 ? [`padding ${padding}`] : []),
    ...(pool > 1 ? [`pool ${pool}`] : []),
    ...(gain === "location" ? ["a gain per location"] : []),
  ].join(", ");
};

const documentOf = ({ network, description, step, epochs, folder }: Run, files: readonly FileInfo[]) => {
  const layers = layersOf(network);
  const { training, data, device, threads, versions } = description;
  return {
    run: folder,
    network,
    layers,
    parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
    training,
    step,
    steps: stepsOf(training, data.count),
    epochs,
    data,
    device,
    threads,
    versions,
    files,
  };
};

const textOf = (run: Run, files: readonly FileInfo[]): string => {
  const { network, layers, parameters, training, step, steps, epochs, data, ...rest } = documentOf(
    run,
    files,
  );
  const { name, neuron, noise, encoding } = network;
  const last = epochs.at(-1);
  const settings = Object.entries(training).map(([key, value]) => `${key} ${inLine(value)}`);
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
      ["  neurons", neuron === "relu" ? "relu, without noise" : `${neuron}, noise ${inLine(noise)}`],
      ["  input", `${network.input.join(" x ")}, encoding ${encoding}`],
    ]),
    table([
      ["  training", settings.join(", ")],
      ["  done", `${epochs.length} of ${training.epochs} epochs, step ${grouped(step)} of ${grouped(steps)}`],
      ...(last
        ? [["  last epoch", `training loss ${last.loss.toFixed(4)}, error ${last.error.toFixed(2)} %`]]
        : []),
      ["  data", data.folder === undefined ? data.name : `${data.name}, from ${data.folder}`],
      ["  device", `${rest.device}, ${rest.threads} threads`],
      ["  versions", inLine(rest.versions)],
    ]),
    "",
    table(files.map((file) => [`  ${file.name}`, bytesText(file.bytes)])),
  ].join("\n");
};

/** A setting as words: an object's fields one after the other, its type first and bare. */
const inLine = (value: unknown): string =>
  typeof value === "object" && value !== null
    ? Object.entries(value)
        .map(([key, field]) => (key === "type" ? `${field}` : `${key} ${field}`))
        .join(" ")
    : String(value);

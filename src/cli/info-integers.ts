/** nsm info of a run in integers: its layers, and with --operations what a pass takes. */
import { counted, grouped } from "../grouped.ts";
import { conventionalEnergy, energyOfPasses } from "../integer/energy.ts";
import { integerBytes, type LayerOperations, operationsOf } from "../integer/operations.ts";
import type { IntegerLayer } from "../networks/integers/integers.ts";
import type { QuantizedRun } from "../training/runs/quantized-run.ts";
import { bytesText, print, printJson, table } from "./print.ts";

/** Passes of a decision, unless they are given. */
export const DECISION_PASSES = 10;

/** Prints a run in integers. */
export const showIntegers = (run: QuantizedRun, json: boolean): void => {
  const { folder, integers, step, description, run: quantised, fineTuning } = run;
  const layers = integers.layers.map((layer) => ({
    name: layer.name,
    type: layer.type,
    layer: textOf(layer),
  }));
  const bytes = integerBytes(integers);
  const { name, weights, input, classes } = integers;
  if (json) {
    printJson({
      run: folder,
      network: run.network,
      weights,
      bytes,
      layers,
      step,
      data: description.data,
      quantised: quantised ?? null,
      fineTuning: fineTuning ?? null,
    });
    return;
  }
  const { data } = description;
  print(
    [
      `${folder}: ${name} in integers, weights ${weights}, ${bytesText(bytes)}`,
      table([
        ...layers.map(({ name: layer, layer: text }) => [`  ${layer}`, text]),
        [],
        ["  input", input.join(" x ")],
        ["  classes", String(classes)],
        ...(quantised === undefined ? [] : [["  run", `${quantised}, step ${grouped(step)}`]]),
        ...(fineTuning
          ? [
              [
                "  fine-tuned",
                `${counted(fineTuning.epochs, "epoch")}, learning rate ${fineTuning.learningRate}`,
              ],
            ]
          : []),
        ["  data", data.folder === undefined ? data.name : `${data.name}, from ${data.folder}`],
      ]),
    ].join("\n"),
  );
};

const textOf = (layer: IntegerLayer): string => {
  if (layer.type === "sum") return `sums over ${layer.size} x ${layer.size} spikes`;
  if (layer.type === "readout") return `readout of ${grouped(layer.inputs)} inputs`;
  const { kernel, unitShape, inputShape } = layer;
  const pool = layer.type !== "sign" && layer.pool > 1 ? `, pool ${layer.pool}` : "";
  const kind = { spikes: "stochastic, on spikes", pixels: "stochastic, on pixels", sign: "sign, on pixels" };
  return `${kind[layer.type]}: ${unitShape.join(" x ")} units of ${inputShape[0]} x ${kernel.join(" x ")} inputs${pool}`;
};

/** Prints the operations and the energy of a run in integers. */
export const showOperations = (
  { folder, network, integers }: QuantizedRun,
  passes: number,
  json: boolean,
): void => {
  const operations = operationsOf(integers);
  const { layers, total: pass, perImage } = operations;
  const energy = {
    unit: "pJ",
    integers: energyOfPasses(operations, passes),
    conventional: conventionalEnergy(network),
  };
  if (json) {
    // `total`, the sum over the layers, is an older name of `pass`.
    printJson({ run: folder, weights: integers.weights, layers, pass, perImage, total: pass, energy });
    return;
  }
  const { image, pass: ofPass, decision, decisionTogether } = energy.integers;
  const { float32, int8, binary } = energy.conventional;
  print(
    [
      `${folder}: ${integers.name}, weights ${integers.weights}: operations of a pass`,
      table([
        ["  layer", "additions", "multiplications", "comparisons", "look-ups", "random bits", "bytes"],
        ...layers.map(row),
        row({ name: "a pass", ...pass }),
        row({ name: "once an image", ...perImage }),
      ]),
      "",
      `energy by Horowitz, ISSCC 2014 (45 nm), weights from 1 MB of memory`,
      table([
        ["  once an image", nanojoules(image)],
        ["  a pass", nanojoules(ofPass)],
        [`  a decision, ${passes} of them`, nanojoules(decision)],
        ["  the same side by side", nanojoules(decisionTogether), "each weight read once"],
        ["  conventional, float32", nanojoules(float32), "the same widths, one pass"],
        ["  conventional, int8", nanojoules(int8)],
        ["  conventional, binary", nanojoules(binary)],
      ]),
    ].join("\n"),
  );
};

const row = ({
  name,
  additions,
  multiplications,
  comparisons,
  lookUps,
  randomBits,
  bytes,
}: LayerOperations) => [
  `  ${name}`,
  ...[additions, multiplications, comparisons, lookUps, randomBits, bytes].map((count) => grouped(count)),
];

const nanojoules = (picojoules: number): string => `${grouped(Math.round(picojoules / 1000))} nJ`;

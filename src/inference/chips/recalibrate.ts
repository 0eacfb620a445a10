/**
 * Recalibration of a network on a chip: gains and biases are fitted by forward passes alone, without labels, so that the sums of
 * every unit have the mean and the deviation over some images that they have in the network itself. With the factor
 * A = deviation / deviation on the chip and B = mean - A mean on the chip, a unit's sum y becomes A y + B. Layers are fitted one
 * after the other, as each changes what the next one sees; both networks meet the same noise.
 */
import { ConfigError } from "../../errors.ts";
import { checkImages, encodeImage, encodingTable, type Images } from "../../networks/images.ts";
import { modelInputs } from "../../networks/interpreters/sample.ts";
import { layersWithSums, sumsForward } from "../../networks/interpreters/sums.ts";
import type { AnyPlan } from "../../networks/layers/kinds.ts";
import { isCentred } from "../../networks/layers/neuron-options.ts";
import { checkModel, checkPossiblyOnChip, type Model } from "../../networks/model.ts";
import type { Network } from "../../networks/network.ts";
import { noiseInputs } from "../../networks/noise-inputs.ts";
import { noiseVariance } from "../../nn/noise/noise.ts";
import { checkOptionNames } from "../../option-names.ts";
import { uniformNoise } from "../../random/streams.ts";
import { only } from "../../runtime/engine.ts";
import { createEngine, type EngineOptions } from "../../runtime/node.ts";
import { rowSums } from "../../substrate/row-sums.ts";
import { square } from "../../tensor/elementwise.ts";
import { lower } from "../../tensor/lower.ts";
import { mean } from "../../tensor/reduce.ts";
import { input, sizeOf, sizesOf } from "../../tensor/tensor.ts";

type Arrays = Readonly<Record<string, Float32Array>>;

/** Mean and standard deviation of each unit's sums over images and locations. */
interface Moments {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

export interface RecalibrateOptions extends EngineOptions {
  /** Seed of the noise, a whole number from 0. Default 1. */
  readonly seed?: number;
}

/** Images of one run of the programs. */
const BATCH = 50;

/** Largest factor by which a unit is scaled up or down: beyond it, its deviations are noise. */
const MOST = 10;

/** Fewest images of a class: from fewer, not even a unit's deviation is known. */
export const FEWEST_OF_CLASS = 5;

/** Fewest images to recalibrate a network on. */
export const fewestToRecalibrate = ({ classes }: Pick<Network, "classes">): number =>
  FEWEST_OF_CLASS * classes;

/** Throws ConfigError for too few images to recalibrate on, DataError for images that do not fit. */
export const requireEnough = ({ network }: Pick<Model, "network">, images: Images): void => {
  checkImages(network, images);
  const fewest = fewestToRecalibrate(network);
  if (images.count >= fewest) return;
  throw new ConfigError(`recalibrating ${network.name}`, {
    given: `${images.count} images`,
    expected: `at least ${fewest}, ${FEWEST_OF_CLASS} for each of its ${network.classes} classes`,
    remedy: "Take a few hundred images that it was trained on.",
  });
};

/**
 * The model on a chip, `onChip`, with gains and biases fitted to what `model` computes on images, a few hundred. Where weights
 * have no gain, as those of the readout, a digital factor a unit is folded into them, or follows their converter. Throws
 * ConfigError for models of different networks and for fewer than five images a class, DataError for images that do not fit.
 */
export const recalibrate = async (
  model: Model,
  onChip: Model,
  images: Images,
  options: RecalibrateOptions = {},
): Promise<Model> => {
  checkOptionNames("recalibrating", options, ["seed", "device", "threads"]);
  requireEnough(model, images);
  const layers = layersWithSums(checkPossiblyOnChip(onChip).network);
  const expected = layersWithSums(checkModel(model).network);
  if (layers.map(({ name }) => name).join() !== expected.map(({ name }) => name).join())
    throw new ConfigError(`recalibrating ${model.network.name}`, {
      given: `the network ${onChip.network.name} on a chip`,
      expected: "the same network on a chip",
      remedy: "Take the model that was put on the chip.",
    });
  const { seed = 1, ...engine } = options;
  const wanted = await momentsOf(model, images, seed, engine);
  const { of, close } = wanted;
  const target = await of(model.parameters);
  await close();
  const chip = await momentsOf(onChip, images, seed, engine);
  let { parameters } = onChip;
  try {
    for (const plan of layers) {
      const found = (await chip.of(parameters))[plan.name]!;
      parameters = { ...parameters, ...fitted(plan, parameters, target[plan.name]!, found) };
    }
  } finally {
    await chip.close();
  }
  return { ...onChip, parameters };
};

/** The moments of all layers with sums, for any parameters of the model's network. */
const momentsOf = async (model: Model, images: Images, seed: number, options: EngineOptions) => {
  const { network } = model;
  const batch = Math.min(BATCH, images.count);
  const noise = noiseInputs(network, batch);
  const x = input("images", [batch, ...network.input]);
  const sums = sumsForward(network, modelInputs(model), x, noise);
  const outputs = Object.entries(sums).flatMap(([name, y]) => {
    const axes = y.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
    return [
      [`${name}/mean`, mean(y, axes)],
      [`${name}/square`, mean(square(y), axes)],
    ] as const;
  });
  const executable = await createEngine(options).compile(lower(Object.fromEntries(outputs)));
  const numbers = uniformNoise({ seed, purpose: "recalibrate", sizes: sizesOf(noise) });
  const table = encodingTable(network);
  const encoded = new Float32Array(batch * sizeOf(network.input));
  // Images that do not fill a batch are left out.
  const batches = Math.floor(images.count / batch);
  const of = async (parameters: Arrays): Promise<Readonly<Record<string, Moments>>> => {
    const totals: Record<string, Float64Array> = {};
    for (let run = 0; run < batches; run++) {
      for (let row = 0; row < batch; row++) encodeImage(images, run * batch + row, table, encoded, row);
      const given = { ...parameters, ...numbers(run), images: encoded };
      const found = (await executable.run(only(given, executable.program.inputs))) as Arrays;
      for (const [name, values] of Object.entries(found)) {
        totals[name] ??= new Float64Array(values.length);
        for (let k = 0; k < values.length; k++) totals[name][k]! += values[k]! / batches;
      }
    }
    return Object.fromEntries(
      Object.keys(sums).map((name) => {
        const [centre, power] = [totals[`${name}/mean`]!, totals[`${name}/square`]!];
        const deviation = power.map((value, i) => Math.sqrt(Math.max(0, value - centre[i]! ** 2)));
        return [name, { mean: centre, deviation }];
      }),
    );
  };
  return { of, close: () => executable.dispose() };
};

/** Parameters of a layer, by name, with which its sums have the target's moments in place of those found. */
const fitted = (plan: AnyPlan, parameters: Arrays, target: Moments, found: Moments): Arrays => {
  const named = (kind: string): string => `${plan.name}.${kind}`;
  const own = (kind: string): Float32Array => parameters[named(kind)]!;
  const units = plan.unitShape[0]!;
  const factors = target.deviation.map((deviation, i) => {
    const ratio = deviation / found.deviation[i]!;
    // A unit whose sums do not change tells nothing.
    return ratio > 1 / MOST && ratio < MOST ? ratio : 1;
  });
  const shifts = target.mean.map((centre, i) => centre - factors[i]! * found.mean[i]!);
  const scaled = (values: Float32Array): Float32Array => {
    const each = values.length / units;
    return values.map((value, k) => value * factors[Math.floor(k / each)]!);
  };
  const centre = isCentred(plan) ? own("mean") : undefined;
  const perShift = plan.noisySynapses ? biasPerPotential(plan, parameters) : undefined;
  const bias = own("bias").map((b, i) => {
    const c = centre?.[i] ?? 0;
    return factors[i]! * (b - c) + c + shifts[i]! * (perShift?.[i] ?? 1);
  });
  const slope = ["slope", "gain", "weight"].find((kind) => own(kind))!;
  // Before a converter, noise is multiplied with the sum.
  const deviation = slope === "slope" ? undefined : parameters[named("deviation")];
  return {
    [named(slope)]: scaled(own(slope)),
    [named("bias")]: bias,
    ...(deviation && { [named("deviation")]: scaled(deviation) }),
  };
};

/** Bias b that adds 1 to the potential of each unit: sqrt(2) s times the root of its noise. */
const biasPerPotential = (plan: AnyPlan, parameters: Arrays): Float64Array => {
  const of = (kind: string): Float32Array | undefined => parameters[`${plan.name}.${kind}`];
  const units = plan.unitShape[0]!;
  const squares = of("squares") ?? of("weight")!.map((w) => w ** 2);
  const power = rowSums(squares, units).map((sum, i) => sum + (of("constantPower")?.[i] ?? 0));
  const scale = Math.sqrt((2 * noiseVariance(plan.noise)) / Math.max(1, plan.inputSpikes));
  return power.map((value) => scale * Math.sqrt(value));
};

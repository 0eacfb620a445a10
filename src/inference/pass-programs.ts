/** The programs of one Monte Carlo pass, for any number of rows: a row is one pass of one image. */

import { ConfigError } from "../errors.ts";
import {
  integerLogits,
  integerNoise,
  integerProbabilities,
  sharedByIntegerPasses,
  sharedShape,
} from "../integer/program.ts";
import { encodingTable } from "../networks/images.ts";
import type { IntegerNetwork } from "../networks/integers/integers.ts";
import { meanForward } from "../networks/interpreters/mean.ts";
import { propagateMoments } from "../networks/interpreters/moments.ts";
import { observation, observedLayers } from "../networks/interpreters/observe.ts";
import {
  modelInputs,
  outputsFromShared,
  outputsOf,
  sharedByPasses,
} from "../networks/interpreters/sample.ts";
import { synapseInputs, synapseOutputs } from "../networks/interpreters/synapse.ts";
import { correlationName } from "../networks/layers/chip-tensors.ts";
import { READOUT } from "../networks/layers/readout.ts";
import { checkModel, checkPossiblyOnChip, type Model } from "../networks/model.ts";
import type { Network } from "../networks/network.ts";
import { noiseInputs, uniformName } from "../networks/noise-inputs.ts";
import { hasNoise, planOf, requireOnlySpikeNoise, samplesSpikes } from "../networks/plan.ts";
import { type Tiling, tilingFor } from "../networks/tiling.ts";
import { fillXi } from "../nn/noise/noise.ts";
import { fillCorrelated, type ProcessOfSum } from "../random/correlated.ts";
import { fillUniform } from "../random/fill.ts";
import { fold, type Key } from "../random/key.ts";
import type { NoiseSizes } from "../random/streams.ts";
import type { Engine } from "../runtime/engine.ts";
import { topologicalOrder } from "../tensor/gradient.ts";
import { lower, type Program } from "../tensor/lower.ts";
import { softmax } from "../tensor/softmax.ts";
import { input, sizeOf, sizesOf, type Tensor, type TensorsByName } from "../tensor/tensor.ts";

/**
 * Drawing of the noise: `unit` by equation (2), one number per spike, exact for Gaussian noise and in the central
 * limit for Bernoulli noise; `synapse` by equation (4), one number per synapse, exact and slow.
 */
export type SamplingLaw = "unit" | "synapse";

/**
 * Approximations of the mean probabilities in one pass without noise: `moments` propagates means and variances, `mean` the
 * means alone (mean field).
 */
export type Approximation = "moments" | "mean";

export type Method = SamplingLaw | Approximation;

export interface RowNoise {
  readonly sizes: NoiseSizes;
  /** Fills `out` with the numbers of a pass in a stream, whose key for an image is `key`. */
  readonly fill: (stream: string, key: Key, pass: number, out: Float32Array) => void;
}

export interface PassPrograms {
  /** Encoded values of pixels, [channels, 256]. */
  readonly pixels: Float32Array;
  /** True if passes differ: they do not without noise, nor in an approximation. */
  readonly stochastic: boolean;
  /** Random numbers that a row takes of each stream, and what fills an array with them. */
  readonly noise: RowNoise;
  /** Elements of what enters a pass, for each row: the encoded image, or what `prepare` makes of it. */
  readonly entering: number;
  /** Elements of the widest tensor of a pass, for each row. */
  readonly widest: number;
  /**
   * The part that all passes of an image share. Input "images" [rows, ...input], output "entering". undefined where the
   * encoded image itself enters.
   */
  readonly prepare?: (rows: number) => Program;
  /**
   * Inputs "entering" [rows, ...] and one per stream of noise; output "probabilities" [rows, classes], and "observation"
   * [rows, numbers] where passes are observed (observe.ts).
   */
  readonly pass: (rows: number) => Program;
}

/**
 * Programs of a model, whose passes are observed if `observes`. Throws ConfigError for a model whose parameters do not
 * fit, and for a network that the method does not fit; approximations are not observed.
 */
export const passPrograms = (
  model: Model,
  method: Method,
  engine: Engine,
  observes = false,
): PassPrograms => {
  const { network, parameters: bound } =
    method === "synapse" ? checkModel(model) : checkPossiblyOnChip(model);
  if (model.integers) return integerPrograms(model, model.integers, method, observes);
  const parameters = modelInputs(model);
  const wanted = observes ? observedLayers(network).map(({ name }) => name) : [READOUT];
  const tiling = tilingFor(engine);
  const isShared = method === "unit" && hasNoise(network);
  const shared = (images: Tensor): Tensor => sharedByPasses(network, parameters, images, tiling, wanted);
  const entry = isShared ? shared(input("images", [1, ...network.input])).shape.slice(1) : network.input;
  const graph = GRAPHS[method](network, parameters, wanted, isShared, tiling);
  const build = (outputs: Readonly<Record<string, Tensor>>): Program =>
    lower(outputs, { bound, name: `${network.name}, ${method}` });
  const passOf = (rows: number): Pass => graph(input("entering", [rows, ...entry]));
  const one = passOf(1);
  return {
    pixels: encodingTable(network),
    stochastic: method !== "moments" && method !== "mean" && hasNoise(network),
    noise: {
      sizes: sizesOf(one.noise),
      fill: method === "synapse" ? xiOf(network) : uniformOf(model),
    },
    entering: sizeOf(entry),
    widest: widestOfRow(one.probabilities, Object.keys(bound)),
    ...(isShared && {
      prepare: (rows: number) => {
        const images = input("images", [rows, ...network.input]);
        return build({ entering: shared(images) });
      },
    }),
    pass: (rows) => {
      const { probabilities, outputs } = passOf(rows);
      return build({ probabilities, ...(observes && { observation: observation(network, outputs!) }) });
    },
  };
};

/** Programs of a network in integers, of unit noise alone. */
const integerPrograms = (
  model: Model,
  integers: IntegerNetwork,
  method: Method,
  observes: boolean,
): PassPrograms => {
  if (method !== "unit" || observes)
    throw new ConfigError(`network ${model.network.name} in integers`, {
      given: observes ? "passes that are observed" : `the method "${method}"`,
      expected: "passes under the unit law",
      remedy: "Use the network that was quantised.",
    });
  const { name, input: shape } = model.network;
  const entry = sharedShape(integers);
  const passOf = (rows: number) => {
    const noise = integerNoise(integers, rows);
    const logits = integerLogits(integers, input("entering", [rows, ...entry]), noise);
    return { noise, probabilities: integerProbabilities(logits) };
  };
  const build = (outputs: Readonly<Record<string, Tensor>>): Program =>
    lower(outputs, { name: `${name}, ${integers.weights}` });
  const one = passOf(1);
  return {
    pixels: Float32Array.from(integers.pixels),
    stochastic: true,
    noise: { sizes: sizesOf(one.noise), fill: uniformOf(model) },
    entering: sizeOf(entry),
    widest: widestOfRow(one.probabilities, []),
    prepare: (rows) =>
      build({ entering: sharedByIntegerPasses(integers, input("images", [rows, ...shape])) }),
    pass: (rows) => build({ probabilities: passOf(rows).probabilities }),
  };
};

const xiOf =
  ({ noise }: Network): RowNoise["fill"] =>
  (_stream, key, pass, out) =>
    fillXi(noise, fold(key, pass), out);

const pairsOf = (values: Float32Array): ProcessOfSum[] =>
  Array.from({ length: values.length / 2 }, (_, m) => [values[2 * m]!, values[2 * m + 1]!]);

/** Uniform numbers, independent from pass to pass but in layers whose chip correlates them. */
const uniformOf = ({ network, parameters }: Model): RowNoise["fill"] => {
  const correlated = new Map(
    planOf(network).flatMap((plan) => {
      const processes = parameters[correlationName(plan.name)];
      return processes ? [[uniformName(plan), fillCorrelated(pairsOf(processes))] as const] : [];
    }),
  );
  return (stream, key, pass, out) => {
    const fill = correlated.get(stream);
    if (fill) fill(key, pass, out);
    else fillUniform(fold(key, pass), out);
  };
};

/** The graph of one pass. */
interface Pass {
  readonly probabilities: Tensor;
  readonly noise: TensorsByName;
  /** Outputs of the wanted layers; an approximation has none. */
  readonly outputs?: TensorsByName;
}

type Graph = (entering: Tensor) => Pass;

type GraphOf = (
  network: Network,
  parameters: TensorsByName,
  wanted: readonly string[],
  isShared: boolean,
  tiling: Tiling,
) => Graph;

const GRAPHS: Readonly<Record<Method, GraphOf>> = {
  unit: (network, parameters, wanted, isShared, tiling) => (entering) => {
    const noise = noiseInputs(network, entering.shape[0]!);
    const run = isShared ? outputsFromShared : outputsOf;
    const outputs = run(network, parameters, entering, noise, wanted, tiling);
    return { probabilities: softmax(outputs[READOUT]!), noise, outputs };
  },
  synapse: (network, parameters, wanted) => {
    requireOnlySpikeNoise(network, "the synapse law");
    return (entering) => {
      const noise = synapseInputs(network, entering.shape[0]!);
      const all = synapseOutputs(network, parameters, entering, noise);
      const outputs = Object.fromEntries(wanted.map((name) => [name, all.get(name)!.value]));
      return { probabilities: softmax(outputs[READOUT]!), noise, outputs };
    };
  },
  moments: (network, parameters) => {
    requireSpikes("moment propagation", network);
    return (entering) => ({
      probabilities: propagateMoments(network, parameters, entering),
      noise: {},
    });
  },
  mean: (network, parameters) => {
    requireSpikes("the mean field", network);
    return (entering) => ({
      probabilities: softmax(meanForward(network, parameters, entering)),
      noise: {},
    });
  },
};

const requireSpikes = (approximation: string, network: Network): void => {
  if (samplesSpikes(network)) return;
  throw new ConfigError(approximation, {
    given: `network ${network.name} without stochastic neurons`,
    expected: "stochastic neurons",
    remedy: "A network without noise needs no approximation: sample it once.",
  });
};

/**
 * Elements of the widest tensor that depends on a row: not of parameters, nor of what is computed from them alone. Bytes count
 * a quarter.
 */
const widestOfRow = (output: Tensor, bound: readonly string[]): number => {
  const dependent = new Set<Tensor>();
  for (const tensor of topologicalOrder([output]))
    if (
      tensor.operator === "input"
        ? !bound.includes(tensor.name!)
        : tensor.inputs.some((x) => dependent.has(x))
    )
      dependent.add(tensor);
  return Math.max(...Array.from(dependent, ({ type, shape }) => sizeOf(shape) / (type === "uint8" ? 4 : 1)));
};

/**
 * A trained network under another noise. Training found w, a and b of equation (4), which stay. The gain
 * follows from a and the noise, beta = (E(xi) + a) / (sqrt(2) s), as does the scaled bias b / (sqrt(2) s).
 * Thresholds of populations are biases too, in units of v: neuron k has the bias b + sqrt(2) s ||w|| t_k /
 * sqrt(K), so that t_k changes by the ratio of the scales. On sums without synaptic noise it does not change.
 */
import { ConfigError } from "../errors.ts";
import { type Noise, noiseMean, noiseVariance } from "../nn/noise/noise.ts";
import type { Layer } from "./layers/kinds.ts";
import { checkModel, type Model } from "./model.ts";
import { parseNoise, withNoise } from "./network.ts";
import { noiseSources } from "./noise-source.ts";
import { planOf } from "./plan.ts";

/** Scale sqrt(2) s of the noise. */
const scaleOf = (noise: Noise): number => Math.sqrt(2 * noiseVariance(noise));

/** Offset a of a gain beta: the last column of the paper's table, solved for a. */
export const offsetOf = (gain: number, noise: Noise): number => gain * scaleOf(noise) - noiseMean(noise);

/** Gain beta of an offset a. */
export const gainOf = (offset: number, noise: Noise): number => (noiseMean(noise) + offset) / scaleOf(noise);

/**
 * The model under `noise` with unchanged w, a and b (and thresholds of populations), as a device with that noise would run it. Throws
 * ConfigError for a network without noisy synapses and for a noise that is none.
 */
export const modelUnderNoise = (model: Model, noise: Noise): Model => {
  const { network, parameters } = checkModel(model);
  const other = parseNoise(noise);
  const noisy = planOf(network).filter(({ noisySynapses }) => noisySynapses);
  if (noisy.length === 0)
    throw new ConfigError(`network ${network.name} under other noise`, {
      given: "a network whose synapses have no noise",
      expected: "stochastic neurons",
      remedy: "Evaluate it without other noise.",
    });
  const gains = noisy.map(({ name }) => {
    const gain = parameters[`${name}.gain`]!;
    return [`${name}.gain`, gain.map((beta) => gainOf(offsetOf(beta, network.noise), other))] as const;
  });
  const ratio = scaleOf(network.noise) / scaleOf(other);
  const sources = noiseSources(network);
  const sampling = planOf(network).filter(({ name }) => sources.has(name));
  const thresholds = sampling
    .flatMap((plan) => plan.parameters.filter(({ kind }) => kind === "threshold"))
    .map(({ name }) => [name, parameters[name]!.map((t) => ratio * t)] as const);
  const scaled = new Set(sampling.map(({ layer }) => layer));
  const layers = network.layers.map((layer) =>
    scaled.has(layer) ? withScaledThresholds(layer, ratio) : layer,
  );
  return {
    network: { ...withNoise(network, other), layers },
    parameters: { ...parameters, ...Object.fromEntries([...gains, ...thresholds]) },
  };
};

/** The layer with the thresholds of its population, if any, `ratio` times as large. */
const withScaledThresholds = (layer: Layer, ratio: number): Layer => {
  if (!("population" in layer) || layer.population === undefined) return layer;
  const { spacing, offset, ...rest } = layer.population;
  const scaled = {
    ...rest,
    spacing: ratio * spacing,
    ...(offset !== undefined && { offset: ratio * offset }),
  };
  return { ...layer, population: scaled };
};

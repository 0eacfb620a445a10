/**
 * Baselines: networks of the same widths to compare with. They are those of the paper, and the usual
 * conventional ones.
 */
import { ConfigError } from "../errors.ts";
import type { Estimator } from "../nn/estimators.ts";
import { kindOf, type Layer } from "./layers/kinds.ts";
import { isRectifier, type Neuron } from "./layers/neuron-names.ts";
import { type Network, parseNetwork } from "./network.ts";

interface Baseline {
  readonly neuron: Neuron;
  readonly normalization?: "batch" | "weight";
  readonly dropout?: number;
  readonly dropConnect?: number;
  readonly dropoutInUse?: true;
  /** Gradient estimator; default: the paper's. */
  readonly estimator?: Estimator;
}

/** Baselines by the names that `nsm train --baseline` takes. */
export const BASELINES = {
  relu: { neuron: "relu" },
  "batch-normalization": { neuron: "relu", normalization: "batch" },
  "weight-normalization": { neuron: "relu", normalization: "weight" },
  dropout: { neuron: "relu", dropout: 0.5 },
  "monte-carlo-dropout": { neuron: "relu", dropout: 0.5, dropoutInUse: true },
  /** Lighter: batch normalization is noise already (Li et al., arXiv 1801.05134). */
  "monte-carlo-dropout-batch-normalization": {
    neuron: "relu",
    normalization: "batch",
    dropout: 0.1,
    dropoutInUse: true,
  },
  "drop-connect": { neuron: "relu", dropConnect: 0.5 },
  /** StNN, called SN in the paper's methods table. */
  "noisy-rectifier": { neuron: "noisyRelu" },
  /** BD: deterministic signs with a straight-through gradient. */
  binary: { neuron: "sign", estimator: "identity" },
  /** wBD: BD with weight normalization. */
  "binary-weight-normalization": { neuron: "sign", normalization: "weight", estimator: "identity" },
  /** BN of the methods table: deterministic signs with the paper's gradient. */
  "binary-erf": { neuron: "sign", normalization: "weight" },
  /** STE: the NSM with a straight-through gradient. */
  "straight-through": { neuron: "nsm", estimator: "identity" },
} as const satisfies Readonly<Record<string, Baseline>>;

/** Name of a baseline. */
export type BaselineName = keyof typeof BASELINES;

/** Names of all baselines. */
export const baselineNames = Object.keys(BASELINES) as readonly BaselineName[];

/** The baseline of that name. Throws ConfigError for another name. */
export const baselineOf = (name: string): Baseline => {
  if (Object.hasOwn(BASELINES, name)) return BASELINES[name as BaselineName];
  throw new ConfigError("baseline", {
    given: `"${name}"`,
    expected: baselineNames.join(" or "),
    remedy: "Choose one of these.",
  });
};

/**
 * The baseline of `network`. Rectifiers take real pixels where stochastic neurons take their signs. The
 * estimator of the baseline is a training setting, not part of the network.
 */
export const baseline = (network: Network, name: BaselineName): Network => {
  const { estimator: _estimator, neuron, dropoutInUse, ...options } = baselineOf(name);
  const layers =
    neuron === "nsm"
      ? withSampledPools(network).layers
      : network.layers.map((layer) => withNeurons(layer, { neuron, ...options }));
  return parseNetwork({
    ...network,
    name: `${network.name}-${name}`,
    neuron,
    encoding: network.encoding === "sign" && isRectifier(neuron) ? "real" : network.encoding,
    ...(dropoutInUse && { dropoutInUse }),
    layers,
  });
};

type Options = Pick<Baseline, "neuron" | "normalization" | "dropout" | "dropConnect">;

/** Whether the description of a layer has this option. */
const takes = (layer: Layer, option: string): boolean => option in kindOf(layer).schema.shape;

/**
 * The layer with these neurons and options, as far as its kind has them, keeping only its size. Layers of potentials
 * become linear sums.
 */
const withNeurons = (layer: Layer, { neuron, ...options }: Options): unknown => {
  if (!takes(layer, "neuron")) return layer;
  const { normalization, dropout, dropConnect, potential, population, centred, ...size } = layer as Layer &
    Options & { potential?: true; population?: unknown; centred?: true };
  const isLinear = size.neuron === ("linear" as Neuron) || potential === true;
  const own = Object.entries(options).filter(
    ([option, value]) => value !== undefined && takes(layer, option) && !(isLinear && option === "dropout"),
  );
  return { ...size, neuron: isLinear ? "linear" : neuron, ...Object.fromEntries(own) };
};

/**
 * The network with pooled windows sampled unit by unit instead of as one unit, as straight-through estimators
 * need.
 */
export const withSampledPools = (network: Network): Network =>
  parseNetwork({
    ...network,
    layers: network.layers.map((layer) =>
      takes(layer, "pooling") && (layer as { pool?: number }).pool! > 1
        ? { ...layer, pooling: "sampled" }
        : layer,
    ),
  });

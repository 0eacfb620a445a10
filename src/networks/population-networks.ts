/**
 * Networks of population neurons for CIFAR. The paper's ten layers lose what passes of one image have in common, and
 * learn slowly; these are shallow and wide (docs/depth.md). Their form is that of networks made for fast training:
 * Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", arXiv 2404.00498.
 */
import { bernoulli } from "../nn/noise/bernoulli.ts";
import type { Noise } from "../nn/noise/noise.ts";
import type { Population } from "../nn/population.ts";
import { type Network, type NetworkDescription, parseNetwork } from "./network.ts";

type LayerDescription = NetworkDescription["layers"][number];

/** Eight neurons with one-sided thresholds, from 0 to -5.25. */
const POPULATION: Population = { size: 8, spacing: 0.75 };

/** Widths of a network. */
export interface PopulationWidths {
  /** Channels of the first convolution, on real pixels. */
  readonly stem: number;
  /** Channels of each pair of convolutions. */
  readonly pairs: readonly number[];
}

/** Widths of the networks for CIFAR. */
export const CIFAR_WIDTHS: PopulationWidths = { stem: 64, pairs: [256, 256] };

const convolution = (channels: number) => ({ type: "conv2d", channels, kernel: 3, padding: 1 }) as const;

/** A convolution on real pixels with batch normalization, pooled, whose sums populations sample. */
const stemOf = (channels: number): readonly LayerDescription[] => [
  { ...convolution(channels), pool: 2, neuron: "linear", normalization: "batch" },
  { type: "neurons", name: "stem", population: POPULATION },
];

/** Two convolutions, the first one pooled. */
const pair = (channels: number): readonly LayerDescription[] => {
  const own = { ...convolution(channels), population: POPULATION, centred: true } as const;
  return [{ ...own, pool: 2 }, own];
};

/** Two convolutions. The potentials of the first, pooled, are added to those of the second. */
const residualPair = (channels: number, k: number): readonly LayerDescription[] => {
  const own = { ...convolution(channels), potential: true, centred: true } as const;
  const neurons = { type: "neurons", population: POPULATION } as const;
  const [first, second] = [`block${k}.first`, `block${k}.second`];
  return [
    { ...own, name: first },
    { ...neurons, name: `${first}.spikes`, pool: 2 },
    { ...own, name: second },
    { type: "maxPool", size: 2, from: first, name: `${first}.shortcut` },
    { type: "add", from: [second, `${first}.shortcut`], name: `block${k}.sum` },
    { ...neurons, name: `block${k}` },
  ];
};

interface Frame extends Pick<Network, "name" | "classes" | "noise">, PopulationWidths {
  readonly input: readonly [number, number, number];
}

const networkOf = (
  { stem, pairs, ...frame }: Frame,
  layersOf: (channels: number, k: number) => readonly LayerDescription[],
): Network =>
  parseNetwork({
    ...{ ...frame, encoding: "standard" },
    layers: [...stemOf(stem), ...pairs.flatMap(layersOf), { type: "globalPool", by: "maximum" }],
  });

const cifar = (name: string, classes: number, noise: Noise): Frame => ({
  ...{ name, input: [3, 32, 32], classes, noise },
  ...CIFAR_WIDTHS,
});

/**
 * Pairs of convolutions after a first one on real pixels: stem c3-p2, then c3-p2-c3 for each pair, and the maximum over
 * all locations. Throws ConfigError, ShapeError for images that are too small.
 */
export const populationNetwork = (frame: Frame): Network => networkOf(frame, pair);

/** CIFAR-10: 64c3-p2 on real pixels, 256c3-p2-256c3, 256c3-p2-256c3, the maximum over all locations. */
export const cifar10Population = (noise: Noise = bernoulli(0.5)): Network =>
  populationNetwork(cifar("cifar10-population", 10, noise));

/** CIFAR-100 with fine labels: `cifar10Population` with 100 classes. */
export const cifar100Population = (noise: Noise = bernoulli(0.5)): Network =>
  populationNetwork(cifar("cifar100-population", 100, noise));

/** CIFAR-10: `cifar10Population` with identity shortcuts of the potentials, past the second convolution of each pair. */
export const cifar10Residual = (noise: Noise = bernoulli(0.5)): Network =>
  networkOf(cifar("cifar10-residual", 10, noise), residualPair);

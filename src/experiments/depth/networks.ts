/**
 * Networks of the experiment on depth: one family, from the paper's all-convolutional network to a shallow, wide one.
 * With c channels and a depth of n it is
 *
 *     stem c3, n x [c3], pool 2, n x [2c3], pool 2, 2c3, (n - 1) x [2c1], readout
 *
 * where the stem is a convolution on real pixels with batch normalization. A depth of 3 with the mean over locations
 * before the readout is the paper's network.
 */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { type Network, type NetworkDescription, parseNetwork } from "../../networks/network.ts";
import type { Population } from "../../nn/population.ts";
import { BERNOULLI } from "../study/methods.ts";
import type { Extent } from "./scale.ts";
import { type Convolution, withShortcuts } from "./shortcuts.ts";

type LayerDescription = NetworkDescription["layers"][number];

/** Layers that pool the means of populations. */
const POOLS = { average: "averagePool", maximum: "maxPool" } as const;

export interface Form extends Extent {
  readonly name: string;
  /** Whether the readout takes the mean of each channel over all locations. */
  readonly mean: boolean;
  /** Populations in place of single neurons, which also draw the stem's spikes; the stem's sign without them. */
  readonly population?: Population;
  /** Statistic of its populations' means that a pooled window takes. By default each neuron of a window fires by itself. */
  readonly poolMeansBy?: keyof typeof POOLS;
  /** Whether potentials are centred over the batch. */
  readonly centred?: true;
  /** Whether convolutions have identity shortcuts of potentials. */
  readonly shortcuts?: true;
}

/** The network for images and classes of the split. Throws ConfigError, ShapeError for images that are too small. */
export const networkOf = (form: Form, { shape, classes }: Pick<ImageSplit, "shape" | "classes">): Network => {
  const { name, channels, mean, population } = form;
  const neurons = population && { population };
  const stem = { type: "conv2d", channels, kernel: 3, padding: 1, normalization: "batch" } as const;
  return parseNetwork({
    ...{ name, input: shape, classes, encoding: "standard", noise: BERNOULLI },
    layers: [
      ...(neurons
        ? [
            { ...stem, neuron: "linear" },
            { type: "neurons", ...neurons },
          ]
        : [{ ...stem, neuron: "sign" }]),
      ...stochasticLayers(form),
      ...(mean ? [{ type: "globalPool" }] : []),
    ],
  });
};

const stochasticLayers = (form: Form): readonly LayerDescription[] => {
  const { population, poolMeansBy, centred, shortcuts } = form;
  const neurons = { ...(population && { population }) };
  if (shortcuts) return withShortcuts(convolutionsOf(form), neurons);
  return convolutionsOf(form).flatMap((convolution): LayerDescription[] => {
    const own = { ...convolution, ...neurons, ...(centred && { centred }) };
    const { pool } = convolution;
    if (poolMeansBy === undefined || pool === 1) return [own];
    return [
      { ...own, pool: 1 },
      { type: POOLS[poolMeansBy], size: pool },
    ];
  });
};

const convolutionsOf = ({ channels, depth }: Extent): readonly Convolution[] => {
  const convolution = (own: number, kernel: number, pool = 1): Convolution => ({
    ...{ type: "conv2d", channels: own, kernel, padding: (kernel - 1) / 2, pool },
  });
  const repeated = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
  const pooled = (own: number): Convolution[] => [
    ...repeated(depth - 1, convolution(own, 3)),
    convolution(own, 3, 2),
  ];
  return [
    ...pooled(channels),
    ...pooled(2 * channels),
    convolution(2 * channels, 3),
    ...repeated(depth - 1, convolution(2 * channels, 1)),
  ];
};

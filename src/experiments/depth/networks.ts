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

type LayerDescription = NetworkDescription["layers"][number];

export interface Form extends Extent {
  readonly name: string;
  /** Whether the readout takes the mean of each channel over all locations. */
  readonly mean: boolean;
  /** Populations in place of single neurons, which also draw the stem's spikes; the stem's sign without them. */
  readonly population?: Population;
  /** Means of spikes over windows in place of their maximum. */
  readonly averagePooling?: boolean;
}

/** The network for images and classes of the split. Throws ConfigError, ShapeError for images that are too small. */
export const networkOf = (form: Form, { shape, classes }: Pick<ImageSplit, "shape" | "classes">): Network => {
  const { name, channels, depth, mean, population } = form;
  const neurons = population && { population };
  const convolution = (own: number, kernel: number, pool = 1): LayerDescription => ({
    ...{ type: "conv2d", channels: own, kernel, padding: (kernel - 1) / 2, pool },
    ...neurons,
  });
  const repeated = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
  const pooled = (own: number): LayerDescription[] => [
    ...repeated(depth - 1, convolution(own, 3)),
    ...(form.averagePooling
      ? [convolution(own, 3), { type: "averagePool", size: 2 } as const]
      : [convolution(own, 3, 2)]),
  ];
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
      ...pooled(channels),
      ...pooled(2 * channels),
      convolution(2 * channels, 3),
      ...repeated(depth - 1, convolution(2 * channels, 1)),
      ...(mean ? [{ type: "globalPool" }] : []),
    ],
  });
};

/** Networks by name: the paper's, and those of population neurons; and their conventional counterparts. */
import { ConfigError } from "../errors.ts";
import { bernoulli } from "../nn/noise/bernoulli.ts";
import type { Noise } from "../nn/noise/noise.ts";
import { baseline } from "./baselines.ts";
import { type Network, type NetworkDescription, parseNetwork } from "./network.ts";
import { cifar10Population, cifar10Residual, cifar100Population } from "./population-networks.ts";

const PAPER_NOISE = bernoulli(0.5);

type LayerDescription = NetworkDescription["layers"][number];

/** Permutation-invariant MNIST: 784-300-300-300-10. */
export const mnistMlp = (noise: Noise = PAPER_NOISE): Network =>
  parseNetwork({
    name: "mnist-mlp",
    input: [1, 28, 28],
    classes: 10,
    encoding: "sign",
    noise,
    layers: [300, 300, 300].map((units) => ({ type: "dense", units })),
  });

type Frame = Pick<NetworkDescription, "name" | "input" | "classes" | "noise">;

/** 32c5-p2-64c5-p2 and a dense layer, on signs of pixels. */
const twoConvolutions = (frame: Frame, units: number): Network =>
  parseNetwork({
    ...frame,
    encoding: "sign",
    layers: [
      { type: "conv2d", channels: 32, kernel: 5, pool: 2 },
      { type: "conv2d", channels: 64, kernel: 5, pool: 2 },
      { type: "dense", units },
    ],
  });

/** MNIST: 32c5-p2-64c5-p2-1024-10. */
export const mnistCnn = (noise: Noise = PAPER_NOISE): Network =>
  twoConvolutions({ name: "mnist-cnn", input: [1, 28, 28], classes: 10, noise }, 1024);

/** EMNIST letters: 32c5-p2-64c5-p2-150-26. */
export const emnistCnn = (noise: Noise = PAPER_NOISE): Network =>
  twoConvolutions({ name: "emnist-cnn", input: [1, 28, 28], classes: 26, noise }, 150);

/** N-MNIST, ten binary frames: 32c5-p2-64c5-p2-150-10. */
export const nmnistCnn = (noise: Noise = PAPER_NOISE): Network =>
  twoConvolutions({ name: "nmnist-cnn", input: [10, 34, 34], classes: 10, noise }, 150);

/** A convolution that keeps the image size, and its max-pooling. */
const sameSize = (channels: number, kernel: number, pool = 1): LayerDescription => ({
  type: "conv2d",
  channels,
  kernel,
  padding: (kernel - 1) / 2,
  pool,
});

/** Layers 3x[c3], the last one pooled. */
const threeConvolutions = (channels: number): LayerDescription[] => [
  sameSize(channels, 3),
  sameSize(channels, 3),
  sameSize(channels, 3, 2),
];

/** Layers c3-c1-c1 and the mean over 8 x 8 locations. */
const lastConvolutions = (channels: number): LayerDescription[] => [
  sameSize(channels, 3),
  sameSize(channels, 1),
  sameSize(channels, 1),
  { type: "averagePool", size: 8 },
];

/**
 * CIFAR: 96c3 on real pixels with batch normalization, followed by the sign;
 * 3x[96c3]-p2-3x[192c3]-p2-192c3-192c1-192c1; mean over 8 x 8 locations.
 */
const cifarAllconv = (name: string, classes: number, noise: Noise): Network =>
  parseNetwork({
    name,
    input: [3, 32, 32],
    classes,
    encoding: "standard",
    noise,
    layers: [
      { ...sameSize(96, 3), neuron: "sign", normalization: "batch" },
      ...threeConvolutions(96),
      ...threeConvolutions(192),
      ...lastConvolutions(192),
    ],
  });

/** CIFAR-10: `cifarAllconv` with 10 classes. */
export const cifar10Allconv = (noise: Noise = PAPER_NOISE): Network =>
  cifarAllconv("cifar10-allconv", 10, noise);

/** CIFAR-100 with fine labels: `cifarAllconv` with 100 classes. */
export const cifar100Allconv = (noise: Noise = PAPER_NOISE): Network =>
  cifarAllconv("cifar100-allconv", 100, noise);

/**
 * DVS Gesture, six frames of 64 x 64: 3x[64c3]-p2-3x[96c3]-p2-3x[128c3]-p2-256c3-256c1-256c1; mean over 8 x
 * 8.
 */
export const dvsGestureAllconv = (noise: Noise = PAPER_NOISE): Network =>
  parseNetwork({
    name: "dvs-gesture-allconv",
    input: [6, 64, 64],
    classes: 11,
    encoding: "sign",
    noise,
    layers: [
      ...threeConvolutions(64),
      ...threeConvolutions(96),
      ...threeConvolutions(128),
      ...lastConvolutions(256),
    ],
  });

/**
 * The conventional counterpart of a network: the same widths, rectifiers, batch normalization and real
 * pixels.
 */
export const conventional = (network: Network): Network => ({
  ...baseline(network, "batch-normalization"),
  name: `${network.name}-conventional`,
});

const CATALOGUE: Readonly<Record<string, (noise?: Noise) => Network>> = {
  "mnist-mlp": mnistMlp,
  "mnist-cnn": mnistCnn,
  "emnist-cnn": emnistCnn,
  "nmnist-cnn": nmnistCnn,
  "cifar10-allconv": cifar10Allconv,
  "cifar100-allconv": cifar100Allconv,
  "cifar10-population": cifar10Population,
  "cifar10-residual": cifar10Residual,
  "cifar100-population": cifar100Population,
  "dvs-gesture-allconv": dvsGestureAllconv,
};

/** Names of the networks. */
export const networkNames = (): readonly string[] => Object.keys(CATALOGUE);

/** The network of that name, with the given noise. Throws ConfigError for an unknown name. */
export const networkByName = (name: string, noise?: Noise): Network => {
  const build = Object.hasOwn(CATALOGUE, name) ? CATALOGUE[name] : undefined;
  if (build) return build(noise);
  throw new ConfigError("network", {
    given: `"${name}"`,
    expected: networkNames().join(" or "),
    remedy: "Choose one of these, or pass your own as JSON with --network FILE.",
  });
};

/** The paper's networks by name. PAPER: "Networks and settings". */
import { ConfigError } from "../errors.ts";
import { bernoulli, type Noise } from "../nn/noise.ts";
import { type Network, parseNetwork } from "./network.ts";

const PAPER_NOISE = bernoulli(0.5);

/** Permutation-invariant MNIST: 784-300-300-300-10. */
export const mnistMlp = (noise: Noise = PAPER_NOISE): Network =>
  parseNetwork({
    name: "mnist-mlp",
    input: [1, 28, 28],
    classes: 10,
    noise,
    layers: [300, 300, 300].map((units) => ({ type: "dense", units })),
  });

/** 32c5-p2-64c5-p2-1024-10: two pooled convolutions and a dense layer. */
export const mnistCnn = (noise: Noise = PAPER_NOISE): Network =>
  parseNetwork({
    name: "mnist-cnn",
    input: [1, 28, 28],
    classes: 10,
    noise,
    layers: [
      { type: "conv2d", channels: 32, kernel: 5, pool: 2 },
      { type: "conv2d", channels: 64, kernel: 5, pool: 2 },
      { type: "dense", units: 1024 },
    ],
  });

const CATALOGUE: Readonly<Record<string, (noise?: Noise) => Network>> = {
  "mnist-mlp": mnistMlp,
  "mnist-cnn": mnistCnn,
};

export const networkNames = (): readonly string[] => Object.keys(CATALOGUE);

/** The network of that name, with the given noise. */
export const networkByName = (name: string, noise?: Noise): Network => {
  const build = Object.hasOwn(CATALOGUE, name) ? CATALOGUE[name] : undefined;
  if (build) return build(noise);
  throw new ConfigError("network", {
    given: `"${name}"`,
    expected: networkNames().join(" or "),
    remedy: "Name one of these, or give your own as JSON with --network FILE.",
  });
};

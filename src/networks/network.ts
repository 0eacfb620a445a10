/** A network is data: this file says what that data may be, and what a JSON file of it must look like. */
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import type { Noise } from "../nn/noise.ts";
import { issueText } from "../storage/schema-issue.ts";

const count = z.int().min(1).max(1_000_000);
/** Rows and columns of a window, and its steps. */
const LARGEST_EXTENT = 10_000;
const extent = z.int().min(1).max(LARGEST_EXTENT);
/** Programs are walked through recursively: deeper ones would exhaust the stack. */
const MOST_LAYERS = 100;

const noise = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("bernoulli"),
      p: z.number().gt(0).lt(1).describe("probability that a synapse transmits"),
    }),
    z.strictObject({
      type: z.literal("gaussian"),
      sigma: z.number().gt(0).describe("standard deviation of the factor on each weight, whose mean is 1"),
    }),
  ])
  .describe("the multiplicative noise of every synapse");

/** What a layer of neurons may have of its own. */
const neurons = {
  neuron: z
    .enum(["nsm", "relu", "sign", "noisyRelu"])
    .optional()
    .describe(
      "the layer's own kind of neuron: stochastic binary ones, rectifiers, the deterministic sgn(v), or rectifiers of a noisy sum",
    ),
  normalization: z
    .enum(["batch", "weight"])
    .optional()
    .describe(
      "batch or weight normalization of what enters the neurons, if they are not stochastic: noise normalises those",
    ),
  dropout: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe("probability that an output is dropped, in training; not of stochastic neurons"),
  dropConnect: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe("probability that a weight is dropped, in training; not of stochastic neurons"),
};

const layer = z.discriminatedUnion("type", [
  z
    .strictObject({
      type: z.literal("conv2d"),
      channels: count,
      kernel: extent.describe("rows and columns of the window"),
      stride: extent.default(1),
      padding: z.int().min(0).max(LARGEST_EXTENT).default(0).describe("zeros on every side"),
      pool: extent.default(1).describe("max-pooling of the layer's spikes over windows of pool x pool"),
      pooling: z
        .enum(["marginal", "sampled"])
        .optional()
        .describe(
          "of stochastic neurons: a window drawn as the one unit that fires when any of its units does (unless given), or each of its units drawn by itself",
        ),
      gain: z.enum(["channel", "location"]).default("channel").describe("what has a gain of its own"),
      ...neurons,
    })
    .describe("a convolutional layer of neurons"),
  z
    .strictObject({ type: z.literal("dense"), units: count, ...neurons })
    .describe("a fully connected layer of neurons"),
  z
    .strictObject({ type: z.literal("averagePool"), size: extent })
    .describe("mean over windows of size x size, without neurons"),
]);

export const networkSchema = z
  .strictObject({
    $schema: z.string().optional(),
    name: z.string().min(1),
    input: z.tuple([count, count, count]).describe("channels, height, width of an image"),
    classes: count.min(2).describe("outputs of the linear readout that follows the layers"),
    encoding: z
      .enum(["sign", "real", "standard"])
      .default("sign")
      .describe(
        "what of a pixel x in [0, 1] enters: sgn(2x - 1), x itself, or x less its channel's mean over its deviation",
      ),
    pixels: z
      .strictObject({ mean: z.array(z.number()), deviation: z.array(z.number().gt(0)) })
      .optional()
      .describe("of each channel of the training images, for the standard encoding; training fills it in"),
    neuron: z
      .enum(["nsm", "relu", "sign", "noisyRelu"])
      .default("nsm")
      .describe("of all layers that have none of their own"),
    noise: noise.default({ type: "bernoulli", p: 0.5 }),
    dropoutInUse: z
      .literal(true)
      .optional()
      .describe("dropout stays on in use, so that passes differ: Gal & Ghahramani, ICML 2016"),
    layers: z.array(layer).min(1).max(MOST_LAYERS),
  })
  .meta({
    $id: "https://unpkg.com/neural-sampling/schema/network.schema.json",
    description: "A network of the neural-sampling package",
  });

/** A whole network: its layers, its neurons and their noise. The linear readout is implied. */
export type Network = z.infer<typeof networkSchema>;
export type NetworkLayer = Network["layers"][number];
export type Neuron = NonNullable<Extract<NetworkLayer, { type: "dense" }>["neuron"]>;

/** What a JSON file may leave out. */
export type NetworkDescription = z.input<typeof networkSchema>;

/** A network from untrusted data, every default filled in. */
export const parseNetwork = (description: unknown, source = "network"): Network => {
  const result = networkSchema.safeParse(description);
  if (result.success) return result.data;
  throw new ConfigError(source, {
    given: issueText(result.error, "the document"),
    expected: "a network as schema/network.schema.json describes it",
    remedy: "Correct it there; `nsm train --help` names networks to start from.",
  });
};

/** The network with other noise. */
export const withNoise = (network: Network, noiseOfAll: Noise): Network => ({
  ...network,
  noise: noiseOfAll,
});

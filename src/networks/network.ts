/** The description of a network, and its JSON schema. */
import * as z from "zod";
import { ConfigError } from "../errors.ts";
import { NOISE_TYPES, type Noise, noiseSchema } from "../nn/noise/noise.ts";
import { parseBySchema } from "../storage/schema-issue.ts";
import { count } from "./layers/extent.ts";
import { layerSchema } from "./layers/kinds.ts";
import { NEURONS } from "./layers/neuron-names.ts";

/** Encodings of pixels. */
export const ENCODINGS = ["sign", "real", "standard"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Schema of a network description. */
export const networkSchema = z
  .strictObject({
    $schema: z.string().optional(),
    name: z.string().min(1),
    input: z.tuple([count, count, count]).describe("channels, height, width of an image"),
    classes: count.min(2).describe("outputs of the linear readout that follows the layers"),
    encoding: z
      .enum(ENCODINGS)
      .default("real")
      .describe(
        "input value of a pixel x in [0, 1]. sign: sgn(2x - 1), that of the paper's networks for digits and events; real: x; standard: (x - mean) / deviation of its channel",
      ),
    pixels: z
      .strictObject({ mean: z.array(z.number()), deviation: z.array(z.number().gt(0)) })
      .optional()
      .describe("channel statistics of the training images for the standard encoding; set by training"),
    neuron: z
      .enum(NEURONS)
      .default("nsm")
      .describe("kind of neuron of all layers that do not specify their own"),
    noise: noiseSchema.default({ type: "bernoulli", p: 0.5 }),
    dropoutInUse: z
      .literal(true)
      .optional()
      .describe("keeps dropout active in inference, so that passes differ: Gal & Ghahramani, ICML 2016"),
    layers: z
      .array(layerSchema)
      .min(1)
      .describe(
        "a list in which each layer takes the output of the one before it, or a graph given by `name` and `from`",
      ),
  })
  .meta({
    $id: "https://unpkg.com/neural-sampling/schema/network.schema.json",
    description: "A network of the neural-sampling package",
  });

/**
 * Schema whose defaults are left out where networks are compared or hashed. Its defaults never change: fingerprints of
 * runs and names of results that exist depend on them.
 */
export const networkIdentitySchema = networkSchema.extend({ encoding: z.enum(ENCODINGS).default("sign") });

/** A network: its layers, neurons and noise. The linear readout is implied. */
export type Network = z.infer<typeof networkSchema>;

/** A network as a JSON file may state it, with defaults left out. */
export type NetworkDescription = z.input<typeof networkSchema>;

/**
 * Parses a network from untrusted data and fills in the defaults. Throws ConfigError for an invalid
 * description.
 */
export const parseNetwork = (description: unknown, source = "network"): Network => {
  const result = parseBySchema(networkSchema, description, "the document");
  if ("data" in result) return result.data;
  throw new ConfigError(source, {
    given: result.given,
    expected: "a network that matches schema/network.schema.json",
    remedy: "Correct it there; `nsm train --help` lists networks to start from.",
  });
};

/** A noise from untrusted data. Throws ConfigError for data that describe none. */
export const parseNoise = (description: unknown): Noise => {
  const result = parseBySchema(noiseSchema, description, "the whole");
  if ("data" in result) return result.data;
  throw new ConfigError("noise", {
    given: result.given,
    expected: `the type ${NOISE_TYPES.join(" or ")} with the parameters of that noise`,
    remedy: "See schema/network.schema.json.",
  });
};

/** The network with that encoding of pixels, which its name then states; the network itself where it has it. */
export const withEncoding = (network: Network, encoding: Encoding): Network => {
  if (network.encoding === encoding) return network;
  const { pixels: _, ...rest } = network;
  return { ...rest, encoding, name: `${network.name}-${encoding}-pixels` };
};

/** The network with another noise. */
export const withNoise = (network: Network, noiseOfAll: Noise): Network => ({
  ...network,
  noise: noiseOfAll,
});

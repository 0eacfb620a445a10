/** A network is data: this file says what that data may be, and what a JSON file of it must look like. */
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { type Noise, noiseSchema } from "../nn/noise/noise.ts";
import { issueText } from "../storage/schema-issue.ts";
import { count } from "./layers/extent.ts";
import { layerSchema } from "./layers/kinds.ts";
import { NEURONS } from "./layers/neuron-names.ts";

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
      .enum(NEURONS)
      .default("nsm")
      .describe("the kind of neuron of all layers that name none of their own"),
    noise: noiseSchema.default({ type: "bernoulli", p: 0.5 }),
    dropoutInUse: z
      .literal(true)
      .optional()
      .describe("dropout stays on in use, so that passes differ: Gal & Ghahramani, ICML 2016"),
    layers: z
      .array(layerSchema)
      .min(1)
      .describe(
        "a list in which each layer takes the outputs of the one before it, or a graph by `name` and `from`",
      ),
  })
  .meta({
    $id: "https://unpkg.com/neural-sampling/schema/network.schema.json",
    description: "A network of the neural-sampling package",
  });

/** A whole network: its layers, its neurons and their noise. The linear readout is implied. */
export type Network = z.infer<typeof networkSchema>;

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

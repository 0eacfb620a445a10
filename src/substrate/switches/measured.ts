/** A switch by measured devices: every synapse has the probability of one of them, chosen at random. */
import * as z from "zod";
import { randomBelow } from "../../random/permutation.ts";
import { reader } from "../../random/reader.ts";
import { type SwitchKind, switchOptions } from "./kind.ts";

const schema = z
  .strictObject({
    type: z.literal("measured"),
    probabilities: z
      .array(z.number().min(0).max(1))
      .min(1)
      .max(65_536)
      .describe("probability of transmitting of each measured device"),
    ...switchOptions,
  })
  .describe("a switch by the probabilities of measured devices");

export type Measured = z.infer<typeof schema>;

export const measured = {
  schema,
  fill: ({ probabilities }, key, out) => {
    const next = reader(key);
    for (let k = 0; k < out.length; k++) out[k] = probabilities[randomBelow(probabilities.length, next)]!;
  },
} satisfies SwitchKind<Measured>;

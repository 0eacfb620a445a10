/** Registry of the kinds of stochastic switches. A new kind is one file in this folder and a line in `KINDS`. */
import * as z from "zod";
import type { Key } from "../../random/key.ts";
import type { SwitchKind } from "./kind.ts";
import { measured } from "./measured.ts";
import { probability } from "./probability.ts";
import { threshold } from "./threshold.ts";

const KINDS = { probability, threshold, measured };

export const switchSchema = z
  .discriminatedUnion("type", [probability.schema, threshold.schema, measured.schema])
  .describe(
    "a stochastic switch in series with each pair of cells; without it, noise is drawn beside the array",
  );

/** Description of a switch: an object whose `type` names its kind, with the parameters of that kind. */
export type Switch = z.infer<typeof switchSchema>;

/** Probability of transmitting of each of `devices` devices. */
export const transmissionProbabilities = (description: Switch, key: Key, devices: number): Float64Array => {
  const out = new Float64Array(devices);
  (KINDS[description.type] as unknown as SwitchKind<Switch>).fill(description, key, out);
  return out;
};

/** Correlation exp(-interval / time) of the Ornstein-Uhlenbeck process between successive passes; 0 without one. */
export const passCorrelation = ({ correlation }: Pick<Switch, "correlation">): number =>
  correlation ? Math.exp(-correlation.intervalSeconds / correlation.timeSeconds) : 0;

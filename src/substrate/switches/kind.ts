/** The interface of a kind of stochastic switch. Each kind is one file, listed in switch.ts. */
import * as z from "zod";
import type { Key } from "../../random/key.ts";

/** Options of every kind of switch. */
export const switchOptions = {
  correlation: z
    .strictObject({
      timeSeconds: z.number().gt(0).describe("correlation time of the Ornstein-Uhlenbeck process"),
      intervalSeconds: z.number().gt(0).describe("time from one forward pass to the next"),
    })
    .optional()
    .describe(
      "correlation of successive passes: a device transmits while an Ornstein-Uhlenbeck process is below its threshold; without it, passes are independent",
    ),
};

/** A stochastic switch in series with a memory cell. `Switch` is its description; `type` names the kind. */
export interface SwitchKind<Switch extends { readonly type: string }> {
  readonly schema: z.ZodObject<z.ZodRawShape & { type: z.ZodLiteral<Switch["type"]> }>;
  /** Fills `out` with the probability of each device that it transmits in a pass. */
  readonly fill: (description: Switch, key: Key, out: Float64Array) => void;
}

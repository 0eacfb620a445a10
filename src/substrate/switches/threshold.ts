/**
 * A switch by its threshold voltage, which varies from device to device and from cycle to cycle. A device transmits when the
 * input exceeds its threshold of the cycle:
 *
 *     p = Phi((V - VT - d m) / c),   m ~ N(0, 1) of each device
 *
 * V: input, VT: mean threshold, d: deviation over devices, c: deviation over cycles. S. Dutta et al., Nature Communications
 * 13, 2571, 2022, drive a selector within the window of its thresholds.
 */
import * as z from "zod";
import { fillNormal } from "../../random/fill.ts";
import { normalCdf } from "../../statistics/normal.ts";
import { type SwitchKind, switchOptions } from "./kind.ts";

const schema = z
  .strictObject({
    type: z.literal("threshold"),
    inputVolts: z.number().describe("voltage that an active input applies"),
    thresholdVolts: z.number().describe("mean threshold voltage over devices and cycles"),
    deviceDeviationVolts: z
      .number()
      .min(0)
      .default(0)
      .describe("standard deviation, over devices, of their mean threshold"),
    cycleDeviationVolts: z
      .number()
      .gt(0)
      .describe("standard deviation of the threshold of a device from cycle to cycle"),
    ...switchOptions,
  })
  .describe("a switch by its threshold voltage: its probability depends on the input's voltage");

export type ByThreshold = z.infer<typeof schema>;

export const threshold = {
  schema,
  fill: ({ inputVolts, thresholdVolts, deviceDeviationVolts, cycleDeviationVolts }, key, out) => {
    const normals = new Float32Array(out.length);
    fillNormal(key, normals);
    for (let k = 0; k < out.length; k++)
      out[k] = normalCdf(
        (inputVolts - thresholdVolts - deviceDeviationVolts * normals[k]!) / cycleDeviationVolts,
      );
  },
} satisfies SwitchKind<ByThreshold>;

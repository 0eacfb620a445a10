/** Schema of metrics in cached results. */
import { z } from "zod";
import type { Metrics } from "../../statistics/metrics.ts";

export const metricsSchema: z.ZodType<Metrics> = z.strictObject({
  images: z.int(),
  error: z.number(),
  errorInterval: z.tuple([z.number(), z.number()]),
  nll: z.number(),
  brier: z.number(),
  ece: z.number(),
  auroc: z.number().nullable(),
});

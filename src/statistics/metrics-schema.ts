/** Schema of metrics in JSON documents. */
import { z } from "zod";
import type { Metrics } from "./metrics.ts";

export const metricsSchema = z.strictObject({
  images: z.int(),
  error: z.number(),
  errorInterval: z.tuple([z.number(), z.number()]),
  nll: z.number(),
  brier: z.number(),
  ece: z.number(),
  auroc: z.number().nullable(),
}) satisfies z.ZodType<Metrics>;

/** Schema of metrics in JSON documents. */
import * as z from "zod";
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

/** The metrics among other fields. */
export const metricsIn = ({ images, error, errorInterval, nll, brier, ece, auroc }: Metrics) =>
  ({ images, error, errorInterval: [...errorInterval], nll, brier, ece, auroc }) as z.infer<
    typeof metricsSchema
  >;

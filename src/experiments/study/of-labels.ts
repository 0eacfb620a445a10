/** Cached results that depend on the labels of images: the key names the images, the result the labels. */
import type * as z from "zod";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { sha256 } from "../../storage/sha256.ts";

/** A checksum of the labels that a result comes from. Earlier versions kept none: their results are taken as they are. */
export interface OfLabels {
  readonly labels?: string | undefined;
}

export const labelsChecksum = ({ labels }: Pick<ImageSplit, "labels">): string =>
  sha256("labels", Uint16Array.from(labels));

/** The schema, refusing what comes from other labels. */
export const ofLabels = <T extends OfLabels>(schema: z.ZodType<T>, labels: string): z.ZodType<T> =>
  schema.refine((found) => found.labels === undefined || found.labels === labels);

/** Limits of a model, found after training: a detector and thresholds, as data. */
import * as z from "zod";
import { CheckpointError } from "../errors.ts";
import type { StoredTensor } from "../storage/safetensors.ts";

/** A detector of images unlike the training data, fitted to it (detectors/). */
export interface FittedDetector {
  /** Name of its kind, such as "relative-mahalanobis". */
  readonly kind: string;
  /** What was fitted, row by row. */
  readonly arrays: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>
  >;
}

const fraction = z.number().min(0).max(1);

const thresholds = {
  /** Passes of an image by which the thresholds were found; they hold for this number. */
  samples: z.int().min(1),
  /** Images that the thresholds were found on, and whether they were kept out of training. */
  images: z.int().min(1),
  isHeldOut: z.boolean(),
  /** An image counts as unlike the training data if its unfamiliarity is above `threshold`, as `share` of them were. */
  unlike: z.strictObject({ threshold: z.number(), share: fraction }),
  /** An image is referred to a person if its entropy in nats is at least `threshold` (null: none is). */
  refer: z
    .strictObject({
      threshold: z.number().nullable(),
      /** What the threshold promises of new images like these, at which confidence. */
      promise: z.discriminatedUnion("of", [
        /** At most `risk` of the answers are wrong. */
        z.strictObject({ of: z.literal("error"), risk: fraction, confidence: fraction }),
        /** At least `cover` of the images are answered. */
        z.strictObject({ of: z.literal("cover"), cover: fraction, confidence: fraction }),
      ]),
      /** Share of the images that were answered, and their errors. */
      coverage: fraction,
      errors: z.int().min(0),
    })
    .optional(),
  /** Conformal sets: the classes of a probability of at least 1 - `threshold`; `level` of them hold the right class. */
  sets: z.strictObject({ level: fraction, threshold: z.number() }).optional(),
};

const thresholdsSchema = z.strictObject({ detector: z.string(), ...thresholds });

/** A calibration without what was fitted. */
export type Thresholds = Readonly<Omit<z.infer<typeof thresholdsSchema>, "detector">>;

export interface Calibration extends Thresholds {
  readonly detector: FittedDetector;
}

/** A calibration as tensors and text of a safetensors file. */
export const encodeCalibration = ({
  detector,
  ...rest
}: Calibration): { readonly tensors: Readonly<Record<string, StoredTensor>>; readonly text: string } => ({
  tensors: Object.fromEntries(
    Object.entries(detector.arrays).map(([name, array]) => [`${PREFIX}${name}`, array]),
  ),
  text: JSON.stringify({ detector: detector.kind, ...rest }),
});

const PREFIX = "calibration.";

/** Reads what `encodeCalibration` made. `source`: its file, for errors. Throws CheckpointError for damaged text. */
export const decodeCalibration = (
  tensors: Readonly<Record<string, StoredTensor>>,
  text: string,
  source: string,
): Calibration => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    document = undefined;
  }
  const parsed = thresholdsSchema.safeParse(document);
  if (!parsed.success)
    throw new CheckpointError(`reading the calibration of ${source}`, {
      given: "damaged text, or that of a later version",
      expected: "a detector's name and thresholds",
      remedy: "Calibrate the run again.",
    });
  const { detector: kind, ...found } = parsed.data;
  const arrays = Object.entries(tensors).flatMap(([name, { shape, data }]) =>
    name.startsWith(PREFIX) && data instanceof Float32Array
      ? [[name.slice(PREFIX.length), { shape, data: data.slice() }] as const]
      : [],
  );
  return { ...found, detector: { kind, arrays: Object.fromEntries(arrays) } };
};

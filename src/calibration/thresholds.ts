/** Thresholds of a calibration, found on images with labels. */
import { ConfigError, DataError } from "../errors.ts";
import { grouped, percent } from "../grouped.ts";
import type { Uncertainty } from "../inference/uncertainty.ts";
import type { Calibration } from "../networks/calibration.ts";
import { conformalThreshold, roundUp } from "../statistics/conformal.ts";
import { coverageGuarantee } from "../statistics/coverage-guarantee.ts";
import type { Labels } from "../statistics/probabilities.ts";
import { mistakes } from "../statistics/probabilities.ts";
import { imagesForGuarantee, selectiveGuarantee } from "../statistics/selective-guarantee.ts";
import { type CoveragePromise, requireCoverage } from "./require-coverage.ts";

/** Promises that a calibration is asked for. Fractions are above 0 and below 1. */
export interface Promises {
  /** Share of images like these that count as unlike the training data. Default 0.05, or half of what `cover` leaves. */
  readonly unlike?: number;
  /** Answers are wrong at most this often. */
  readonly error?: number;
  /** At least this share of images like these is answered. Not with `error`. */
  readonly cover?: number;
  /** Conformal sets of classes hold the right one at least this often. */
  readonly sets?: number;
  /** Confidence of `error` and `cover`, over the choice of the images. Default 0.95. */
  readonly confidence?: number;
}

/** Share of familiar images that count as unlike the training data. */
export const UNLIKE_SHARE = 0.05;

/** Confidence of a promise. */
export const PROMISE_CONFIDENCE = 0.95;

/** Throws ConfigError for fractions out of range and for promises that exclude each other. */
export const checkPromises = (promises: Promises): void => {
  for (const [name, value] of Object.entries(promises) as [keyof Promises, number | undefined][])
    if (value !== undefined && !(value > 0 && value < 1))
      throw new ConfigError(`calibrating, ${name}`, {
        given: String(value),
        expected: "a fraction above 0 and below 1",
        remedy: "Choose another one.",
      });
  const { unlike = 0, cover } = promises;
  if (cover !== undefined && unlike + cover > 1 + 1e-9)
    throw new ConfigError("calibrating", {
      given: `unlike ${percent(unlike)} and cover ${percent(cover)}`,
      expected: "at most 100 % together: what is unlike the training data is not answered",
      remedy: "Lower one of them.",
    });
  if (promises.error === undefined || promises.cover === undefined) return;
  throw new ConfigError("calibrating", {
    given: "a promise on the error and one on the coverage (error and cover)",
    expected: "one of them: the same threshold keeps either",
    remedy: "Leave one out.",
  });
};

/**
 * Thresholds for the promises, by the uncertainty of images with their labels. An image unlike the training data is not
 * answered. Throws DataError where there are too few images for a promise, or where no threshold keeps it.
 */
export const thresholdsFor = (
  found: Uncertainty,
  labels: Labels,
  { unlike: share, error, cover, sets, confidence = PROMISE_CONFIDENCE }: Promises,
): Pick<Calibration, "unlike" | "refer" | "sets"> => {
  const refused = share ?? (cover === undefined ? UNLIKE_SHARE : Math.min(UNLIKE_SHARE, (1 - cover) / 2));
  const { familiar, unlike, atoms } = familiarity(found.unfamiliarity, refused);
  const uncertainty = found.entropy.map((entropy, k) => (familiar[k] ? entropy : Number.POSITIVE_INFINITY));
  const wrong = Uint8Array.from(mistakes(found.probabilities, labels));
  const promised: Promised = { confidence, level: 1 - (1 - confidence) / atoms };
  const referred = inAtoms(atoms, () =>
    error !== undefined
      ? byError(uncertainty, wrong, error, promised)
      : cover !== undefined
        ? byCoverage(uncertainty, wrong, { ...promised, cover, share: refused })
        : undefined,
  );
  return {
    unlike,
    ...(referred && { refer: referred }),
    ...(sets !== undefined && {
      sets: { level: sets, threshold: conformalThreshold(found.probabilities, labels, sets) },
    }),
  };
};

/** Confidence of a promise, and the higher one at which its limit is computed. */
interface Promised {
  readonly confidence: number;
  readonly level: number;
}

/**
 * The threshold of the unfamiliarity, and which images are draws of those that it lets through. If no other image equals the
 * one at the threshold, these are the images strictly below it, by which it is an order statistic of the others. Where
 * several do, as by a detector of few values such as votes, the distribution has an atom there. Images up to a fixed atom are
 * independent draws; which atom is the threshold depends on the images. Limits therefore hold for each of `atoms`, those that
 * were seen, together (Bonferroni): a cautious rule rather than a proof, as their number is seen too.
 */
const familiarity = (unfamiliarity: Float64Array, share: number) => {
  const threshold = upperQuantile(unfamiliarity, share);
  const images = new Map<number, number>();
  for (const value of unfamiliarity) images.set(value, (images.get(value) ?? 0) + 1);
  const isAtom = images.get(threshold)! > 1;
  return {
    unlike: { threshold, share },
    familiar: Array.from(unfamiliarity, (value) => value < threshold || (isAtom && value === threshold)),
    atoms: isAtom ? [...images.values()].filter((count) => count > 1).length : 1,
  };
};

/** The result of `find`, whose errors say why more confidence was asked of it than by the caller. */
const inAtoms = <T>(atoms: number, find: () => T): T => {
  try {
    return find();
  } catch (cause) {
    if (atoms === 1 || !(cause instanceof DataError)) throw cause;
    const { given, expected, remedy } = cause;
    const why = `Many images share one of ${atoms} values of the detector, which divides the doubt that is left among them: a detector of finer values takes fewer images.`;
    throw new DataError("calibrating", { given, expected, remedy: `${remedy} ${why}` }, cause);
  }
};

/**
 * The value that a new image like these exceeds with a probability of at most `share`: the ceil((n + 1) (1 - share))-th
 * smallest of n values (Vovk, Gammerman & Shafer, 2005).
 */
const upperQuantile = (values: Float64Array, share: number): number => {
  const rank = roundUp((values.length + 1) * (1 - share));
  if (rank <= values.length) return values.toSorted()[rank - 1]!;
  throw new DataError("calibrating, images unlike the training data", {
    given: `${grouped(values.length)} images`,
    expected: `at least ${grouped(roundUp(1 / share) - 1)}, of which ${percent(share)} may count as unlike`,
    remedy: "Hold more images out, let a larger share count as unlike, or promise a lower coverage.",
  });
};

type Refer = NonNullable<Calibration["refer"]>;

const byError = (
  uncertainty: Float64Array,
  wrong: Uint8Array,
  risk: number,
  { confidence, level }: Promised,
): Refer => {
  requireFamiliar(uncertainty, imagesForGuarantee(risk, level));
  const { threshold, coverage, errors } = selectiveGuarantee(uncertainty, wrong, risk, level);
  return {
    threshold: Number.isFinite(threshold) ? threshold : null,
    promise: { of: "error", risk, confidence },
    ...{ coverage, errors },
  };
};

/** Number of images like the training data: the uncertainty of others is infinite. */
const familiarCount = (uncertainty: Float64Array): number => uncertainty.filter(Number.isFinite).length;

/** Throws DataError unless enough images are like the training data. */
const requireFamiliar = (uncertainty: Float64Array, needed: number): void => {
  const familiar = familiarCount(uncertainty);
  if (familiar >= needed) return;
  throw new DataError("calibrating, a promise on the error", {
    given: `${uncertainty.length} images, of which ${familiar} are like the training data`,
    expected: `at least ${Math.ceil((needed * uncertainty.length) / Math.max(1, familiar))} images`,
    remedy: "Hold out more images, or choose a higher error or a lower confidence.",
  });
};

const byCoverage = (uncertainty: Float64Array, wrong: Uint8Array, promise: CoveragePromise): Refer => {
  const { cover, confidence, level } = promise;
  requireCoverage(familiarCount(uncertainty), uncertainty.length, promise);
  const { threshold: highest } = coverageGuarantee(uncertainty, cover, level);
  const isAnswered = uncertainty.map((own) => (own <= highest ? 1 : 0));
  return {
    // Images are answered strictly below the threshold.
    threshold: highest + Math.max(highest * 2 ** -52, Number.MIN_VALUE),
    promise: { of: "cover", cover, confidence },
    coverage: isAnswered.reduce((sum, own) => sum + own, 0) / uncertainty.length,
    errors: isAnswered.reduce((sum, own, k) => sum + own * wrong[k]!, 0),
  };
};

/** Refuses a coverage that cannot be promised, with the highest that can. */
import { DataError } from "../errors.ts";
import { grouped, percent } from "../grouped.ts";
import { firstInteger } from "../statistics/bisection.ts";
import { binomialTail, lowerRateLimit } from "../statistics/clopper-pearson.ts";
import { roundUp } from "../statistics/conformal.ts";

/** A coverage to promise, above 0 and below 1. */
export interface CoveragePromise {
  readonly cover: number;
  /** Share of familiar images that count as unlike the training data, and are not answered. */
  readonly share: number;
  /** Confidence of the promise, and the one at which its limit is computed. */
  readonly confidence: number;
  readonly level: number;
}

/** Most images that are told to suffice. */
const MOST_IMAGES = 1e6;

/**
 * Throws DataError unless the promise can be kept by `answerable` of `images`, those like the training data. The tolerance
 * limit of coverage-guarantee.ts is among them if the lower Clopper-Pearson limit of their share is at least `cover`: both
 * say P(X <= answerable - 1) >= level for X ~ Binomial(images, cover).
 */
export const requireCoverage = (answerable: number, images: number, promise: CoveragePromise): void => {
  const { cover, share, confidence, level } = promise;
  const best = lowerRateLimit(answerable, images, level);
  if (best >= cover) return;
  const sufficient = moreImagesFor(promise, images);
  throw new DataError("calibrating, a promise on the coverage", {
    given: `a coverage of ${percent(cover)} by ${grouped(images)} images, of which ${percent(answerable / images)} are like the training data and may be answered`,
    expected: `at most ${percent(Math.floor(1000 * best) / 1000)}, the best that can be promised at a confidence of ${confidence} while ${percent(share)} count as unlike${sufficient === undefined ? "" : `, or about ${grouped(sufficient)} images`}`,
    remedy: `Promise no more than that and keep the share that counts as unlike at ${percent(share)}, hold out more images, or lower that share.`,
  });
};

/**
 * Number of images, above `images`, that suffices if their unfamiliarities differ, by bisection; undefined if a million do not.
 * Near it, some larger numbers may not: how many count as unlike is rounded.
 */
const moreImagesFor = ({ cover, share, level }: CoveragePromise, images: number): number | undefined => {
  const suffice = (count: number): boolean => {
    const answerable = roundUp((count + 1) * (1 - share)) - 1;
    return binomialTail(answerable - 1, count, cover) >= level;
  };
  return suffice(MOST_IMAGES) ? firstInteger(images + 1, MOST_IMAGES, suffice) : undefined;
};

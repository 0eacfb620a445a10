/** Whether promises held on images that their thresholds were not found on. */
import type { Thresholds } from "../networks/calibration.ts";
import { betaBinomialTail } from "../statistics/beta-binomial.ts";
import { exactInterval } from "../statistics/clopper-pearson.ts";
import { roundDown, roundUp } from "../statistics/conformal.ts";

/**
 * "held": the observed rate is as promised. "chance": it is not, but what is promised lies in the 95 % of cases that the
 * choice of the images explains. "broken": neither.
 */
export type PromiseOutcome = "held" | "chance" | "broken";

/** Share of cases at either end of a distribution that chance does not explain: half of 5 %. */
const END = 0.025;

/** Decisions on images: how many there were, how many were answered, and how many answers were wrong. */
interface Answers {
  readonly images: number;
  readonly answered: number;
  readonly wrong: number;
}

/**
 * Outcome of a promise on the error or the coverage: chance explains what its exact binomial interval includes. null for a
 * promise on the error if no image was answered.
 */
export const answersOutcome = (
  promise: NonNullable<Thresholds["refer"]>["promise"],
  { images, answered, wrong }: Answers,
): PromiseOutcome | null => {
  if (promise.of === "cover") {
    const [, highest] = exactInterval(answered, images);
    return outcome(answered >= roundUp(images * promise.cover), highest >= promise.cover);
  }
  if (answered === 0) return null;
  const [lowest] = exactInterval(wrong, answered);
  return outcome(wrong <= roundDown(answered * promise.risk), lowest <= promise.risk);
};

/**
 * Outcome of a promise of `level` that was kept by `held` of `images`: sets hold the label, or familiar images do not count as
 * unlike. Both promise the mean over thresholds: chance includes the choice of the `heldOut` images that the threshold comes
 * from.
 */
export const meanOutcome = (
  level: number,
  { images, held, heldOut }: { readonly images: number; readonly held: number; readonly heldOut: number },
): PromiseOutcome => {
  const rank = roundUp((heldOut + 1) * level);
  return outcome(
    held >= roundUp(images * level),
    betaBinomialTail(held, images, rank, heldOut + 1 - rank) >= END,
  );
};

const outcome = (isHeld: boolean, isByChance: boolean): PromiseOutcome => {
  if (isHeld) return "held";
  return isByChance ? "chance" : "broken";
};

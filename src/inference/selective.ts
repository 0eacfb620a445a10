/**
 * Selective prediction: answering only where the network is sure enough. Geifman & El-Yaniv, NeurIPS 2017, and with
 * Uziel, ICLR 2019.
 */
import { DataError } from "../errors.ts";

/** What answering the surest images costs. */
export interface RiskCoverage {
  /** Errors among the k + 1 surest images over k + 1, for k = 0, 1, ..: the coverage is (k + 1) / images. */
  readonly risks: Float64Array;
  /** The mean of the risks: the area under risk over coverage, 0 to 1. */
  readonly aurc: number;
}

/**
 * `uncertainty`: one number an image, low where it is sure; `wrong`: 1 for an error, else 0. Images that are equally sure
 * come in any order: what is expected over those orders counts. Throws DataError for no image, lengths that differ, NaN.
 */
export const riskCoverage = (uncertainty: Float64Array, wrong: Uint8Array): RiskCoverage => {
  if (wrong.length === 0 || uncertainty.length !== wrong.length || uncertainty.some(Number.isNaN))
    throw new DataError("selective prediction", {
      given: `${uncertainty.length} uncertainties for ${wrong.length} images`,
      expected: "one number for each of at least one image",
      remedy: "Pass what belongs to the same images.",
    });
  const order = Uint32Array.from(wrong, (_, i) => i).sort((a, b) => uncertainty[a]! - uncertainty[b]!);
  const risks = new Float64Array(order.length);
  let errors = 0;
  for (let first = 0; first < order.length; ) {
    let [end, own] = [first, 0];
    for (; end < order.length && uncertainty[order[end]!] === uncertainty[order[first]!]; end++)
      own += wrong[order[end]!]!;
    for (let k = first; k < end; k++) risks[k] = (errors + (own * (k + 1 - first)) / (end - first)) / (k + 1);
    errors += own;
    first = end;
  }
  return { risks, aurc: risks.reduce((sum, risk) => sum + risk, 0) / risks.length };
};

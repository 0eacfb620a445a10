/** Active learning: of a pool of pictures, the one on which the learner's passes disagree most is asked back. */
import type { Prediction, WebOnlineLearner } from "neural-sampling/web";

export interface Question {
  readonly pixels: Uint8Array;
  readonly prediction: Prediction;
}

/** Pictures that are looked at for one question. */
const LOOKED_AT = 24;

/** `count` items spread evenly over a list. */
const spread = <Item>(items: readonly Item[], count: number): readonly Item[] =>
  items.length <= count
    ? items
    : Array.from({ length: count }, (_, k) => items[Math.floor((k * items.length) / count)]!);

/**
 * The picture of the pool with the largest mutual information between its class and the noise: there the learner doubts for
 * want of knowledge (Houlsby et al., 2011). undefined for an empty pool.
 */
export const hardest = async (
  learner: WebOnlineLearner,
  pool: readonly Uint8Array[],
): Promise<Question | undefined> => {
  const doubt = ({ prediction: { mutualInformation, entropy } }: Question): number =>
    mutualInformation ?? entropy;
  let most: Question | undefined;
  for (const pixels of spread(pool, LOOKED_AT)) {
    const question = { pixels, prediction: await learner.predict(pixels) };
    if (!most || doubt(question) > doubt(most)) most = question;
  }
  return most;
};

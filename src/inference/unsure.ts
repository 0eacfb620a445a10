/** When a prediction counts as unsure. */
import { ConfigError } from "../errors.ts";

/**
 * Default threshold, as a share of the largest entropy: half a nat for ten classes, what two classes have at
 * probabilities 0.8 and 0.2.
 */
export const UNSURE_SHARE = 0.22;

/**
 * Entropy in nats above which a prediction among `classes` classes counts as unsure: `share` of log(classes), the
 * entropy of classes that are all equally likely. Throws ConfigError unless `classes` is a whole number of at least 1
 * and `share` a number from 0 to 1.
 */
export const unsureAbove = (classes: number, share = UNSURE_SHARE): number => {
  if (!Number.isInteger(classes) || classes < 1)
    throw new ConfigError("threshold of unsure predictions", {
      given: `${classes} classes`,
      expected: "a whole number of classes, at least 1",
      remedy: "Take the number of the network's classes.",
    });
  if (share >= 0 && share <= 1) return share * Math.log(classes);
  throw new ConfigError("threshold of unsure predictions", {
    given: `${share}`,
    expected: "a share of the largest entropy, from 0 to 1",
    remedy: "Choose another share.",
  });
};

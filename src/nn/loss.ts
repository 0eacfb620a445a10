/** Softmax cross-entropy and the number of correct predictions. */
import { sum } from "../tensor/broadcast.ts";
import { add, divide, multiply, negate } from "../tensor/elementwise.ts";
import { reshape } from "../tensor/layout.ts";
import { argmax } from "../tensor/reduce.ts";
import { cast, equal } from "../tensor/select.ts";
import { logSoftmax } from "../tensor/softmax.ts";
import { constant, type Tensor } from "../tensor/tensor.ts";

/**
 * Mean of the `exampleLosses` over the examples whose mask is 1. logits: [batch, classes]; labels: [batch],
 * int32; mask: [batch], 1 for an example and 0 for padding. `count`, the number of examples, is given if this
 * is a part of a larger batch: the values of its parts then add up.
 */
export const crossEntropy = (
  logits: Tensor,
  labels: Tensor,
  mask: Tensor,
  count: Tensor = sum(mask),
  smoothing = 0,
): Tensor => divide(sum(multiply(exampleLosses(logits, labels, smoothing), mask)), count);

/**
 * Cross-entropy of each example, [batch]: -log softmax(logits)[label]. With label smoothing (Szegedy et al., "Rethinking
 * the Inception architecture for computer vision", CVPR 2016) the target is 1 - smoothing for the label plus smoothing /
 * classes for every class. smoothing: in [0, 1).
 */
export const exampleLosses = (logits: Tensor, labels: Tensor, smoothing = 0): Tensor => {
  const classes = logits.shape[1]!;
  const hard = oneHot(labels, classes);
  const targets = smoothing === 0 ? hard : add(multiply(1 - smoothing, hard), smoothing / classes);
  return negate(sum(multiply(logSoftmax(logits), targets), [1]));
};

/** Number of examples with mask 1 whose largest logit is at the label. */
export const correctCount = (logits: Tensor, labels: Tensor, mask: Tensor): Tensor =>
  sum(multiply(cast(equal(cast(argmax(logits, 1), "int32"), labels), "float32"), mask));

/** One-hot labels: [batch, classes]. */
const oneHot = (labels: Tensor, classes: number): Tensor =>
  cast(
    equal(
      reshape(labels, [-1, 1]),
      constant(
        Int32Array.from({ length: classes }, (_, k) => k),
        [1, classes],
      ),
    ),
    "float32",
  );

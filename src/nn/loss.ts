/** Softmax cross-entropy of the readout, and the count of right answers. */
import { sum } from "../tensor/broadcast.ts";
import { divide, multiply, negate } from "../tensor/elementwise.ts";
import { reshape } from "../tensor/layout.ts";
import { argmax } from "../tensor/reduce.ts";
import { cast, equal } from "../tensor/select.ts";
import { logSoftmax } from "../tensor/softmax.ts";
import { constant, type Tensor } from "../tensor/tensor.ts";

/**
 * Mean over the examples that count of -log softmax(logits)[label].
 * logits: [batch, classes]; labels: [batch], int32; mask: [batch], 1 counts and 0 does not (the padding of a last batch).
 * `count`, examples that count, is given where this is a part of a larger batch: its parts' values then add up.
 */
export const crossEntropy = (
  logits: Tensor,
  labels: Tensor,
  mask: Tensor,
  count: Tensor = sum(mask),
): Tensor => divide(sum(multiply(exampleLosses(logits, labels), mask)), count);

/** -log softmax(logits)[label] of each example: [batch]. */
export const exampleLosses = (logits: Tensor, labels: Tensor): Tensor =>
  negate(sum(multiply(logSoftmax(logits), oneHot(labels, logits.shape[1]!)), [1]));

/** How many examples that count have their largest logit at the label. */
export const correctCount = (logits: Tensor, labels: Tensor, mask: Tensor): Tensor =>
  sum(multiply(cast(equal(cast(argmax(logits, 1), "int32"), labels), "float32"), mask));

/** [batch, classes], 1 at the label and 0 elsewhere. */
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

/** Weights of a layer whose switches deviate from their mean. */
import { add, multiply } from "../tensor/elementwise.ts";
import { reshape } from "../tensor/layout.ts";
import { constant, type Tensor, type TensorsByName } from "../tensor/tensor.ts";

/**
 * Folds the efficacies beta_i + d_ij of unit i's synapses j into the weights of the layer `name`; its gain becomes 1:
 *
 *     beta_i w_ij  becomes  1 ((beta_i + d_ij) w_ij)
 *
 * `weight` and `spread`, d, are [units, ...inputs], `gain`, beta, is [units].
 */
export const switchedWeights = (
  name: string,
  weight: Tensor,
  gain: Tensor,
  spread: Tensor,
): TensorsByName => {
  const efficacy = add(reshape(gain, [-1, ...weight.shape.slice(1).map(() => 1)]), spread);
  return {
    [`${name}.weight`]: multiply(efficacy, weight),
    [`${name}.gain`]: constant(1, weight.shape.slice(0, 1)),
  };
};

/** Weights of a layer whose switches deviate from their mean. */
import { add, multiply } from "../tensor/elementwise.ts";
import { reshape } from "../tensor/layout.ts";
import { constant, type Tensor, type TensorsByName } from "../tensor/tensor.ts";

/**
 * Weight and gain of the layer `name` in which the gain beta_i of unit i [units] is beta_i + d_ij at its synapse j, for d of
 * the weight's shape:
 *
 *     beta_i w_ij  becomes  1 ((beta_i + d_ij) w_ij)
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

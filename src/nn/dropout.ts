/**
 * Dropout of outputs: Srivastava et al., JMLR 15, 2014; DropConnect, the same of weights: Wan et al., ICML 2013. What is
 * kept is divided by 1 - p, so that its mean is as without, and nothing need change in use.
 */
import { multiply } from "../tensor/elementwise.ts";
import { greater, where } from "../tensor/select.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** x with each element 0 with probability p, else x / (1 - p); `uniform`: one number an element, uniform on (-1, 1). */
export const drop = (x: Tensor, p: number, uniform: Tensor): Tensor =>
  multiply(x, where(greater(uniform, 2 * p - 1), 1 / (1 - p), 0));

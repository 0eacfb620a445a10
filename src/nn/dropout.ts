/**
 * Dropout (Srivastava et al., JMLR 15, 2014), and DropConnect for weights (Wan et al., ICML 2013). Elements
 * that are kept are divided by 1 - p, so that inference needs no rescaling.
 */
import { multiply } from "../tensor/elementwise.ts";
import { greater, where } from "../tensor/select.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Sets each element of x to 0 with probability p, else to x / (1 - p). `uniform`: one number per element,
 * uniform on (-1, 1).
 */
export const drop = (x: Tensor, p: number, uniform: Tensor): Tensor =>
  multiply(x, where(greater(uniform, 2 * p - 1), 1 / (1 - p), 0));

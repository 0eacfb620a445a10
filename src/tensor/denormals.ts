/**
 * Gradients without denormal numbers, for engines that cannot count them as zero: WebAssembly has no such mode. A product
 * with a denormal operand takes some hundred cycles, and gradients of units far from their threshold are full of them:
 * exp(-v^2) of (3) falls below 2^-126 for v above 9.4.
 */
import { add, subtract } from "./elementwise.ts";
import type { Outputs } from "./lower.ts";
import { rewrite } from "./rewrite.ts";
import type { Tensor } from "./tensor.ts";

const PRODUCTS = ["matmul", "gemm", "conv2d", "convTranspose2d"];

/** Its sum with a smaller number is a multiple of 2^-63, whose square is the least normal number. */
const COARSE = 2 ** -39;

/** x without denormal numbers: within 2^-63 of x, or within a unit of its last place where that is more. */
export const withoutDenormals = (x: Tensor): Tensor => subtract(add(x, COARSE), COARSE);

/**
 * `outputs` with every operand of a product that depends on the program's input `source` free of denormal numbers. With the
 * labels as source these are the gradients: no forward pass depends on labels. The graph cannot be differentiated
 * afterwards.
 */
export const flushProducts = (outputs: Outputs, source: string): Outputs => {
  const dependent = new Set<Tensor>();
  const flushed = new Map<Tensor, Tensor>();
  const flush = (x: Tensor): Tensor => {
    if (!dependent.has(x)) return x;
    const found = flushed.get(x) ?? withoutDenormals(x);
    flushed.set(x, found);
    return found;
  };
  return rewrite(outputs, (tensor) => {
    const isDependent = tensor.name === source || tensor.inputs.some((each) => dependent.has(each));
    if (!isDependent) return tensor;
    const { operator, inputs } = tensor;
    const isProduct = typeof operator !== "string" && PRODUCTS.includes(operator.name);
    const result = isProduct ? { ...tensor, inputs: inputs.map(flush) } : tensor;
    dependent.add(result);
    return result;
  });
};

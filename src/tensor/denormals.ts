/**
 * Gradients without denormal numbers, for engines that cannot flush them to zero: WebAssembly has no such mode. A product
 * with a denormal operand takes some hundred cycles, and gradients of units far from their threshold are full of them:
 * exp(-v^2) of (3) is denormal from v = 9.35 to 10.2.
 */
import { add, subtract } from "./elementwise.ts";
import type { Outputs } from "./lower.ts";
import { rewrite } from "./rewrite.ts";
import type { Tensor } from "./tensor.ts";

const PRODUCTS = ["matmul", "gemm", "conv2d", "convTranspose2d"];

/** x + COARSE is rounded to a multiple of 2^-63, whose square is the least normal number. */
const COARSE = 2 ** -39;

/**
 * x with small numbers flushed: within 2^-63 (1e-19) of x, or within a unit of its last place where that is more. Gradients
 * of this size are far below Adam's epsilon; where all gradients of a layer are, Muon sees none.
 */
export const flush = (x: Tensor): Tensor => subtract(add(x, COARSE), COARSE);

/**
 * `outputs` with every operand of a product flushed that depends on the program's input `source`. With the labels as source
 * these are the gradients: no forward pass depends on labels. The graph cannot be differentiated afterwards. Throws Error
 * where no output depends on the source.
 */
export const flushProducts = (outputs: Outputs, source: string): Outputs => {
  const dependent = new Set<Tensor>();
  const flushed = new Map<Tensor, Tensor>();
  const operand = (x: Tensor): Tensor => {
    if (!dependent.has(x)) return x;
    const found = flushed.get(x) ?? flush(x);
    flushed.set(x, found);
    return found;
  };
  const result = rewrite(outputs, (tensor) => {
    const isDependent = tensor.name === source || tensor.inputs.some((each) => dependent.has(each));
    if (!isDependent) return tensor;
    const { operator, inputs } = tensor;
    const isProduct = typeof operator !== "string" && PRODUCTS.includes(operator.name);
    const replaced = isProduct ? { ...tensor, inputs: inputs.map(operand) } : tensor;
    dependent.add(replaced);
    return replaced;
  });
  if (dependent.size === 0) throw new Error(`no output depends on an input "${source}"`);
  return result;
};

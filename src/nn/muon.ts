/**
 * Muon: momentum whose matrix is orthogonalised by Newton-Schulz iterations. Jordan et al., "Muon: an optimizer for
 * hidden layers in neural networks", 2024, https://kellerjordan.github.io/posts/muon. Here the weights keep a fixed
 * Frobenius norm, so that the learning rate is the length of a step relative to that of the weights. It is for weights
 * whose scale does not matter, as something after them divides by it.
 */
import { abs, add, divide, maximum, multiply, subtract } from "../tensor/elementwise.ts";
import { gemm } from "../tensor/gemm.ts";
import { reshape } from "../tensor/layout.ts";
import { max, norm } from "../tensor/reduce.ts";
import { equal, where } from "../tensor/select.ts";
import { constant, type Tensor } from "../tensor/tensor.ts";
import { ADAM, type Adam } from "./adam.ts";
import { MIN_NORM } from "./weight-norm.ts";

/** Settings of Muon, and of Adam for the parameters that Muon is not for. */
export interface Muon {
  readonly type: "muon";
  /** Decay of the velocity, in [0, 1). */
  readonly momentum: number;
  readonly adam: Omit<Adam, "type"> & {
    /** Peak learning rate of Adam; above 0. */
    readonly learningRate: number;
  };
}

const { type: _, ...adam } = ADAM;

/** Default settings of Muon. */
export const MUON: Muon = { type: "muon", momentum: 0.9, adam: { learningRate: 2e-3, ...adam } };

/** Default of Muon's learning rate: the length of a step over that of the weights. */
export const MUON_RATE = 0.05;

/** Rows and columns of a matrix. */
export interface MatrixSize {
  readonly rows: number;
  readonly columns: number;
}

/** Newton-Schulz iterations of a step. */
const ITERATIONS = 5;

/**
 * Coefficients of x -> LINEAR x + CUBIC x^3 + QUINTIC x^5, which maps a singular value. Jordan et al. chose them so that
 * small values rise fast; five iterations bring values from 0.01 to 1 to between 0.7 and 1.2.
 */
const [LINEAR, CUBIC, QUINTIC] = [3.4445, -4.775, 2.0315];

/** Smallest normal float32: the matrix 0 is divided by it. */
const MIN_NORMAL = 2 ** -126;

/** Multiply-adds of the matrix products of one step. */
export const muonWork = ({ rows, columns }: MatrixSize): number => {
  const [short, long] = [Math.min(rows, columns), Math.max(rows, columns)];
  return 2 * short ** 2 * long + GRAM_PRODUCTS * short ** 3;
};

/** Products of matrices of the size of the Gram matrix: 4 an iteration, less one in the first and two in the last. */
const GRAM_PRODUCTS = 4 * ITERATIONS - 3;

/**
 * Approximate orthogonal factor U V^T of the matrix G = U S V^T [rows, columns]; 0 for G = 0. It does not depend on the
 * scale of G, however small or large: G is divided by its largest magnitude before it is squared.
 *
 * An iteration is X <- P X with P = LINEAR + CUBIC B + QUINTIC B^2 and B = X X^T. All P are polynomials of the first B,
 * so that they commute: the iterations run on the small matrices alone, B <- P B P and Q <- P Q, and X is multiplied by
 * Q once. Rounding leaves errors of 1e-7 in B, which are small beside LINEAR in P.
 */
export const orthogonalized = (matrix: Tensor): Tensor => {
  const isTall = matrix.shape[0]! > matrix.shape[1]!;
  const scaled = divide(matrix, maximum(max(abs(matrix)), MIN_NORMAL));
  const x = divide(scaled, norm(scaled, undefined, false, MIN_NORM));
  // X X^T or X^T X, whichever is smaller: (X X^T) X = X (X^T X).
  let gram = gemm(x, x, { transA: isTall, transB: !isTall });
  let product: Tensor | undefined;
  for (let k = 0; k < ITERATIONS; k++) {
    const factor = polynomial(gram);
    product = product ? gemm(factor, product) : factor;
    if (k + 1 < ITERATIONS) gram = gemm(gemm(factor, gram), factor);
  }
  return isTall ? gemm(x, product!) : gemm(product!, x);
};

/** LINEAR + CUBIC B + QUINTIC B^2. */
const polynomial = (gram: Tensor): Tensor => {
  const rest = add(multiply(CUBIC, gram), multiply(QUINTIC, gemm(gram, gram)));
  return add(diagonal(LINEAR, gram.shape[0]!), rest);
};

const diagonal = (value: number, size: number): Tensor => {
  const places = Float32Array.from({ length: size }, (_, k) => k);
  return where(equal(constant(places, [size, 1]), constant(places, [1, size])), value, 0);
};

/** Weights and their velocity, [rows columns] each. */
export interface MuonState {
  readonly parameter: Tensor;
  readonly velocity: Tensor;
}

/**
 * One step of Muon with Nesterov momentum:
 *
 *     m <- momentum m + g,   X = orthogonalized(g + momentum m)
 *     w <- sqrt(rows) (w / ||w|| - rate X / ||X||)
 *
 * with Frobenius norms. A gradient and a velocity of 0 leave the direction of w.
 *
 * gradient: [rows columns]; rate: the relative rate, [].
 */
export const muonUpdate = (
  { momentum }: Muon,
  { parameter, velocity }: MuonState,
  gradient: Tensor,
  rate: Tensor,
  { rows, columns }: MatrixSize,
): MuonState => {
  const next = add(multiply(momentum, velocity), gradient);
  const ahead = add(gradient, multiply(momentum, next));
  const direction = reshape(orthogonalized(reshape(ahead, [rows, columns])), [-1]);
  const length = Math.sqrt(rows);
  const scale = divide(length, norm(parameter, undefined, false, MIN_NORM));
  const step = divide(multiply(length, rate), norm(direction, undefined, false, MIN_NORM));
  return {
    parameter: subtract(multiply(scale, parameter), multiply(step, direction)),
    velocity: next,
  };
};

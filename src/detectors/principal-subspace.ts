/** Leading eigenvectors of a symmetric positive semidefinite matrix. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { fillUniform } from "../random/fill.ts";
import { key } from "../random/key.ts";
import type { Engine } from "../runtime/engine.ts";
import { gemm } from "../tensor/gemm.ts";
import { lower } from "../tensor/lower.ts";
import { input } from "../tensor/tensor.ts";

/** Iterations. The subspace needs not be exact: scores change little with its last directions. */
const ITERATIONS = 12;

/**
 * Eigenvalues of the products below this share of the largest are noise of float32. They are squares: directions of the matrix
 * with an eigenvalue below 3e-4 of its largest are left out.
 */
const LEAST_SHARE = 1e-7;

/**
 * Orthonormal columns [size, count] that span about the eigenvectors of the `count` largest eigenvalues of `matrix`, [size,
 * size]; fewer where eigenvalues are below 3e-4 of the largest. Orthogonal iteration from a random start: Golub & Van Loan, "Matrix
 * Computations", 4th edition, section 8.2.4; columns are made orthonormal by Y (Y^T Y)^(-1/2).
 */
export const principalSubspace = async (
  engine: Engine,
  matrix: Float32Array,
  size: number,
  count: number,
): Promise<Matrix> => {
  const [a, q] = [input("a", [size, size]), input("q", [size, count])];
  const y = gemm(a, q);
  const program = lower({ y, gram: gemm(y, y, { transA: true }) }, { name: "principal subspace" });
  const executable = await engine.compile(program);
  let columns = new Float32Array(size * count);
  fillUniform(key(1, "principal subspace"), columns);
  for (let k = 0; ; k++) {
    const found = await executable.run({ a: matrix, q: columns });
    const product = Matrix.from1DArray(size, count, found.y as Float32Array);
    const basis = product.mmul(
      orthonormalizing(Matrix.from1DArray(count, count, found.gram as Float32Array)),
    );
    if (k + 1 === ITERATIONS) {
      await executable.dispose();
      return basis;
    }
    columns = new Float32Array(size * count);
    for (let row = 0; row < size; row++) columns.set(basis.getRow(row), row * count);
  }
};

/** Directions and scales that make columns with the given products orthonormal. */
const orthonormalizing = (gram: Matrix): Matrix => {
  const { vectors, values } = symmetricEigen(gram);
  const largest = Math.max(...values);
  const kept = values.flatMap((value, k) => (value > LEAST_SHARE * largest ? [k] : []));
  const scaled = vectors.subMatrixColumn(kept);
  for (const [column, k] of kept.entries()) scaled.mulColumn(column, 1 / Math.sqrt(values[k]!));
  return scaled;
};

/** Eigenvectors (columns) and eigenvalues of a symmetric matrix. */
export const symmetricEigen = (
  matrix: Matrix,
): { readonly vectors: Matrix; readonly values: readonly number[] } => {
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  return { vectors: eigenvectorMatrix, values: realEigenvalues };
};

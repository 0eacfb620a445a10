/** Polynomials by weighted least squares. It imports nothing: pages load it as it is. */

/**
 * Coefficients, constant first, of the polynomial of `degree` with the least sum of w (y - p(x))^2. `weights`: w of each point,
 * by default 1. By a QR decomposition of the powers (Gram-Schmidt, each column twice: Golub & Van Loan, "Matrix Computations",
 * 4th edition, section 5.2); a power that the lower ones make up, to rounding, has the coefficient 0.
 */
export const polynomialFit = (
  x: readonly number[],
  y: readonly number[],
  degree: number,
  weights: readonly number[] = x.map(() => 1),
): number[] => {
  const roots = weights.map(Math.sqrt);
  const values = y.map((value, k) => value * roots[k]!);
  const directions: number[][] = [];
  const upper: number[][] = [];
  for (let power = 0; power <= degree; power++) {
    const column = x.map((value, k) => value ** power * roots[k]!);
    const size = Math.sqrt(dot(column, column));
    const parts = directions.map(() => 0);
    for (let time = 0; time < 2; time++)
      for (const [i, direction] of directions.entries()) {
        const part = dot(direction, column);
        parts[i]! += part;
        for (const [k, own] of direction.entries()) column[k]! -= part * own;
      }
    const rest = Math.sqrt(dot(column, column));
    const isNew = rest > LEAST * size;
    directions.push(column.map((own) => (isNew ? own / rest : 0)));
    upper.push([...parts, isNew ? rest : 0]);
  }
  const coefficients = Array<number>(degree + 1).fill(0);
  for (let i = degree; i >= 0; i--) {
    let left = dot(directions[i]!, values);
    for (let j = i + 1; j <= degree; j++) left -= upper[j]![i]! * coefficients[j]!;
    const scale = upper[i]![i]!;
    coefficients[i] = scale === 0 ? 0 : left / scale;
  }
  return coefficients;
};

/** Share of a column that counts as more than rounding. */
const LEAST = 1e-12;

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, k) => sum + value * b[k]!, 0);

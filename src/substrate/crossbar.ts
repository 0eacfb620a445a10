/**
 * Nodal analysis of a crossbar with wires that resist. Cell (i, j) of conductance g_ij joins row wire i and column wire j. Every
 * row is driven at its left end, every column is held at 0 V at its lower end, and one segment of wire of conductance w lies
 * between neighbouring cells and between the ends and the cells beside them. With the potentials a of row nodes and b
 * of column nodes, Kirchhoff's current law is
 *
 *     w (a_i,j-1 - a_ij) + w (a_i,j+1 - a_ij) = g_ij (a_ij - b_ij),   a_i,-1 = V_i,   no segment beyond the last column
 *     w (b_i-1,j - b_ij) + w (b_i+1,j - b_ij) = g_ij (b_ij - a_ij),   b_R,j = 0,      no segment before the first row
 *
 * The currents at the columns' ends are linear in the voltages, I_j = sum_i G_ij V_i: G are the effective conductances. By
 * reciprocity G_ij is also the current into driver i when column j alone is at 1 V, so that one solution gives a whole
 * column of G.
 *
 * With the tridiagonal matrices A of the row wires and B of the column wires, each with the cells' conductances G on its diagonal,
 * these are A a = G b and B b = G a + s, the sources s at the column's end. Without a,
 *
 *     (B - G A^-1 G) b = s
 *
 * is solved by conjugate gradients, preconditioned by B: wires conduct far better than cells, and what remains is weak.
 */

/** A crossbar of rows x columns cells, row-major; conductances in one unit, such as microsiemens. */
export interface Crossbar {
  readonly rows: number;
  readonly columns: number;
  readonly conductances: ArrayLike<number>;
  /** Conductance w of a segment of wire, above 0. */
  readonly wire: number;
}

/** Size of a residual, relative to that at the start, in the norm of the preconditioner, at which iterations end. */
const TOLERANCE = 1e-7;

/** Most iterations: far more than crossbars need whose cells conduct less than their wires. */
const MOST_ITERATIONS = 10_000;

/** Effective conductances of a crossbar, row-major, in the unit of its conductances. */
export const effectiveConductances = (crossbar: Crossbar): Float64Array => {
  const { rows, columns, wire } = crossbar;
  const solve = solverOf(crossbar);
  const effective = new Float64Array(rows * columns);
  for (let j = 0; j < columns; j++) {
    const potentials = solve(j);
    for (let i = 0; i < rows; i++) effective[i * columns + j] = wire * potentials[i * columns]!;
  }
  return effective;
};

/**
 * The solver for 1 V at the end of column j and 0 V at all other ends. It gives the potentials of all row nodes, row-major, in an
 * array that the next solution overwrites.
 */
const solverOf = (crossbar: Crossbar): ((j: number) => Float64Array) => {
  const { rows, columns, conductances: g, wire } = crossbar;
  const size = rows * columns;
  const { solveRows, solveColumns } = wiresOf(crossbar);
  const vector = (): Float64Array => new Float64Array(size);
  const [a, b, residual, product] = [vector(), vector(), vector(), vector()];
  /** The direction of a step, B and G times it, and B^-1 times the residual. */
  const [direction, columnCurrents, cellCurrents, relaxed] = [vector(), vector(), vector(), vector()];
  return (j) => {
    // The column without its rows, whose cells then are the only sources.
    product.fill(0);
    product[size - columns + j] = wire;
    solveColumns(product, b);
    for (let k = 0; k < size; k++) cellCurrents[k] = g[k]! * b[k]!;
    solveRows(cellCurrents, a);
    for (let k = 0; k < size; k++) residual[k] = g[k]! * a[k]!;
    solveColumns(residual, relaxed);
    direction.set(relaxed);
    columnCurrents.set(residual);
    let norm = dot(residual, relaxed);
    const enough = TOLERANCE ** 2 * norm;
    for (let iteration = 0; norm > enough && iteration < MOST_ITERATIONS; iteration++) {
      for (let k = 0; k < size; k++) cellCurrents[k] = g[k]! * direction[k]!;
      solveRows(cellCurrents, product);
      let power = 0;
      for (let k = 0; k < size; k++) {
        product[k] = columnCurrents[k]! - g[k]! * product[k]!;
        power += direction[k]! * product[k]!;
      }
      const length = norm / power;
      for (let k = 0; k < size; k++) {
        b[k]! += length * direction[k]!;
        residual[k]! -= length * product[k]!;
      }
      solveColumns(residual, relaxed);
      const next = dot(residual, relaxed);
      const kept = next / norm;
      for (let k = 0; k < size; k++) {
        direction[k] = kept * direction[k]! + relaxed[k]!;
        columnCurrents[k] = kept * columnCurrents[k]! + residual[k]!;
      }
      norm = next;
    }
    for (let k = 0; k < size; k++) cellCurrents[k] = g[k]! * b[k]!;
    solveRows(cellCurrents, a);
    return a;
  };
};

/** Rows whose wires are solved together, as each solution waits for its last value at every step. */
const TOGETHER = 4;

/** The solutions of A out = x and B out = x. */
const wiresOf = ({ rows, columns, conductances: g, wire }: Crossbar) => {
  const size = rows * columns;
  // Reciprocal pivots of the wires' tridiagonal equations, from the held ends on.
  const [byRow, byColumn] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0, k = 0; i < rows; i++)
    for (let j = 0; j < columns; j++, k++)
      byRow[k] = 1 / (g[k]! + (j < columns - 1 ? 2 : 1) * wire - (j > 0 ? wire ** 2 * byRow[k - 1]! : 0));
  for (let k = size - 1; k >= 0; k--) {
    const below = k + columns < size ? wire ** 2 * byColumn[k + columns]! : 0;
    byColumn[k] = 1 / (g[k]! + (k >= columns ? 2 : 1) * wire - below);
  }
  const [rowRatio, columnRatio] = [byRow, byColumn].map((inverse) =>
    inverse.map((value) => wire * value),
  ) as [Float64Array, Float64Array];
  return {
    solveRows(x: Float64Array, out: Float64Array): void {
      for (let i = 0; i < rows; i += TOGETHER) {
        const [first, end] = [i * columns, Math.min(rows, i + TOGETHER) * columns];
        for (let k = first; k < end; k += columns) out[k] = x[k]!;
        for (let j = 1; j < columns; j++)
          for (let k = first + j; k < end; k += columns) out[k] = x[k]! + rowRatio[k - 1]! * out[k - 1]!;
        for (let k = first + columns - 1; k < end; k += columns) out[k]! *= byRow[k]!;
        for (let j = columns - 2; j >= 0; j--)
          for (let k = first + j; k < end; k += columns)
            out[k] = byRow[k]! * out[k]! + rowRatio[k]! * out[k + 1]!;
      }
    },
    /** All columns together, from the lower ends upwards and back. */
    solveColumns(x: Float64Array, out: Float64Array): void {
      for (let k = size - columns; k < size; k++) out[k] = x[k]!;
      for (let k = size - columns - 1; k >= 0; k--)
        out[k] = x[k]! + columnRatio[k + columns]! * out[k + columns]!;
      for (let k = 0; k < columns; k++) out[k]! *= byColumn[k]!;
      for (let k = columns; k < size; k++)
        out[k] = byColumn[k]! * out[k]! + columnRatio[k]! * out[k - columns]!;
    },
  };
};

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
};

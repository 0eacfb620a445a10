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
 * The equations are solved by conjugate gradients, preconditioned by the exact solution of each wire with its cells to the
 * other wires at 0 V (line relaxation): wires conduct far better than cells, and what remains is weak.
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
 * The solver for 1 V at the end of column j and 0 V at all other ends. It gives the potentials of all row nodes, row-major, then
 * those of all column nodes, in an array that the next solution overwrites.
 */
const solverOf = (crossbar: Crossbar): ((j: number) => Float64Array) => {
  const { rows, columns, conductances: g, wire } = crossbar;
  const size = rows * columns;
  const lines = linesOf(crossbar);
  const vector = (): Float64Array => new Float64Array(2 * size);
  const [x, residual, direction, product, relaxed] = [vector(), vector(), vector(), vector(), vector()];
  return (j) => {
    // The column without its rows, whose cells then are the only sources.
    residual.fill(0);
    residual[2 * size - columns + j] = wire;
    lines.relax(residual, x);
    residual.fill(0);
    for (let k = 0; k < size; k++) residual[k] = g[k]! * x[size + k]!;
    lines.relax(residual, relaxed);
    direction.set(relaxed);
    let norm = dot(residual, relaxed);
    const enough = TOLERANCE ** 2 * norm;
    for (let iteration = 0; norm > enough && iteration < MOST_ITERATIONS; iteration++) {
      lines.currents(direction, product);
      const length = norm / dot(direction, product);
      for (let k = 0; k < 2 * size; k++) {
        x[k]! += length * direction[k]!;
        residual[k]! -= length * product[k]!;
      }
      lines.relax(residual, relaxed);
      const next = dot(residual, relaxed);
      for (let k = 0; k < 2 * size; k++) direction[k] = (next / norm) * direction[k]! + relaxed[k]!;
      norm = next;
    }
    return x;
  };
};

/** The equations of a crossbar, and those of its wires alone. */
const linesOf = ({ rows, columns, conductances: g, wire }: Crossbar) => {
  const size = rows * columns;
  // Conductances at each node, and the reciprocal pivots of the wires' tridiagonal equations from the held ends on.
  const [diagonal, inverse] = [new Float64Array(2 * size), new Float64Array(2 * size)];
  for (let i = 0, k = 0; i < rows; i++)
    for (let j = 0; j < columns; j++, k++) {
      diagonal[k] = g[k]! + (j < columns - 1 ? 2 : 1) * wire;
      diagonal[size + k] = g[k]! + (i > 0 ? 2 : 1) * wire;
      inverse[k] = 1 / (diagonal[k]! - (j > 0 ? wire ** 2 * inverse[k - 1]! : 0));
    }
  for (let k = 2 * size - 1; k >= size; k--) {
    const held = k + columns >= 2 * size;
    inverse[k] = 1 / (diagonal[k]! - (held ? 0 : wire ** 2 * inverse[k + columns]!));
  }
  const ratio = inverse.map((value) => wire * value);
  return {
    /** Currents out of the nodes at the potentials x. */
    currents(x: Float64Array, out: Float64Array): void {
      for (let k = 0; k < size; k++) {
        out[k] = diagonal[k]! * x[k]! - g[k]! * x[size + k]!;
        out[size + k] = diagonal[size + k]! * x[size + k]! - g[k]! * x[k]!;
      }
      for (let i = 0; i < rows; i++)
        for (let k = i * columns; k < (i + 1) * columns - 1; k++) {
          out[k]! -= wire * x[k + 1]!;
          out[k + 1]! -= wire * x[k]!;
        }
      for (let k = size; k < 2 * size - columns; k++) {
        out[k]! -= wire * x[k + columns]!;
        out[k + columns]! -= wire * x[k]!;
      }
    },
    /** Potentials at the currents x if every wire saw the others at 0 V. */
    relax(x: Float64Array, out: Float64Array): void {
      for (let i = 0; i < rows; i++) {
        const [first, last] = [i * columns, (i + 1) * columns - 1];
        out[first] = x[first]!;
        for (let k = first + 1; k <= last; k++) out[k] = x[k]! + ratio[k - 1]! * out[k - 1]!;
        out[last]! *= inverse[last]!;
        for (let k = last - 1; k >= first; k--) out[k] = inverse[k]! * out[k]! + ratio[k]! * out[k + 1]!;
      }
      // All columns together, from the lower ends upwards and back.
      const [top, held] = [size + columns, 2 * size - columns];
      for (let k = held; k < 2 * size; k++) out[k] = x[k]!;
      for (let k = held - 1; k >= size; k--) out[k] = x[k]! + ratio[k + columns]! * out[k + columns]!;
      for (let k = size; k < top; k++) out[k]! *= inverse[k]!;
      for (let k = top; k < 2 * size; k++) out[k] = inverse[k]! * out[k]! + ratio[k]! * out[k - columns]!;
    },
  };
};

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
};

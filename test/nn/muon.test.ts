/** Muon against its definition in float64, and what must hold for any matrix. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MUON, type Muon, muonUpdate, muonWork, orthogonalized } from "../../src/nn/muon.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { lower } from "../../src/tensor/lower.ts";
import { input } from "../../src/tensor/tensor.ts";
import { evaluate } from "../tensor/evaluate.ts";
import { normal } from "./draw.ts";

type Matrix = readonly (readonly number[])[];

const matrix = (values: ArrayLike<number>, rows: number): Matrix => {
  const columns = values.length / rows;
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => values[i * columns + j]!),
  );
};
const transposed = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
const product = (a: Matrix, b: Matrix): Matrix => {
  const columns = transposed(b);
  return a.map((row) => columns.map((column) => row.reduce((sum, x, k) => sum + x * column[k]!, 0)));
};
const combined = (s: number, a: Matrix, t: number, b: Matrix): Matrix =>
  a.map((row, i) => row.map((x, j) => s * x + t * b[i]![j]!));
const length = (values: readonly number[]): number => Math.hypot(...values);

/** X of the definition: B = X X^T, X <- 3.4445 X + (-4.7750 B + 2.0315 B B) X, on the transpose of a tall matrix. */
const reference = (g: Matrix): Matrix => {
  if (g.length > g[0]!.length) return transposed(reference(transposed(g)));
  let x = combined(1 / length(g.flat()), g, 0, g);
  for (let k = 0; k < 5; k++) {
    const b = product(x, transposed(x));
    x = combined(3.4445, x, 1, product(combined(-4.775, b, 2.0315, product(b, b)), x));
  }
  return x;
};

/** Weights and velocity after the gradients, one step each. */
const referenceSteps = (
  { momentum }: Muon,
  weights: readonly number[],
  gradients: readonly (readonly number[])[],
  rate: number,
  rows: number,
): { readonly weights: readonly number[]; readonly velocity: readonly number[] } => {
  let [w, m] = [weights, weights.map(() => 0)];
  for (const g of gradients) {
    m = m.map((value, k) => momentum * value + g[k]!);
    const ahead = g.map((value, k) => value + momentum * m[k]!);
    const x = reference(matrix(ahead, rows)).flat();
    const [norm, size] = [length(w), length(x)];
    w = w.map((value, k) => Math.sqrt(rows) * (value / norm - (rate * x[k]!) / size));
  }
  return { weights: w, velocity: m };
};

const engine = createEngine({ threads: 1 });

/** Compiled step of a matrix [rows, columns], from weights, velocity and gradient. */
const stepOf = async (muon: Muon, rows: number, columns: number) => {
  const vector = (name: string) => input(name, [rows * columns]);
  const state = { parameter: vector("w"), velocity: vector("m") };
  const next = muonUpdate(muon, state, vector("g"), input("rate", []), { rows, columns });
  const executable = await engine.compile(lower({ parameter: next.parameter, velocity: next.velocity }));
  return async (w: Float32Array, m: Float32Array, g: Float32Array, rate: number) => {
    const { parameter, velocity } = await executable.run({ w, m, g, rate: Float32Array.of(rate) });
    return { w: parameter as Float32Array, m: velocity as Float32Array };
  };
};

const orthogonal = async (values: Float32Array, rows: number): Promise<readonly number[]> =>
  evaluate(orthogonalized(input("g", [rows, values.length / rows])), { g: values });

const distance = (a: ArrayLike<number>, b: readonly number[]): number =>
  length(b.map((value, k) => a[k]! - value));

describe.each([
  [1, 1],
  [1, 9],
  [9, 1],
  [4, 4],
  [5, 27],
  [40, 6],
  [24, 150],
])("a matrix %d x %d", (rows, columns) => {
  test("is orthogonalised as defined", async () => {
    const g = normal(`gradient ${rows} ${columns}`, rows * columns);
    const exact = reference(matrix(g, rows)).flat();
    expect(distance(await orthogonal(g, rows), exact)).toBeLessThan(1e-4 * length(exact));
  });

  test("takes the steps of the definition", async () => {
    const step = await stepOf({ ...MUON, momentum: 0.8 }, rows, columns);
    const start = normal(`weights ${rows} ${columns}`, rows * columns);
    const gradients = [1, 2, 3, 4].map((k) => normal(`gradient ${k}`, rows * columns));
    let [w, m]: [Float32Array, Float32Array] = [start, new Float32Array(start.length)];
    for (const g of gradients) ({ w, m } = await step(w, m, g, 0.1));
    const lists = gradients.map((g) => [...g]);
    const exact = referenceSteps({ ...MUON, momentum: 0.8 }, [...start], lists, 0.1, rows);
    expect(distance(w, exact.weights)).toBeLessThan(1e-4 * length(exact.weights));
    expect(distance(m, exact.velocity)).toBeLessThan(1e-6 * length(exact.velocity));
  });
});

/** A reflection, which is orthogonal and its own inverse. */
const reflection = (stream: string, size: number): Matrix => {
  const v = [...normal(stream, size)];
  const scale = 2 / length(v) ** 2;
  return v.map((x, i) => v.map((y, j) => (i === j ? 1 : 0) - scale * x * y));
};

/** U diag(s) V^T of two reflections. */
const withSingularValues = (values: readonly number[], columns: number) => {
  const diagonal = values.map((value, i) => Array.from({ length: columns }, (_, j) => (i === j ? value : 0)));
  const [u, v] = [reflection("u", values.length), reflection("v", columns)];
  return { u, v, g: Float32Array.from(product(product(u, diagonal), v).flat()) };
};

test("singular values end near 1, the small ones too", async () => {
  const [rows, columns] = [6, 10];
  const { u, v, g } = withSingularValues(
    Array.from({ length: rows }, (_, k) => 10 ** (-k / 3)),
    columns,
  );
  const x = matrix(await orthogonal(g, rows), rows);
  const aligned = product(product(u, x), v);
  for (const [i, row] of aligned.entries())
    for (const [j, value] of row.entries())
      if (i === j) expect(Math.abs(value - 0.95)).toBeLessThan(0.28);
      else expect(Math.abs(value)).toBeLessThan(1e-4);
});

/** The definition's X has every direction; iterations on the Gram matrix must not lose those of small values. */
test.each([
  [12, 30],
  [30, 30],
])("singular values from 1 to 1e-7 rise as those of the definition do, %d x %d", async (rows, columns) => {
  const values = Array.from({ length: rows }, (_, k) => 10 ** ((-7 * k) / (rows - 1)));
  const { g } = withSingularValues(values, columns);
  const exact = reference(matrix(g, rows)).flat();
  expect(distance(await orthogonal(g, rows), exact)).toBeLessThan(1e-3 * length(exact));
});

test("the scale of gradients and weights changes no bit, as long as it is a power of two", async () => {
  const [rows, columns] = [7, 12];
  const step = await stepOf(MUON, rows, columns);
  const w = normal("weights", rows * columns);
  const g = normal("gradient", rows * columns);
  const zeros = new Float32Array(g.length);
  const expected = await step(w, zeros, g, 0.05);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: -100, max: 100 }),
      fc.integer({ min: -20, max: 20 }),
      async (ofGradient, ofWeights) => {
        const scaled = (values: Float32Array, exponent: number) => values.map((x) => x * 2 ** exponent);
        const found = await step(scaled(w, ofWeights), zeros, scaled(g, ofGradient), 0.05);
        expect(found.w).toEqual(expected.w);
        expect(found.m).toEqual(scaled(expected.m, ofGradient));
      },
    ),
    { seed: 1, numRuns: 20 },
  );
});

test("a step has the relative length of the rate, from weights of norm sqrt(rows)", async () => {
  const [rows, columns] = [6, 20];
  const step = await stepOf(MUON, rows, columns);
  const start = normal("weights", rows * columns);
  const unit = [...start].map((x) => (x * Math.sqrt(rows)) / length([...start]));
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 1e-3, max: 1, noNaN: true }), fc.nat(1000), async (rate, stream) => {
      const g = normal(`gradient ${stream}`, start.length);
      const { w } = await step(start, new Float32Array(start.length), g, rate);
      expect(Math.abs(distance(w, unit) / Math.sqrt(rows) / rate - 1)).toBeLessThan(1e-3);
    }),
    { seed: 1, numRuns: 20 },
  );
});

test("without a gradient the weights are finite and keep their direction", async () => {
  const [rows, columns] = [5, 8];
  const step = await stepOf(MUON, rows, columns);
  const w = normal("weights", rows * columns);
  const zeros = new Float32Array(w.length);
  const found = await step(w, zeros, zeros, 0.5);
  const scale = Math.sqrt(rows) / length([...w]);
  for (const [k, value] of found.w.entries()) expect(value).toBeCloseTo(scale * w[k]!, 6);
  expect(found.m).toEqual(zeros);
  const nowhere = await step(zeros, zeros, zeros, 0.5);
  expect(nowhere.w).toEqual(zeros);
});

test("a gradient that is not finite shows in the velocity", async () => {
  const step = await stepOf(MUON, 2, 2);
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const { w, m } = await step(normal("w", 4), new Float32Array(4), Float32Array.of(1, bad, 1, 1), 0.1);
    expect(m[1]).toBe(bad);
    expect([...w].some(Number.isFinite)).toBe(false);
  }
});

test("its work is that of its products: two of the whole matrix, the others of its smaller side", () => {
  expect(muonWork({ rows: 3, columns: 5 })).toBe(2 * 3 * 5 * 3 + 17 * 3 ** 3);
  expect(muonWork({ rows: 5, columns: 3 })).toBe(muonWork({ rows: 3, columns: 5 }));
});

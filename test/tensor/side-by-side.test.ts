import { describe, expect, test } from "vitest";
import { sum } from "../../src/tensor/broadcast.ts";
import { add, multiply, square } from "../../src/tensor/elementwise.ts";
import { gradient, topologicalOrder } from "../../src/tensor/gradient.ts";
import { slice } from "../../src/tensor/layout.ts";
import { input, type Tensor } from "../../src/tensor/tensor.ts";
import { evaluate } from "./evaluate.ts";

describe("slices that part a tensor", () => {
  const x = input("x", [5, 2]);
  const values = Float32Array.from({ length: 10 }, (_, k) => k + 1);
  const rows = (start: number, end: number): Tensor => slice(x, [start, 0], [end, 2]);

  test("give their cotangents side by side, without a sum", async () => {
    const parts = [rows(2, 4), rows(0, 2), rows(4, 5)].map((part, k) => sum(multiply(k + 1, square(part))));
    const [slope] = gradient(parts.reduce(add), [x]);
    const names = topologicalOrder([slope!]).map(({ operator }) =>
      typeof operator === "string" ? operator : operator.name,
    );
    expect(names).not.toContain("pad");
    expect(names).toContain("concat");
    const factors = [2, 2, 1, 1, 3];
    const expected = [...values].map((value, k) => 2 * factors[Math.floor(k / 2)]! * value);
    expect(await evaluate(slope!, { x: values })).toEqual(expected);
  });

  test("that overlap, leave a gap, or come beside another use are summed", async () => {
    const overlapping = gradient(add(sum(square(rows(0, 3))), sum(square(rows(2, 5)))), [x]);
    expect(await evaluate(overlapping[0]!, { x: values })).toEqual(
      [...values].map((value, k) => (k === 4 || k === 5 ? 4 : 2) * value),
    );
    const [gap] = gradient(add(sum(square(rows(0, 2))), sum(square(rows(3, 5)))), [x]);
    expect(await evaluate(gap!, { x: values })).toEqual(
      [...values].map((value, k) => (k === 4 || k === 5 ? 0 : 2) * value),
    );
    const [beside] = gradient([sum(square(rows(0, 2))), sum(square(rows(2, 5))), sum(x)].reduce(add), [x]);
    expect(await evaluate(beside!, { x: values })).toEqual([...values].map((value) => 2 * value + 1));
  });
});

/** Denormal numbers: flushed values, and the products whose operands are flushed. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parameterInputs } from "../../src/networks/interpreters/sample.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import { ESTIMATORS } from "../../src/nn/estimators.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { flush, flushProducts } from "../../src/tensor/denormals.ts";
import { exp, multiply } from "../../src/tensor/elementwise.ts";
import { gradient } from "../../src/tensor/gradient.ts";
import { transpose } from "../../src/tensor/layout.ts";
import { matmul } from "../../src/tensor/matmul.ts";
import { input, type Tensor } from "../../src/tensor/tensor.ts";
import { lossOfBatch } from "../../src/training/loss.ts";
import { evaluate } from "./evaluate.ts";

const LEAST = 2 ** -63;

test("a value is a multiple of 2^-63, and moves by that or by a unit of its last place at most", async () => {
  const values = fc.sample(fc.float({ noNaN: true, noDefaultInfinity: true }), { numRuns: 5000, seed: 1 });
  const small = values.map((value, k) => Math.fround(value * 2 ** -(k % 150)));
  const x = Float32Array.from([...values, ...small, 0, -0, LEAST, -LEAST, 2 ** -126, -(2 ** -149), 2 ** -39]);
  const found = await evaluate(flush(input("x", [x.length])), { x });
  for (const [k, y] of found.entries()) {
    expect(Number.isInteger(y / LEAST), `${x[k]} to ${y}`).toBe(true);
    expect(Math.abs(y - x[k]!), `${x[k]} to ${y}`).toBeLessThanOrEqual(
      Math.max(LEAST, 2 ** -23 * Math.abs(x[k]!)),
    );
  }
});

describe("products", () => {
  const [x, w, labels] = [input("x", [4, 3]), input("w", [3, 2]), input("labels", [4, 2])];
  const y = exp(matmul(x, w));
  const loss = sum(multiply(y, labels));

  const nameOf = ({ operator }: Tensor): string => (typeof operator === "string" ? operator : operator.name);

  test("those of gradients, and no others", () => {
    const [byWeight] = gradient(loss, [w]) as [Tensor];
    const flushed = flushProducts({ y, byWeight }, "labels");
    expect(flushed.y).toBe(y);
    expect(nameOf(byWeight)).toBe("matmul");
    expect(byWeight.inputs.map(nameOf)).toEqual(["transpose", "multiply"]);
    expect(flushed.byWeight!.inputs.map(nameOf)).toEqual(["transpose", "subtract"]);
  });

  test("what two products read is flushed once", () => {
    const d = multiply(labels, 2);
    const outputs = { byInput: matmul(d, transpose(w)), byWeight: matmul(transpose(x), d) };
    const { byInput, byWeight } = flushProducts(outputs, "labels");
    expect(nameOf(byInput!.inputs[0]!)).toBe("subtract");
    expect(byWeight!.inputs[1]).toBe(byInput!.inputs[0]);
  });

  test("none of a forward pass, whatever the gradient's estimator", () => {
    const network = parseNetwork({
      name: "two",
      input: [1, 2, 2],
      classes: 2,
      layers: [{ type: "dense", units: 3 }],
    });
    for (const estimator of ESTIMATORS) {
      const { loss, correct, logits } = lossOfBatch(network, parameterInputs(network), 2, { estimator });
      const found = flushProducts({ loss, correct, logits }, "labels");
      for (const [name, tensor] of Object.entries({ loss, correct, logits }))
        expect(found[name], `${estimator}: ${name}`).toBe(tensor);
    }
  });

  test("an input that nothing depends on", () => {
    expect(() => flushProducts({ y }, "labels")).toThrow(/no output depends on an input "labels"/);
  });
});

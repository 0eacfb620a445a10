import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { fillBernoulli } from "../../src/random/fill.ts";
import { CHUNK, fastestKernel, type Kernel, portableKernel, simdKernel } from "../../src/random/kernel.ts";
import { key } from "../../src/random/key.ts";
import { STATE_LENGTH } from "../../src/random/xoshiro128.ts";

const word = fc.nat(2 ** 32 - 1);
const state = fc.array(word, { minLength: STATE_LENGTH, maxLength: STATE_LENGTH });
const count = fc.integer({ min: 1, max: CHUNK });

describe("the WebAssembly kernel computes what the portable one defines", () => {
  const kernels = [portableKernel(), simdKernel()] as const;
  const onBoth = <T>(run: (kernel: Kernel) => T): void => {
    const [expected, actual] = kernels.map(run);
    expect(actual).toEqual(expected);
  };

  test("numbers and state, over two whole chunks and a part", () => {
    fc.assert(
      fc.property(state, count, (words, last) =>
        onBoth((kernel) => {
          kernel.state.set(words);
          kernel.generate(CHUNK);
          const first = kernel.bits.slice();
          kernel.generate(CHUNK);
          const [second, between] = [kernel.bits.slice(), kernel.state.slice()];
          kernel.generate(last);
          return [first, second, between, kernel.bits.slice(0, last)];
        }),
      ),
      { numRuns: 30 },
    );
  });

  const extremes = [0, 1, -1, 127, 128, -128, 2 ** 31 - 1, -(2 ** 31)];

  test("uniform numbers", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 200 }), (numbers) =>
        onBoth((kernel) => {
          kernel.bits.set([...extremes, ...numbers]);
          kernel.uniform(extremes.length + numbers.length);
          return kernel.floats.slice(0, extremes.length + numbers.length);
        }),
      ),
    );
  });

  test("Bernoulli numbers", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 200 }), word, (numbers, threshold) =>
        onBoth((kernel) => {
          kernel.bits.set([...extremes, threshold - 1, threshold, threshold + 1, ...numbers]);
          kernel.bernoulli(extremes.length + 3 + numbers.length, threshold);
          return kernel.floats.slice(0, extremes.length + 3 + numbers.length);
        }),
      ),
    );
  });

  const eights = fc
    .array(fc.integer(), { minLength: 8, maxLength: 200 })
    .map((numbers) => [...extremes, ...numbers.slice(0, numbers.length - (numbers.length % 8))]);

  test("normal numbers, which are finite", () => {
    fc.assert(
      fc.property(eights, (numbers) => {
        onBoth((kernel) => {
          kernel.bits.set(numbers);
          kernel.normal(numbers.length);
          return kernel.floats.slice(0, numbers.length);
        });
        const { bits, floats, normal } = portableKernel();
        bits.set(numbers);
        normal(numbers.length);
        expect(floats.subarray(0, numbers.length).every(Number.isFinite)).toBe(true);
      }),
    );
  });

  const reals = fc.array(fc.float({ noNaN: true, min: -7, max: 7 }), { minLength: 1, maxLength: 200 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  test("processes and their distribution functions", () => {
    fc.assert(
      fc.property(reals, reals, share, share, (numbers, values, r, s) => {
        const size = Math.min(numbers.length, values.length);
        onBoth((kernel) => {
          kernel.values.set(values);
          for (const _ of [1, 2]) {
            kernel.floats.set(numbers);
            kernel.advance(size, r, s);
          }
          kernel.drain(size);
          const drained = kernel.floats.slice(0, size);
          kernel.drain(size);
          return [drained, kernel.values.slice(0, size), kernel.floats.slice(0, size)];
        });
      }),
    );
  });
});

test("Node has the fast kernel", () => {
  expect(fastestKernel().floats.buffer.byteLength).toBe(simdKernel().floats.buffer.byteLength);
});

test("uniform numbers reach the ends of (-1, 1), and never -1, 0 or 1", () => {
  const kernel = portableKernel();
  kernel.bits.set([-(2 ** 31), -1, 0, 2 ** 31 - 1]);
  kernel.uniform(4);
  const unit = 2 ** -24;
  expect([...kernel.floats.slice(0, 4)]).toEqual([-1 + unit, -unit, unit, 1 - unit]);
});

test.each([0, 1, -0.1, 1.5, Number.NaN])("p = %d is refused", (p) => {
  expect(() => fillBernoulli(key(1, "p"), p, new Float32Array(4))).toThrow(ConfigError);
});

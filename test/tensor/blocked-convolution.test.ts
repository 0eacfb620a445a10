import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { channelBlock } from "../../src/runtime/channel-block.ts";
import { blockConvolutions } from "../../src/tensor/blocked-convolution.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { type ConvolutionOptions, conv2d } from "../../src/tensor/convolution.ts";
import { add } from "../../src/tensor/elementwise.ts";
import { gradient, topologicalOrder } from "../../src/tensor/gradient.ts";
import { input, sizeOf, type Tensor } from "../../src/tensor/tensor.ts";
import { between } from "./arbitraries.ts";
import { evaluate } from "./evaluate.ts";

/** Number of operators of that name in the expression. */
const count = (name: string, expression: Tensor): number =>
  topologicalOrder([expression]).filter(
    ({ operator }) => typeof operator !== "string" && operator.onnx.operator === name,
  ).length;

/** Whole numbers, whose sums are exact in any order. */
const whole = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, k) => ((k * 7919 + seed * 104_729) % 17) - 8);

const x64 = process.arch === "x64";

test.runIf(x64)("x64 has blocks of 8 or 16 channels", async () => {
  expect([8, 16]).toContain(await channelBlock());
});

describe("convolutions by blocks of channels", () => {
  const blocked = (expression: Tensor, block: number | undefined): Tensor =>
    blockConvolutions({ result: expression }, block).result!;

  test.runIf(x64)("give the sums of plain ones", async () => {
    const block = await channelBlock();
    const cases = fc.record({
      batch: between(1, 2),
      blocks: fc.tuple(between(1, 3), between(1, 3)),
      size: fc.tuple(between(5, 9), between(18, 24)),
      kernel: fc.tuple(between(1, 3), between(2, 3)),
      strides: fc.constantFrom<readonly [number, number]>([1, 1], [2, 1]),
      pads: fc.tuple(between(0, 1), between(0, 1), between(0, 1), between(0, 1)),
      dilations: fc.constantFrom<readonly [number, number]>([1, 1], [2, 1]),
      hasBias: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ batch, blocks, size, kernel, hasBias, ...options }) => {
        const [filters, channels] = blocks.map((n) => n * 16) as [number, number];
        const x = input("x", [batch, channels, ...size]);
        const w = input("w", [filters, channels, ...kernel]);
        const bias = hasBias ? input("bias", [filters]) : undefined;
        const plain = conv2d(x, w, options, bias);
        const other = blocked(plain, block);
        expect(count("ReorderOutput", other)).toBe(1);
        const feeds = Object.fromEntries(
          [x, w, ...(bias ? [bias] : [])].map(({ name, shape }, k) => [name, whole(sizeOf(shape), k)]),
        );
        expect(await evaluate(other, feeds)).toEqual(await evaluate(plain, feeds));
      }),
      { numRuns: 40 },
    );
  });

  test.runIf(x64)("also on the way back", async () => {
    const block = await channelBlock();
    const w = input("w", [16, 16, 3, 3]);
    const pads: ConvolutionOptions = { pads: [1, 1, 1, 1] };
    const through = (x: Tensor): Tensor => conv2d(conv2d(x, w, pads), w, pads);
    const [a, b] = [input("a", [1, 16, 6, 18]), input("b", [2, 16, 6, 18])];
    const [slope] = gradient(add(sum(through(a)), sum(through(b))), [w]);
    const other = blocked(slope!, block);
    // Forward the first convolution of both layers, whose outputs the second's gradient uses, and backward
    // through the second.
    expect(count("ReorderOutput", other)).toBe(4);
    const feeds = Object.fromEntries([a, b, w].map(({ name, shape }, k) => [name, whole(sizeOf(shape), k)]));
    expect(await evaluate(other, feeds)).toEqual(await evaluate(slope!, feeds));
  });

  test("are left as they are where channels do not fill blocks, images are narrow, or there is no block", () => {
    const plain = [
      conv2d(input("x", [1, 24, 8, 18]), input("w", [16, 24, 3, 3])),
      conv2d(input("x", [1, 16, 8, 18]), input("w", [24, 16, 3, 3])),
      conv2d(input("x", [1, 16, 8, 17]), input("w", [16, 16, 3, 3])),
      conv2d(input("x", [1, 16, 8, 18]), input("w", [16, 16, 1, 1])),
      conv2d(input("x", [1, 32, 8, 18]), input("w", [32, 16, 3, 3]), { groups: 2 }),
    ];
    for (const expression of plain) expect(blocked(expression, 16)).toBe(expression);
    const wide = conv2d(input("x", [1, 16, 8, 18]), input("w", [16, 16, 3, 3]));
    expect(blocked(wide, undefined)).toBe(wide);
    expect(blocked(wide, 16)).not.toBe(wide);
  });
});

/** Programs of networks in integers, against the reference. */
import { describe, expect, it } from "vitest";
import {
  integerLogits,
  integerNoise,
  integerProbabilities,
  sharedByIntegerPasses,
  sharedShape,
} from "../../src/integer/program.ts";
import { integersOf } from "../../src/integer/quantize.ts";
import { integerPass } from "../../src/integer/reference.ts";
import { randomBits } from "../../src/integer/silence.ts";
import { PROBABILITY_BITS } from "../../src/integer/softmax.ts";
import {
  type IntegerNetwork,
  pixelIntegers,
  type WeightWidth,
} from "../../src/networks/integers/integers.ts";
import { fillUniform } from "../../src/random/fill.ts";
import { key } from "../../src/random/key.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { allocateElements } from "../../src/tensor/elements.ts";
import { lower } from "../../src/tensor/lower.ts";
import { input, sizeOf, type Tensor } from "../../src/tensor/tensor.ts";
import { imagesFor, MODELS } from "./models.ts";

const engine = createEngine({ threads: 1 });

const ROWS = 16;

const run = async (
  outputs: Readonly<Record<string, Tensor>>,
  given: Readonly<Record<string, Float32Array>>,
) => {
  const executable = await engine.compile(lower(outputs));
  const found = Object.fromEntries(Object.entries(outputs).map(([name, x]) => [name, allocateElements(x)]));
  await executable.run(given, found);
  await executable.dispose();
  return found;
};

/** Logits and probabilities of one pass of images by the programs. */
const byProgram = async (network: IntegerNetwork, images: readonly Uint8Array[], noise: Noise) => {
  const pixels = Float32Array.from(images.flatMap((image) => [...pixelIntegers(network, image)]));
  const shared = sharedByIntegerPasses(network, input("images", [ROWS, ...network.input]));
  const { entering } = await run({ entering: shared }, { images: pixels });
  const logits = integerLogits(
    network,
    input("entering", [ROWS, ...sharedShape(network)]),
    integerNoise(network, ROWS),
  );
  return run(
    { logits, probabilities: integerProbabilities(logits) },
    { entering: entering as Float32Array, ...noise },
  );
};

type Noise = Readonly<Record<string, Float32Array>>;

const noiseOf = (network: IntegerNetwork): Noise =>
  Object.fromEntries(
    Object.entries(integerNoise(network, ROWS)).map(([name, { shape }]) => {
      const numbers = new Float32Array(sizeOf(shape));
      fillUniform(key(3, name), numbers);
      return [name, numbers];
    }),
  );

const CASES = Object.keys(MODELS).flatMap((name) =>
  (["int8", "int4", "ternary"] as const).map((weights) => [name, weights] as const),
);

describe("programs in integers", () => {
  it.each(CASES)("give the integers of the reference: %s, %s", async (name, weights: WeightWidth) => {
    const model = MODELS[name]!;
    const network = integersOf(model, weights);
    const images = imagesFor(model, ROWS);
    const noise = noiseOf(network);
    const { logits, probabilities } = await byProgram(network, images, noise);
    const { classes } = network;
    const outcomes = new Set<string>();
    for (const [row, image] of images.entries()) {
      const expected = integerPass(network, image, ({ name }) => {
        const numbers = noise[`${name}.uniform`]!;
        const size = numbers.length / ROWS;
        return (k) => randomBits(numbers[row * size + k]!);
      });
      const part = (values: ArrayLike<number>): number[] =>
        Array.from({ length: classes }, (_, k) => values[row * classes + k]!);
      expect(part(logits as Float64Array)).toEqual([...expected.logits]);
      expect(part(probabilities as Float32Array).map((p) => p * 2 ** PROBABILITY_BITS)).toEqual([
        ...expected.probabilities,
      ]);
      outcomes.add(expected.logits.join());
    }
    // Otherwise the inputs are too uniform to show anything.
    expect(outcomes.size).toBeGreaterThan(2);
  });
});

/** The example of a residual network, trained from images to predictions on every way that it takes through the package. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { evaluate } from "../../src/inference/node.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import { planOf } from "../../src/networks/plan.ts";
import { fillUniform } from "../../src/random/fill.ts";
import { key } from "../../src/random/key.ts";
import { train } from "../../src/training/runs/run.ts";

const example = fileURLToPath(new URL("../../examples/networks/cifar10-residual.json", import.meta.url));

/** Images of CIFAR-10's shape, whose class is the colour that noise is laid over. */
const colours = (count: number) => {
  const plane = 32 * 32;
  const noise = new Float32Array(count * 3 * plane);
  fillUniform(key(1, `colours of ${count}`), noise);
  const labels = Uint8Array.from({ length: count }, (_, k) => k % 10);
  const images = Uint8Array.from(noise, (u, k) => {
    const [label, channel] = [labels[Math.floor(k / (3 * plane))]!, Math.floor(k / plane) % 3];
    return 128 + 60 * u + ((((label + 1) >> channel) & 1) * 2 - 1) * (label > 6 ? 20 : 50);
  });
  return {
    name: `${count} colours`,
    count,
    images,
    labels,
    shape: [3, 32, 32] as const,
    classes: 10,
    subset: false,
  };
};

test("shortcuts of potentials: the loss falls within twelve steps, and new images are told better than by chance", async () => {
  const network = parseNetwork(JSON.parse(await readFile(example, "utf8")), example);
  expect(
    planOf(network)
      .map(({ outputShape }) => outputShape.join("x"))
      .at(-2),
  ).toBe("64x1x1");
  const losses: number[] = [];
  const run = await train(network, colours(240), {
    epochs: 2,
    batch: 40,
    seed: 1,
    learningRate: 5e-3,
    threads: 1,
    onStep: ({ loss }) => losses.push(loss),
  });
  expect(losses).toHaveLength(12);
  const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  expect(mean(losses.slice(-3))).toBeLessThan(mean(losses.slice(0, 3)) - 0.3);
  const { error } = await evaluate(run, colours(100), { samples: 5, threads: 1 });
  // By chance 90 %; 77 % is 4.3 standard deviations of 100 guesses below.
  expect(error).toBeLessThan(77);
});

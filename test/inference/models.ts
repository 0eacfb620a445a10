/** Small models with random parameters, and images for them. */

import type { Job } from "../../src/inference/job.ts";
import { createRunner, type RunnerOptions } from "../../src/inference/runner.ts";
import type { Uncertainty } from "../../src/inference/uncertainty.ts";
import type { Images } from "../../src/networks/images.ts";
import type { Model } from "../../src/networks/model.ts";
import { type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { sizeOf } from "../../src/tensor/tensor.ts";
import { uniform } from "../nn/draw.ts";

/** A network for images of 6 x 6, whose predictions differ from image to image and from pass to pass. */
export const randomModel = (change: Partial<NetworkDescription> = {}): Model => {
  const network = parseNetwork({
    name: "random",
    encoding: "sign",
    input: [1, 6, 6],
    classes: 3,
    layers: [
      { type: "conv2d", channels: 3, kernel: 3, pool: 2 },
      { type: "dense", units: 6 },
    ],
    ...change,
  });
  const parameters = parametersOf(network).map(({ name, shape, kind }) => {
    const isPositive = kind === "gain" || kind === "variance";
    const range = isPositive ? [0.5, 1.5] : [-1, 1];
    return [name, uniform(name, sizeOf(shape), ...range)] as const;
  });
  return { network, parameters: Object.fromEntries(parameters) };
};

/** A network of populations: pooled windows, potentials, thresholds that are trained, and single neurons on them. */
export const populations = (change: Partial<NetworkDescription> = {}) =>
  parseNetwork({
    name: "populations",
    encoding: "sign",
    input: [1, 6, 6],
    classes: 3,
    layers: [
      { type: "conv2d", channels: 4, kernel: 3, padding: 1, pool: 2, population: { size: 4, spacing: 1 } },
      { type: "conv2d", channels: 3, kernel: 2, potential: true },
      { type: "neurons", population: { size: 3, spacing: 0.5, offset: 0.2 } },
      { type: "dense", units: 6, population: { size: 2, spacing: 1, learned: true } },
      { type: "dense", units: 5 },
    ],
    ...change,
  });

export const randomImages = (count: number): Images => ({
  name: `${count} random images`,
  images: Uint8Array.from(uniform("pixels", count * 36, 0, 256)),
  count,
  shape: [1, 6, 6],
});

export const runnerOptions: RunnerOptions = { method: "unit", passes: 100, seed: 1, runners: 1 };

/** Images as a job of all `passes`, with keys 0, 1, .. */
export const jobOf = ({ images, count }: Images, passes: number): Job => ({
  ...{ pixels: images, keys: Array.from({ length: count }, (_, k) => k) },
  ...{ first: 0, end: passes },
});

/** Monte Carlo predictions by one runner on the engine. Image k has key k. */
export const predicted = async (
  engine: Engine,
  model: Model,
  images: Images,
  options: Partial<RunnerOptions>,
): Promise<Uncertainty> => {
  const runner = createRunner(engine, model, { ...runnerOptions, ...options });
  try {
    return await runner.predict(jobOf(images, runner.passes));
  } finally {
    await runner.dispose();
  }
};

/** Samples images until each has its passes: the mean prediction and how sure it is. */
import { ConfigError } from "../errors.ts";
import { checkImages, encodeImage, encodingTable, type Images } from "../networks/images.ts";
import type { Model } from "../networks/model.ts";
import type { Engine } from "../runtime/engine.ts";
import { sizeOf } from "../tensor/tensor.ts";
import { createSampler, type Sampler, type SamplingLaw } from "./sampler.ts";
import { stoppingRule } from "./stopping.ts";
import { accumulator, type Uncertainty } from "./uncertainty.ts";

export interface SamplingOptions {
  /** Passes an image, at least 1; at most so many where `confidence` ends them early. */
  readonly samples: number;
  readonly seed: number;
  /** Ends an image's passes once its leading class is decided at this confidence (stopping.ts). */
  readonly confidence?: number;
  readonly law?: SamplingLaw;
  /** Called with the number of images that are done. */
  readonly onProgress?: (images: number) => void;
}

/** Images that pass the engine together. Under the synapse law each takes as much noise as the network has synapses. */
const BATCH: Record<SamplingLaw, number> = { unit: 100, synapse: 4 };

/** Monte Carlo predictions of all images. The same seed and images give the same numbers on the same machine. */
export const monteCarlo = async (
  engine: Engine,
  model: Model,
  images: Images,
  options: SamplingOptions,
): Promise<Uncertainty> => {
  const { law = "unit", samples } = options;
  if (!Number.isInteger(samples) || samples < 1)
    throw new ConfigError("sampling", {
      given: `${samples} samples`,
      expected: "a whole number of at least 1",
      remedy: "The paper averages 100.",
    });
  checkImages(model.network, images);
  const sampler = await createSampler(engine, model, Math.min(BATCH[law], images.count), law);
  try {
    return await sampleAll(engine, model, sampler, images, options);
  } finally {
    await sampler.dispose();
  }
};

const sampleAll = async (
  engine: Engine,
  { network }: Model,
  sampler: Sampler,
  images: Images,
  { samples, seed, confidence, onProgress }: SamplingOptions,
): Promise<Uncertainty> => {
  const passes = sampler.stochastic ? samples : 1;
  const results = accumulator(images.count, network.classes);
  const rule = confidence === undefined ? undefined : stoppingRule(images.count, network.classes, confidence);
  const taken = new Uint32Array(images.count);
  const rows = createRows(sampler, images, encodingTable(network));
  // A row that is refilled alone may leave others empty at the end: one more image at most.
  const runs = (Math.ceil(images.count / sampler.batch) + 1) * passes;
  const noise = engine.noise({ ...sampler.noise, seed, purpose: "sample" }, 0, runs);
  const isDone = (image: number): boolean => taken[image] === passes || rule?.decided[image] === 1;
  try {
    for (let run = 0; await rows.fill(isDone); run++) {
      const numbers = await noise.take(run);
      const probabilities = (await sampler.pass(rows.entering, numbers)).subarray(
        0,
        rows.images().length * network.classes,
      );
      noise.giveBack(numbers);
      results.add(probabilities, rows.images());
      rule?.add(probabilities, rows.images());
      for (const image of rows.images()) taken[image]!++;
      onProgress?.(rows.done());
    }
  } finally {
    await noise.close();
  }
  return results.result();
};

/** The rows of the engine's batch: each holds an image until it is done, then the next one. */
interface Rows {
  readonly entering: Float32Array;
  /** The image in each row that holds one; these rows come first. */
  images(): Uint32Array;
  /** How many images have left. */
  done(): number;
  /** Replaces the images that are done; whether any row holds an image then. */
  fill(isDone: (image: number) => boolean): Promise<boolean>;
}

const createRows = (sampler: Sampler, images: Images, table: Float32Array): Rows => {
  const { batch, entering: width } = sampler;
  const entering = new Float32Array(batch * width);
  const held = new Uint32Array(batch);
  const encoded = new Float32Array(batch * sizeOf(images.shape));
  let count = 0;
  let next = 0;
  let prepared: { start: number; end: number; rows: Float32Array } = { start: 0, end: 0, rows: entering };
  const prepare = async (): Promise<void> => {
    const end = Math.min(next + batch, images.count);
    for (let image = next; image < end; image++) encodeImage(images, image, table, encoded, image - next);
    prepared = { start: next, end, rows: await sampler.prepare(encoded) };
  };
  const add = async (): Promise<void> => {
    if (next === prepared.end) await prepare();
    const from = (next - prepared.start) * width;
    entering.set(prepared.rows.subarray(from, from + width), count * width);
    held[count++] = next++;
  };
  const remove = (row: number): void => {
    count--;
    entering.copyWithin(row * width, count * width, (count + 1) * width);
    held[row] = held[count]!;
  };
  return {
    entering,
    images: () => held.subarray(0, count),
    done: () => next - count,
    async fill(isDone) {
      for (let row = count - 1; row >= 0; row--) if (isDone(held[row]!)) remove(row);
      while (count < batch && next < images.count) await add();
      return count > 0;
    },
  };
};

/**
 * Signal by depth: how much of an image, and of its gradient, passes through the noise of each layer. Over N images n
 * and the units u of a layer's output z, after pooling, in two independent passes 1 and 2 of the same images:
 *
 *     correlation of samples   rho = cov / (cov + noise)
 *       noise = mean over n, u of (z1 - z2)^2 / 2
 *       cov   = mean over u of var_n((z1 + z2) / 2) - noise / 2
 *     spread of v              sqrt(mean over u of var_n(v))
 *     slope of the neuron      mean over n, u of dE(z)/dv
 *     cosine of gradients      g1 . g2 / (||g1|| ||g2||)
 *
 * var_n is the unbiased variance over images of one unit, about its own mean: a unit that always fires carries no
 * signal. rho is the intraclass correlation of an analysis of variance (Fisher, Statistical Methods for Research
 * Workers, 1925, chapter 7): 1 without noise, 0 if z is independent of the image; cov and noise are unbiased, so that
 * an estimate may fall below 0. g1 and g2 are the gradients of the mean cross-entropy of one batch of labelled images
 * by the weights of a layer, by the estimator "erf".
 */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { ConfigError } from "../../errors.ts";
import { allocateBatch } from "../../loading/batch.ts";
import { fillBatch } from "../../loading/fill-batch.ts";
import { checkImages, checkLabels, encodingTable } from "../../networks/images.ts";
import { neuronCount } from "../../networks/layers/stochastic.ts";
import { checkModel, type Model } from "../../networks/model.ts";
import type { Network } from "../../networks/network.ts";
import { type Mode, noiseInputs } from "../../networks/noise-inputs.ts";
import { planOf } from "../../networks/plan.ts";
import { key } from "../../random/key.ts";
import { permutation } from "../../random/permutation.ts";
import { uniformNoise } from "../../random/streams.ts";
import type { Engine } from "../../runtime/engine.ts";
import { lower } from "../../tensor/lower.ts";
import { sizeOf, sizesOf } from "../../tensor/tensor.ts";
import { type LayerSignal, layerMoments } from "./moments.ts";
import { outputNames, outputsOfLayer, signalProgram } from "./program.ts";

export interface SignalByDepth {
  /** Name of the split that the images were drawn from. */
  readonly split: string;
  /** Number of images. */
  readonly images: number;
  /** Number of images that a gradient is the mean over. */
  readonly batch: number;
  readonly seed: number;
  readonly mode: Mode;
  /** Layers with neurons or weights, from the input to the readout. */
  readonly layers: readonly LayerSignal[];
}

export interface SignalOptions {
  /**
   * Number of images, drawn from the split by the seed: from 2 to 100, or a multiple of 100. Default 500, or as many
   * as the split has.
   */
  readonly images?: number;
  /** Seed of images and noise, a whole number from 0. Default 1. */
  readonly seed?: number;
  /**
   * "inference" (default): batch normalization by the running statistics, dropout only if the network keeps it.
   * "train": statistics of the images of one run of the program, at most 100, and dropout. A network before its first
   * step has no running statistics yet.
   */
  readonly mode?: Mode;
  /** Called with the number of images that are done. */
  readonly onProgress?: (images: number) => void;
}

/** Default number of images. */
export const SIGNAL_IMAGES = 500;

/** Images of a gradient: the paper's batch. */
const BATCH = 100;

/** Maximum number of units in one run of the program, which bounds its memory to about 1 GB. */
const MAX_UNITS = 2 ** 24;

/** Description of a measurement, as plain data. */
export interface SignalTask {
  readonly model: Model;
  /** The images, in the order of the batches. */
  readonly images: ImageSplit;
  /** Name of the split that they were drawn from. */
  readonly split: string;
  readonly seed: number;
  readonly mode: Mode;
}

/** A measurement under way, in this thread or another. */
export interface SignalMeasurement {
  /** Measures on further images. Resolves to the number of images done. */
  readonly advance: () => Promise<number>;
  /** The result, once all images are done. */
  readonly result: () => Promise<SignalByDepth>;
  readonly close: () => Promise<void>;
}

/**
 * Draws the images. Throws ConfigError for options out of range and for a network whose passes are all equal, DataError
 * for images or labels that do not fit.
 */
export const signalTask = (
  model: Model,
  split: ImageSplit,
  { images = SIGNAL_IMAGES, seed = 1, mode = "inference" }: SignalOptions,
): SignalTask => {
  const { network, parameters } = checkModel(model);
  refuseNoiseless(network, mode);
  checkImages(network, split);
  checkLabels(network, split);
  const count = imageCount(images, split.count);
  const order = permutation(key(seed, "signal images"), split.count).subarray(0, count);
  const drawn = shuffled(split, order);
  return { model: { network, parameters }, images: drawn, split: split.name, seed, mode };
};

/** Images and labels of these indices, in their order. */
const shuffled = ({ recordings: _, ...split }: ImageSplit, order: Uint32Array): ImageSplit => {
  const pixels = sizeOf(split.shape);
  const images = new Uint8Array(order.length * pixels);
  for (const [k, index] of order.entries())
    images.set(split.images.subarray(index * pixels, (index + 1) * pixels), k * pixels);
  const labels = Uint16Array.from(order, (index) => split.labels[index]!);
  return { ...split, images, labels, count: order.length, subset: true };
};

/** Compiles the program of a task. */
export const openMeasurement = async (engine: Engine, task: SignalTask): Promise<SignalMeasurement> => {
  const { images, split, seed, mode } = task;
  const { network, parameters: bound } = task.model;
  const batch = Math.min(BATCH, images.count);
  const rows = rowsFor(network, batch);
  const { layers, noise: inputs } = signalProgram(network, rows, mode);
  const program = lower(outputNames(layers), { bound, name: `${network.name} signal` });
  const executable = await engine.compile(program);
  const target = allocateBatch(rows, sizeOf(network.input));
  const plain = { table: encodingTable(network) };
  const noiseOf = uniformNoise({ seed, purpose: "signal", sizes: sizesOf(inputs) });
  const moments = Object.entries(layers).map(([name, outputs]) => ({
    ...{ name, outputs },
    ...layerMoments(name, outputs),
  }));
  let done = 0;
  return {
    async advance() {
      const indices = Array.from({ length: rows }, (_, row) => done + row);
      fillBatch(target, images, indices, plain, key(seed, "signal"));
      const given = { images: target.images, labels: target.labels, ...noiseOf(done / rows) };
      const results = (await executable.run(given)) as Record<string, Float32Array>;
      done += rows;
      for (const { name, outputs, add } of moments)
        add(outputsOfLayer(outputs, name, results), rows, done % batch === 0);
      return done;
    },
    result: async () => ({
      ...{ split, images: images.count, batch, seed, mode },
      layers: moments.map(({ signal }) => signal()),
    }),
    close: () => executable.dispose(),
  };
};

/** Runs a measurement to its end and closes it. */
export const runMeasurement = async (
  { advance, result, close }: SignalMeasurement,
  images: number,
  onProgress?: (images: number) => void,
): Promise<SignalByDepth> => {
  try {
    for (let done = 0; done < images; onProgress?.(done)) done = await advance();
    return await result();
  } finally {
    await close();
  }
};

const refuseNoiseless = (network: Network, mode: Mode): void => {
  if (Object.keys(noiseInputs(network, 1, mode)).length > 0) return;
  throw new ConfigError("signal by depth", {
    given: `network ${network.name} without noise`,
    expected: "a network with stochastic neurons, noisy rectifiers or dropout in inference",
    remedy: "There is nothing to measure: all passes of an image are equal.",
  });
};

/** Number of images to measure on. */
const imageCount = (images: number, available: number): number => {
  if (!Number.isInteger(images) || images < 2 || (images > BATCH && images % BATCH !== 0))
    throw new ConfigError("signal by depth", {
      given: `${images} images`,
      expected: `2 to ${BATCH}, or a multiple of ${BATCH}`,
      remedy: "Some hundred images are enough.",
    });
  const count = Math.min(images, available > BATCH ? available - (available % BATCH) : available);
  if (count >= 2) return count;
  throw new ConfigError("signal by depth", {
    given: "a split of one image",
    expected: "at least 2 images: the signal is what differs between images",
    remedy: "Choose another split.",
  });
};

/** Images of one run of the program: the largest divisor of the batch that keeps to MAX_UNITS, at least 1. */
const rowsFor = (network: Network, batch: number): number => {
  const units = planOf(network).reduce((sum, plan) => sum + neuronCount(plan), 0);
  let rows = batch;
  while (rows > 1 && (batch % rows !== 0 || rows * units > MAX_UNITS)) rows--;
  return rows;
};

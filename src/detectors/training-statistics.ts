/** Statistics of the hidden layers over the training data, from which all detectors are fitted. */
import { joinInto, lengthOfAll } from "../join-arrays.ts";
import type { Network } from "../networks/network.ts";
import type { Engine } from "../runtime/engine.ts";
import { add } from "../tensor/elementwise.ts";
import { gemm } from "../tensor/gemm.ts";
import { lower } from "../tensor/lower.ts";
import { input } from "../tensor/tensor.ts";
import { hiddenSize, lastHiddenOf } from "./evidence.ts";

export interface TrainingStatistics {
  /** Images of each class. */
  readonly counts: Float64Array;
  /** [classes, hidden]: sums of the hidden means over the images of a class. */
  readonly sums: Float64Array;
  /** [hidden, hidden]: sum over images of x^T x, where x is the hidden means less `origin`. */
  readonly gram: Float32Array;
  /** [hidden]: a point near the data, from which the gram matrix counts, so that float32 holds it. */
  readonly origin: Float32Array;
  /** [bank, last hidden]: the first images of each class, about equally many of each. */
  readonly bank: Float32Array;
}

export interface StatisticsCollector {
  /** Adds images. means: [images, numbers], as observed; labels: the class of each. */
  add(means: Float32Array, labels: ArrayLike<number>): Promise<void>;
  result(): TrainingStatistics;
  dispose(): Promise<void>;
}

/** Rows of the program that sums products. Images that are too few leave rows of zeros. */
const ROWS = 500;

/** Size of the bank, in numbers: with it a detector stays below a megabyte. */
const BANK_NUMBERS = 230_000;

/** Collects statistics, image by image, for a network on an engine. */
export const collectStatistics = async (engine: Engine, network: Network): Promise<StatisticsCollector> => {
  const { classes } = network;
  const hidden = hiddenSize(network);
  const last = lastHiddenOf(network);
  const width = last.end - last.start;
  const ofClass = Math.max(1, Math.floor(BANK_NUMBERS / width / classes));
  const x = input("x", [ROWS, hidden]);
  const before = input("gram", [hidden, hidden]);
  const program = lower(
    { sum: add(before, gemm(x, x, { transA: true })) },
    { name: `${network.name}, covariance` },
  );
  const executable = await engine.compile(program);
  const counts = new Float64Array(classes);
  const sums = new Float64Array(classes * hidden);
  const rows = new Float32Array(ROWS * hidden);
  const bank: Float32Array[] = [];
  let gram = new Float32Array(hidden * hidden);
  let origin: Float32Array | undefined;

  return {
    async add(means, labels) {
      const numbers = means.length / labels.length;
      origin ??= meanOf(means, numbers, hidden);
      for (let start = 0; start < labels.length; start += ROWS) {
        const count = Math.min(ROWS, labels.length - start);
        rows.fill(0, count * hidden);
        for (let k = 0; k < count; k++) {
          const own = means.subarray((start + k) * numbers, (start + k + 1) * numbers);
          const label = labels[start + k]!;
          if (counts[label]! < ofClass) bank.push(own.slice(last.start, last.end));
          counts[label]!++;
          for (let h = 0; h < hidden; h++) {
            sums[label * hidden + h]! += own[h]!;
            rows[k * hidden + h] = own[h]! - origin[h]!;
          }
        }
        gram = (await executable.run({ x: rows, gram })).sum as Float32Array<ArrayBuffer>;
      }
    },
    result: () => ({
      ...{ counts, sums, gram, origin: origin! },
      bank: joinInto(new Float32Array(lengthOfAll(bank)), bank),
    }),
    dispose: () => executable.dispose(),
  };
};

const meanOf = (means: Float32Array, numbers: number, hidden: number): Float32Array => {
  const images = means.length / numbers;
  return Float32Array.from({ length: hidden }, (_, h) => {
    let sum = 0;
    for (let k = 0; k < images; k++) sum += means[k * numbers + h]!;
    return sum / images;
  });
};

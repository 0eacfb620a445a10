/** Signal of one layer, from the outputs of the signal program over its runs. */
import { unitVariance } from "../../statistics/unit-variance.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import type { LayerOutputs } from "./program.ts";

/** Signal of one layer. A quantity that the layer does not have is absent. */
export interface LayerSignal {
  /** Name of the layer, such as "layers.0". */
  readonly name: string;
  /** Correlation of the outputs z of two passes, at most 1; 0 for outputs that never change. Layers with neurons. */
  readonly correlation?: number;
  /** Standard deviation over images of the potentials v, root mean square over units. Stochastic layers. */
  readonly spread?: number;
  /** Mean of v over images and units. Stochastic layers. */
  readonly potential?: number;
  /** Mean slope dE(z)/dv; of a pooled window, for a shift of all its v. Stochastic layers. */
  readonly slope?: number;
  /**
   * Cosine of the loss gradients of two passes by the layer's weights, mean over batches; 0 for gradients of 0. Layers
   * with weights.
   */
  readonly gradientCosine?: number;
}

/** Moments of one layer over the runs of the program. */
export interface LayerMoments {
  /** Adds the results of a run on `rows` images. `ends`: whether they are the last of a batch. */
  readonly add: (results: LayerOutputs<Float32Array>, rows: number, ends: boolean) => void;
  /** Signal of the runs so far: at least two images, and a whole number of batches. */
  readonly signal: () => LayerSignal;
}

/** Moments of the layer `name`, which has these outputs. All runs must have equally many images. */
export const layerMoments = (name: string, outputs: LayerOutputs): LayerMoments => {
  const z = outputs.z && unitVariance(sizeOf(outputs.z.shape));
  const v = outputs.v && unitVariance(sizeOf(outputs.v.shape));
  const gradients = outputs.g1 && [0, 1].map(() => new Float64Array(sizeOf(outputs.g1!.shape)));
  const [noise, slope, cosine] = [runningMean(), runningMean(), runningMean()];
  return {
    add(results, rows, ends) {
      if (z) {
        z.add({ rows, mean: results.z!, variance: results.between![0]! });
        noise.add(results.noise![0]!);
      }
      if (v) {
        v.add({ rows, mean: results.v!, variance: results.spread![0]! });
        slope.add(results.slope![0]!);
      }
      if (!gradients) return;
      const [g1, g2] = gradients as [Float64Array, Float64Array];
      accumulate(g1, results.g1!);
      accumulate(g2, results.g2!);
      if (!ends) return;
      cosine.add(cosineOf(g1, g2));
      for (const sum of gradients) sum.fill(0);
    },
    signal: () => ({
      name,
      ...(z && { correlation: intraclass(z.variance(), noise.mean()) }),
      ...(v && { spread: Math.sqrt(v.variance()), potential: v.mean(), slope: slope.mean() }),
      ...(gradients && { gradientCosine: cosine.mean() }),
    }),
  };
};

/** Correlation cov / (cov + noise), given between = cov + noise / 2; 0 if both are 0. */
const intraclass = (between: number, noise: number): number =>
  between + noise === 0 ? 0 : (between - noise / 2) / (between + noise / 2);

const accumulate = (sum: Float64Array, part: Float32Array): void => {
  for (let k = 0; k < sum.length; k++) sum[k] = sum[k]! + part[k]!;
};

const runningMean = () => {
  let [sum, count] = [0, 0];
  return {
    add: (value: number): void => {
      sum += value;
      count++;
    },
    mean: (): number => sum / count,
  };
};

/** Cosine of the angle between a and b; 0 if either is 0. */
const cosineOf = (a: Float64Array, b: Float64Array): number => {
  let [inner, aa, bb] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    inner += a[k]! * b[k]!;
    aa += a[k]! * a[k]!;
    bb += b[k]! * b[k]!;
  }
  return aa === 0 || bb === 0 ? 0 : inner / Math.sqrt(aa * bb);
};

/**
 * A trained model as an ONNX file that any runtime opens.
 *
 * With the noise as inputs, a run is one pass: images and the random numbers of every noisy layer go in, and the same
 * numbers give the same probabilities. With the noise inside, the model draws the numbers itself and averages several
 * passes; only images go in.
 */

import { checkDetector } from "../detectors/check.ts";
import { boundArrays, detectorScore } from "../detectors/scorer.ts";
import { ConfigError } from "../errors.ts";
import { calibrationFor } from "../inference/predictor.ts";
import { unsureAbove } from "../inference/unsure.ts";
import {
  integerLogits,
  integerNoise,
  integerProbabilities,
  sharedByIntegerPasses,
} from "../integer/program.ts";
import { type Calibration, encodeCalibration } from "../networks/calibration.ts";
import { PIXEL_VALUES, pixelsOf } from "../networks/images.ts";
import type { IntegerNetwork } from "../networks/integers/integers.ts";
import { observation, observedLayers } from "../networks/interpreters/observe.ts";
import {
  forward,
  outputsFromShared,
  outputsOf,
  parameterInputs,
  sharedByPasses,
} from "../networks/interpreters/sample.ts";
import { READOUT } from "../networks/layers/readout.ts";
import { checkModel, type Model } from "../networks/model.ts";
import type { Network } from "../networks/network.ts";
import { noiseInputs } from "../networks/noise-inputs.ts";
import { hasNoise } from "../networks/plan.ts";
import { WHOLE } from "../networks/tiling.ts";
import { encodeModel, type OnnxGraph } from "../onnx/model.ts";
import { key } from "../random/key.ts";
import { MIN_PROBABILITY } from "../statistics/metrics.ts";
import { broadcastTo, sum } from "../tensor/broadcast.ts";
import {
  add,
  divide,
  log,
  maximum,
  minimum,
  multiply,
  negate,
  square,
  subtract,
} from "../tensor/elementwise.ts";
import { lookUp } from "../tensor/exact.ts";
import { reshape } from "../tensor/layout.ts";
import { lowerGraph } from "../tensor/lower.ts";
import { randomUniform } from "../tensor/random-uniform.ts";
import { argmax, mean as average } from "../tensor/reduce.ts";
import { cast, equal, greaterEqual, where } from "../tensor/select.ts";
import { softmax } from "../tensor/softmax.ts";
import { constant, input, type Tensor, type TensorsByName } from "../tensor/tensor.ts";
import { packageVersion } from "../version.ts";
import { freeBatch } from "./free-batch.ts";

export interface ExportOptions {
  /** Source of the noise: inputs of the model, or random operators inside it (default inside). */
  readonly noise?: "inputs" | "inside";
  /** Images per run: this number only; unless given, any number. */
  readonly batch?: number;
  /** Passes that a run averages, with the noise inside (default 100). */
  readonly samples?: number;
  /** Random seed of the noise inside, from 0: every new session then draws the same numbers in the same order. */
  readonly seed?: number;
  /** Names of the classes, for the metadata. */
  readonly classNames?: readonly string[];
  /** Share of log(classes) above which an entropy means "unsure", for the metadata (default 0.22). */
  readonly unsure?: number;
}

const PASSES = 100;

/**
 * Bytes of the .onnx file. Input "images", float32 [batch, channels, height, width], pixels in [0, 1]; with the noise as
 * inputs one more for each noisy layer. Outputs "probabilities" [batch, classes] and "entropy" [batch] in nats, with
 * the noise inside "mutualInformation" [batch] too. A calibrated model that averages as many passes as it was calibrated
 * for has the output "unfamiliarity" [batch] as well: an image is unlike the training data where it is positive. A model in
 * integers with the noise as inputs has the output "logits" too, int32 [batch, classes] in units of 2^-10 octaves; it takes
 * an operator of ONNX Runtime.
 *
 * Metadata, all text: network (JSON), noise, samples, seed if given, classNames (JSON list) if given, threshold (the
 * entropy in nats above which a prediction is unsure), preprocessing (JSON: how pixels become "images") and version; of a
 * calibrated model calibration (JSON: detector and thresholds, as networks/calibration.ts describes them), whose thresholds
 * take the place of that entropy.
 * Throws ConfigError for options out of range.
 */
export const exportOnnx = (model: Model, options: ExportOptions = {}): Uint8Array => {
  const { network, parameters: bound, integers } = checkModel(model);
  const { noise = "inside", batch, seed, classNames, unsure } = options;
  const { samples = model.calibration?.samples ?? PASSES } = options;
  if (![batch ?? 1, samples].every((count) => Number.isInteger(count) && count >= 1))
    throw new ConfigError("exporting to ONNX", {
      given: `a batch of ${batch} and ${samples} samples`,
      expected: "whole numbers of at least 1",
      remedy: "Correct --batch or --samples.",
    });
  checkNoise(noise, options);
  const passes = noise === "inside" && hasNoise(network) ? samples : 1;
  const calibration = noise === "inside" ? calibrationFor(model, { passes }) : undefined;
  if (calibration) checkDetector(network, calibration.detector);
  const graphOf = (count: number): OnnxGraph => {
    const images = input("images", [count, ...network.input]);
    const encoded = encode(network, images);
    const outputs = integers
      ? integerOutputs(integers, images, noise === "inputs" ? undefined : { samples: passes, seed })
      : noise === "inputs"
        ? withEntropy(
            softmax(forward(network, parameterInputs(network), encoded, noiseInputs(network, count), WHOLE)),
          )
        : averaged(network, encoded, passes, seed, calibration);
    return lowerGraph(outputs, {
      bound: integers ? {} : { ...bound, ...(calibration && boundArrays(calibration.detector)) },
      name: network.name,
      documentation: describe(network, noise, passes),
      metadata: {
        network: JSON.stringify(network),
        noise,
        samples: String(passes),
        ...(seed !== undefined && { seed: String(seed) }),
        ...(classNames && { classNames: JSON.stringify(classNames) }),
        threshold: String(unsureAbove(network.classes, unsure)),
        preprocessing: JSON.stringify(preprocessing(network)),
        version: packageVersion,
        ...(integers && { weights: integers.weights }),
        ...(calibration && { calibration: encodeCalibration(calibration).text }),
      },
    }).graph;
  };
  return encodeModel(batch === undefined ? freeBatch(graphOf) : graphOf(batch));
};

const checkNoise = (noise: string, { samples, seed }: ExportOptions): void => {
  const isKnown = noise === "inside" || noise === "inputs";
  const stray = noise === "inputs" && (samples !== undefined || seed !== undefined);
  if (isKnown && !stray) return;
  throw new ConfigError("exporting to ONNX", {
    given: isKnown ? "samples or a seed with the noise as inputs" : `noise "${noise}"`,
    expected: isKnown ? "neither: a run is one pass, and the caller draws the noise" : '"inside" or "inputs"',
    remedy: isKnown ? "Leave them out, or put the noise inside." : "Choose one of these.",
  });
};

/** How the pixels of a picture become the input "images". */
const preprocessing = ({ input: [channels, height, width] }: Network) => ({
  input: "images",
  layout: "NCHW",
  ...{ channels, height, width },
  ...(channels === 1 && { colours: "grey" }),
  ...(channels === 3 && { colours: "RGB" }),
  // Of a pixel from 0 to 255; the network's own encoding is a part of the model.
  scale: "pixel / 255",
});

/** The encoding of `encodingTable`, of pixels in [0, 1]. */
const encode = (network: Network, x: Tensor): Tensor => {
  if (network.encoding === "real") return x;
  if (network.encoding === "sign") return where(greaterEqual(x, 0.5), 1, -1);
  const { mean, deviation } = pixelsOf(network);
  const perChannel = (values: readonly number[]): Tensor =>
    constant(Float32Array.from(values), [values.length, 1, 1]);
  return divide(subtract(x, perChannel(mean)), perChannel(deviation));
};

/** Seeds are float32 in ONNX: whole numbers below 2^24 are exact. */
const SEED_BITS = 24;

/** Noise drawn inside the model in place of its inputs, each layer's by a seed of its own. */
const noiseInside = (inputs: TensorsByName, seed: number | undefined): TensorsByName =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]) => [
      name,
      randomUniform(
        shape,
        -1,
        1,
        seed === undefined ? undefined : key(seed, `export ${name}`)[0] >>> (32 - SEED_BITS),
      ),
    ]),
  );

const withEntropy = (probabilities: Tensor) => ({
  probabilities,
  entropy: entropyOf(probabilities),
});

/**
 * All passes as one batch: what they share is computed once, repeated `samples` times, and the predictions averaged.
 * Entropy is that of the mean, mutual information the part of it that the passes' disagreement accounts for; in nats.
 * Unfamiliarity is what the calibration's detector finds, above its threshold.
 */
const averaged = (
  network: Network,
  images: Tensor,
  samples: number,
  seed: number | undefined,
  calibration: Calibration | undefined,
): Record<string, Tensor> => {
  const batch = images.shape[0]!;
  const parameters = parameterInputs(network);
  const wanted = calibration ? observedLayers(network).map(({ name }) => name) : [READOUT];
  const outputs = hasNoise(network)
    ? outputsWithNoise(network, images, samples, seed, wanted)
    : outputsOf(network, parameters, images, {}, wanted, WHOLE);
  const passes = reshape(softmax(outputs[READOUT]!), [samples, batch, network.classes]);
  const { probabilities, entropy, mutualInformation } = meanOf(passes);
  const found = { probabilities, entropy, ...(hasNoise(network) && { mutualInformation }) };
  if (!calibration) return found;
  const observed = reshape(observation(network, outputs), [samples, batch, -1]);
  const votes = equal(argmax(passes, 2), argmax(probabilities, 1));
  const means = average(observed, [0]);
  const score = detectorScore(network, calibration.detector, {
    ...{ probabilities, mutualInformation, means },
    agreement: average(cast(votes, "float32"), [0]),
    variances: average(square(subtract(observed, means)), [0]),
  });
  return { ...found, unfamiliarity: subtract(score, calibration.unlike.threshold) };
};

/** The mean of passes [samples, batch, classes], its entropy, and the part of it that their disagreement accounts for. */
const meanOf = (passes: Tensor) => {
  const { probabilities, entropy } = withEntropy(average(passes, [0]));
  return { probabilities, entropy, mutualInformation: subtract(entropy, average(entropyOf(passes), [0])) };
};

/** Passes in integers: `inside` draws their noise, without it there is one pass with the noise as inputs. */
const integerOutputs = (
  integers: IntegerNetwork,
  images: Tensor,
  inside: { readonly samples: number; readonly seed: number | undefined } | undefined,
): Record<string, Tensor> => {
  const batch = images.shape[0]!;
  const shared = sharedByIntegerPasses(integers, pixelIntegers(integers, images));
  if (!inside) {
    const logits = integerLogits(integers, shared, integerNoise(integers, batch));
    return { ...withEntropy(integerProbabilities(logits)), logits: cast(logits, "int32") };
  }
  const { samples, seed } = inside;
  const noise = noiseInside(integerNoise(integers, samples * batch), seed);
  const probabilities = integerProbabilities(integerLogits(integers, repeated(shared, samples), noise));
  return meanOf(reshape(probabilities, [samples, batch, integers.classes]));
};

/** Rows [batch, ...] one after the other, `samples` times: [samples * batch, ...]. */
const repeated = (x: Tensor, samples: number): Tensor =>
  reshape(broadcastTo(x, [samples, ...x.shape]), [samples * x.shape[0]!, ...x.shape.slice(1)]);

/** Integers of pixels in [0, 1], as float32. */
const pixelIntegers = ({ pixels, input: [channels] }: IntegerNetwork, x: Tensor): Tensor => {
  const table = constant(Float32Array.from(pixels), [pixels.length]);
  const first = Float32Array.from({ length: channels }, (_, c) => c * PIXEL_VALUES);
  // Half a step more: the conversion drops the fraction.
  const inside = maximum(0, minimum(1, x));
  const nearest = add(multiply(inside, PIXEL_VALUES - 1), 0.5);
  const place = add(nearest, constant(first, [channels, 1, 1]));
  return lookUp(table, cast(place, "int32"));
};

/** Outputs of layers in `samples` passes of every image, [samples * batch, ...]. */
const outputsWithNoise = (
  network: Network,
  images: Tensor,
  samples: number,
  seed: number | undefined,
  wanted: readonly string[],
): TensorsByName => {
  const rows = samples * images.shape[0]!;
  const shared = sharedByPasses(network, parameterInputs(network), images, WHOLE, wanted);
  const noise = noiseInside(noiseInputs(network, rows), seed);
  return outputsFromShared(
    network,
    parameterInputs(network),
    repeated(shared, samples),
    noise,
    wanted,
    WHOLE,
  );
};

/** -sum p log p over the last axis; p is kept from 0, where its logarithm is not a number. */
const entropyOf = (p: Tensor): Tensor =>
  negate(sum(multiply(p, log(maximum(p, MIN_PROBABILITY))), [p.shape.length - 1]));

const describe = (network: Network, noise: "inputs" | "inside", passes: number): string =>
  noise === "inputs" && hasNoise(network)
    ? `Neural Sampling Machine ${network.name}, one pass. Feed each input of noise with numbers uniform on (-1, 1).`
    : hasNoise(network)
      ? `Neural Sampling Machine ${network.name}, the mean of ${passes} passes.`
      : `${network.name}, a network without noise.`;

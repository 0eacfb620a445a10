/**
 * A trained model as an ONNX file that any runtime opens.
 *
 * "inputs": one pass; the images, encoded in the model, and the random numbers of every noisy layer are inputs,
 * so that the same numbers give the same probabilities. "inside": the model draws the numbers itself with
 * RandomUniform and averages S passes; only images go in.
 */
import { ConfigError } from "../errors.ts";
import { forward, parameterInputs, passFromShared, sharedByPasses } from "../networks/forward.ts";
import { pixelsOf } from "../networks/images.ts";
import { hasNoise } from "../networks/layers.ts";
import { checkModel, type Model } from "../networks/model.ts";
import type { Network } from "../networks/network.ts";
import { noiseInputs } from "../networks/noise-inputs.ts";
import { WHOLE } from "../networks/passage.ts";
import { LEAST_PROBABILITY } from "../statistics/metrics.ts";
import { broadcastTo, sum } from "../tensor/broadcast.ts";
import { divide, log, maximum, multiply, negate, subtract } from "../tensor/elementwise.ts";
import { reshape } from "../tensor/layout.ts";
import { lower } from "../tensor/lower.ts";
import { randomUniform } from "../tensor/random-uniform.ts";
import { mean as average } from "../tensor/reduce.ts";
import { greaterEqual, where } from "../tensor/select.ts";
import { softmax } from "../tensor/softmax.ts";
import { constant, input, type Tensor, type TensorsByName } from "../tensor/tensor.ts";

export interface ExportOptions {
  /** Where the noise comes from. */
  readonly noise: "inputs" | "inside";
  /** Images a run. */
  readonly batch: number;
  /** Passes that a run averages, with the noise inside. */
  readonly samples: number;
}

/** The bytes of the .onnx file. Input "images" [batch, channels, height, width], pixels in [0, 1]. */
export const exportOnnx = (model: Model, { noise, batch, samples }: ExportOptions): Uint8Array => {
  const { network, parameters: bound } = checkModel(model);
  if (![batch, samples].every((count) => Number.isInteger(count) && count >= 1))
    throw new ConfigError("exporting to ONNX", {
      given: `a batch of ${batch} and ${samples} samples`,
      expected: "whole numbers of at least 1",
      remedy: "Correct --batch or --samples.",
    });
  const images = encode(network, input("images", [batch, ...network.input]));
  const passes = noise === "inside" && hasNoise(network) ? samples : 1;
  const outputs =
    noise === "inputs" || !hasNoise(network)
      ? {
          probabilities: softmax(
            forward(network, parameterInputs(network), images, noiseOf(network, batch, noise), WHOLE),
          ),
        }
      : averaged(network, images, passes);
  const { model: bytes } = lower(outputs, {
    bound,
    name: network.name,
    documentation: describe(network, noise, passes),
    metadata: { network: JSON.stringify(network), noise, samples: String(passes) },
  });
  return bytes;
};

/** The encoding of `encodingTable`, of pixels in [0, 1]. */
const encode = (network: Network, x: Tensor): Tensor => {
  if (network.encoding === "real") return x;
  if (network.encoding === "sign") return where(greaterEqual(x, 0.5), 1, -1);
  const { mean, deviation } = pixelsOf(network);
  const perChannel = (values: readonly number[]): Tensor =>
    constant(Float32Array.from(values), [values.length, 1, 1]);
  return divide(subtract(x, perChannel(mean)), perChannel(deviation));
};

const noiseOf = (network: Network, batch: number, noise: ExportOptions["noise"]): TensorsByName => {
  const inputs = noiseInputs(network, batch);
  if (noise === "inputs") return inputs;
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]) => [name, randomUniform(shape, -1, 1)]),
  );
};

/**
 * All passes as one batch: what they share is computed once, repeated `samples` times, and the predictions averaged.
 * Entropy is that of the mean, mutual information what of it the passes' disagreement accounts for; both in nats.
 */
const averaged = (network: Network, images: Tensor, samples: number): Record<string, Tensor> => {
  const batch = images.shape[0]!;
  const parameters = parameterInputs(network);
  const shared = sharedByPasses(network, parameters, images, WHOLE);
  const repeated = reshape(broadcastTo(shared, [samples, ...shared.shape]), [
    samples * batch,
    ...shared.shape.slice(1),
  ]);
  const noise = noiseOf(network, samples * batch, "inside");
  const passes = reshape(softmax(passFromShared(network, parameters, repeated, noise, WHOLE)), [
    samples,
    batch,
    network.classes,
  ]);
  const probabilities = average(passes, [0]);
  const entropy = entropyOf(probabilities);
  return { probabilities, entropy, mutualInformation: subtract(entropy, average(entropyOf(passes), [0])) };
};

/** -sum p log p over the last axis; p is kept from 0, where its logarithm is not a number. */
const entropyOf = (p: Tensor): Tensor =>
  negate(sum(multiply(p, log(maximum(p, LEAST_PROBABILITY))), [p.shape.length - 1]));

const describe = (network: Network, noise: ExportOptions["noise"], passes: number): string =>
  noise === "inputs" && hasNoise(network)
    ? `Neural Sampling Machine ${network.name}, one pass. Feed each input of noise with numbers uniform on (-1, 1).`
    : hasNoise(network)
      ? `Neural Sampling Machine ${network.name}, the mean of ${passes} passes.`
      : `${network.name}, a network without noise.`;

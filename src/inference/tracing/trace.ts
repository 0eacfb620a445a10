/** Single passes of a model with all their spikes, for looking inside and for comparing engines. */
import { parameterInputs } from "../../networks/interpreters/sample.ts";
import { type Trace, traceForward } from "../../networks/interpreters/trace.ts";
import { checkModel, type Model } from "../../networks/model.ts";
import { noiseInputs } from "../../networks/noise-inputs.ts";
import { INPUT } from "../../networks/order.ts";
import { uniformNoise } from "../../random/streams.ts";
import type { Engine } from "../../runtime/engine.ts";
import { lower } from "../../tensor/lower.ts";
import { softmax } from "../../tensor/softmax.ts";
import { input, sizeOf, sizesOf, type Tensor } from "../../tensor/tensor.ts";

/** Draws of one stochastic layer; each array is [batch, ...drawnShape]. */
export interface TracedLayer {
  /** E(z) given the layer's inputs. */
  readonly mean: Float32Array;
  /** The number u that decides: z = +1 where mean > u. */
  readonly uniform: Float32Array;
  /** z, -1 or +1. */
  readonly spikes: Float32Array;
}

export interface TracedPass {
  /** Draws of the stochastic layers, by layer name, such as "layers.0". */
  readonly layers: Readonly<Record<string, TracedLayer>>;
  /** Output of every layer, after pooling, [batch, ...outputShape]; "input" is the encoded image. */
  readonly outputs: Readonly<Record<string, Float32Array>>;
  /** [batch, classes] */
  readonly probabilities: Float32Array;
}

/** Which pass: its noise is a function of both, each a whole number from 0. */
export interface PassKey {
  readonly seed: number;
  readonly pass: number;
}

/** The traced pass of a model as a compiled program. */
export interface CompiledTrace {
  /** A pass of encoded images, [batch, ...input], under the unit law. */
  run(images: Float32Array, key: PassKey): Promise<TracedPass>;
  dispose(): Promise<void>;
}

/** Compiles the traced pass of `batch` images. Throws ConfigError for a model that lacks parameters or is on a chip. */
export const compileTrace = async (engine: Engine, model: Model, batch: number): Promise<CompiledTrace> => {
  const { network, parameters: bound } = checkModel(model);
  const inputs = noiseInputs(network, batch);
  const x = input("images", [batch, ...network.input]);
  const trace = traceForward(network, parameterInputs(network), x, inputs);
  const names = outputNames(trace);
  const outputs = { probabilities: softmax(trace.logits), ...drawsOf(trace), ...names.computed };
  const executable = await engine.compile(lower(outputs, { bound, name: `${network.name} traced pass` }));
  return {
    async run(images, { seed, pass }) {
      const noise = uniformNoise({ seed, purpose: "trace", sizes: sizesOf(inputs) })(pass);
      const results = (await executable.run({ images, ...noise })) as Record<string, Float32Array>;
      const layers = Object.keys(trace.layers).map((name) => {
        const [mean, spikes] = [results[meanName(name)]!, results[spikesName(name)]!];
        return [name, { mean, uniform: noise[`${name}.uniform`]!, spikes }] as const;
      });
      const found = Object.entries(names.taken).map(([name, from]) => [name, results[from]!] as const);
      return {
        layers: Object.fromEntries(layers),
        outputs: { [INPUT]: images, ...Object.fromEntries(found) },
        probabilities: results.probabilities!,
      };
    },
    dispose: () => executable.dispose(),
  };
};

// Parameters are named by the layer, a dot and their kind.
const meanName = (layer: string): string => `${layer}: mean`;
const spikesName = (layer: string): string => `${layer}: spikes`;
const outputName = (layer: string): string => `${layer}: output`;

const drawsOf = ({ layers }: Trace): Readonly<Record<string, Tensor>> =>
  Object.fromEntries(
    Object.entries(layers).flatMap(([name, { mean, spikes }]) => [
      [meanName(name), mean],
      [spikesName(name), spikes],
    ]),
  );

/**
 * Outputs of the layers: the program computes those in `computed`; `taken` names the output of the program that each
 * layer's is taken from, its spikes where they are its output.
 */
const outputNames = ({ layers, outputs }: Trace) => {
  const computed: Record<string, Tensor> = {};
  const taken: Record<string, string> = {};
  for (const [name, tensor] of outputs) {
    if (name === INPUT) continue;
    const isSpikes = layers[name]?.spikes === tensor;
    taken[name] = isSpikes ? spikesName(name) : outputName(name);
    if (!isSpikes) computed[taken[name]!] = tensor;
  }
  return { computed, taken };
};

/** Pass number `pass` of a batch of encoded images, [batch, ...input], under the unit law. */
export const tracePass = async (
  engine: Engine,
  model: Model,
  images: Float32Array,
  key: PassKey,
): Promise<TracedPass> => {
  const trace = await compileTrace(engine, model, images.length / sizeOf(checkModel(model).network.input));
  try {
    return await trace.run(images, key);
  } finally {
    await trace.dispose();
  }
};

/** One pass of a model with its spikes, for looking inside and for comparing engines. */
import { parameterInputs } from "../networks/interpreters/sample.ts";
import { traceForward } from "../networks/interpreters/trace.ts";
import { checkModel, type Model } from "../networks/model.ts";
import { noiseInputs } from "../networks/noise-inputs.ts";
import { uniformNoise } from "../random/streams.ts";
import type { Engine } from "../runtime/engine.ts";
import { lower } from "../tensor/lower.ts";
import { softmax } from "../tensor/softmax.ts";
import { input, sizeOf, sizesOf } from "../tensor/tensor.ts";

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
  readonly layers: Readonly<Record<string, TracedLayer>>;
  /** [batch, classes] */
  readonly probabilities: Float32Array;
}

/** Pass number `pass` of a batch of encoded images, [batch, ...input], under the unit law. */
export const tracePass = async (
  engine: Engine,
  model: Model,
  images: Float32Array,
  { seed, pass }: { readonly seed: number; readonly pass: number },
): Promise<TracedPass> => {
  const { network, parameters: bound } = checkModel(model);
  const batch = images.length / sizeOf(network.input);
  const inputs = noiseInputs(network, batch);
  const x = input("images", [batch, ...network.input]);
  const { layers, logits } = traceForward(network, parameterInputs(network), x, inputs);
  const named = Object.entries(layers).flatMap(([name, { mean, spikes }]) => [
    [`${name}.mean`, mean] as const,
    [`${name}.spikes`, spikes] as const,
  ]);
  const outputs = { probabilities: softmax(logits), ...Object.fromEntries(named) };
  const executable = await engine.compile(lower(outputs, { bound, name: `${network.name} traced pass` }));
  const noise = uniformNoise({ seed, purpose: "trace", sizes: sizesOf(inputs) })(pass);
  const results = (await executable.run({ images, ...noise })) as Record<string, Float32Array>;
  await executable.dispose();
  const traced = (name: string): TracedLayer => ({
    mean: results[`${name}.mean`]!,
    uniform: noise[`${name}.uniform`]!,
    spikes: results[`${name}.spikes`]!,
  });
  return {
    layers: Object.fromEntries(Object.keys(layers).map((name) => [name, traced(name)])),
    probabilities: results.probabilities!,
  };
};

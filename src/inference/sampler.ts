/** Monte Carlo passes of a model through an engine, one batch of images at a time. */
import { forward, parameterInputs, passFromShared, sharedByPasses } from "../networks/interpreters/sample.ts";
import { synapseForward, synapseInputs } from "../networks/interpreters/synapse.ts";
import { checkModel, type Model } from "../networks/model.ts";
import { noiseInputs } from "../networks/noise-inputs.ts";
import { hasNoise, requireSpikesAlone } from "../networks/plan.ts";
import { type Tiling, tilingFor } from "../networks/tiling.ts";
import type { Engine, Executable } from "../runtime/engine.ts";
import type { NoiseArrays, NoiseLaw, NoiseSizes } from "../runtime/noise.ts";
import { lower, type Program } from "../tensor/lower.ts";
import { softmax } from "../tensor/softmax.ts";
import { input, sizeOf, sizesOf, type Tensor, type TensorsByName } from "../tensor/tensor.ts";

/**
 * How the noise is drawn: `unit` by equation (2), one number a spike, exact for Gaussian noise and the central limit
 * for Bernoulli; `synapse` by equation (4), one number a synapse, exact and slow.
 */
export type SamplingLaw = "unit" | "synapse";

export interface Sampler {
  readonly batch: number;
  /** Numbers that a pass takes, and their law. */
  readonly noise: { readonly sizes: NoiseSizes; readonly law: NoiseLaw };
  /** Whether passes differ: not those of a network without noise. */
  readonly stochastic: boolean;
  /** Elements of what enters a pass, an image. */
  readonly entering: number;
  /** What enters the passes of encoded images, [batch, entering]: all that is the same for every pass of an image. */
  prepare(images: Float32Array): Promise<Float32Array>;
  /** Class probabilities of one pass, [batch, classes]. The array is reused by the next pass. */
  pass(entering: Float32Array, noise: NoiseArrays): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** What is the same for every pass of an image, and what is left for each of them. */
interface SamplingPrograms {
  readonly prepare?: Program;
  readonly pass: Program;
  readonly noise: TensorsByName;
}

/** The programs of one law with the parameters built in. "images" or "shared" in, "shared" or "probabilities" out. */
const samplingPrograms = (
  { network, parameters: bound }: Model,
  batch: number,
  law: SamplingLaw,
  tiling: Tiling,
): SamplingPrograms => {
  const parameters = parameterInputs(network);
  const images = input("images", [batch, ...network.input]);
  const build = (outputs: Record<string, Tensor>): Program => lower(outputs, { bound, name: network.name });
  const stochastic = hasNoise(network);
  if (law === "synapse") {
    requireSpikesAlone(network, "the synapse law");
    const noise = synapseInputs(network, batch);
    return {
      pass: build({ probabilities: softmax(synapseForward(network, parameters, images, noise)) }),
      noise,
    };
  }
  const noise = noiseInputs(network, batch);
  if (!stochastic) {
    const logits = forward(network, parameters, images, noise, tiling);
    return { pass: build({ probabilities: softmax(logits) }), noise };
  }
  const shared = sharedByPasses(network, parameters, images, tiling);
  const given = input("shared", shared.shape);
  return {
    prepare: build({ shared }),
    pass: build({ probabilities: softmax(passFromShared(network, parameters, given, noise, tiling)) }),
    noise,
  };
};

export const createSampler = async (
  engine: Engine,
  model: Model,
  batch: number,
  law: SamplingLaw = "unit",
): Promise<Sampler> => {
  const { network } = checkModel(model);
  const programs = samplingPrograms(model, batch, law, tilingFor(engine));
  const compile = async (program?: Program): Promise<Executable | undefined> =>
    program && engine.compile(program);
  const [prepare, pass] = [await compile(programs.prepare), (await compile(programs.pass))!];
  const [name, { shape }] = Object.entries(pass.program.inputs).find(
    ([name]) => name === "shared" || name === "images",
  )!;
  const results = { probabilities: new Float32Array(batch * network.classes) };
  return {
    batch,
    stochastic: hasNoise(network),
    noise: {
      sizes: sizesOf(programs.noise),
      law: law === "unit" ? { type: "uniform" } : network.noise,
    },
    entering: sizeOf(shape) / batch,
    prepare: async (images) => (prepare ? ((await prepare.run({ images })).shared as Float32Array) : images),
    async pass(entering, noise) {
      await pass.run({ [name]: entering, ...noise }, results);
      return results.probabilities;
    },
    async dispose() {
      await Promise.all([prepare?.dispose(), pass.dispose()]);
    },
  };
};

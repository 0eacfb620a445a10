/** Look into a network while it trains: the input of its last hidden layer, whose drift is the internal covariate shift. */
import { encodeImage, encodingTable, type Images } from "../networks/images.ts";
import type { ParameterArrays } from "../networks/initialize.ts";
import { lastHiddenInput } from "../networks/interpreters/last-hidden-input.ts";
import { parameterInputs } from "../networks/interpreters/sample.ts";
import type { Network } from "../networks/network.ts";
import { noiseInputs } from "../networks/noise-inputs.ts";
import { uniformNoise } from "../random/streams.ts";
import { type Engine, only } from "../runtime/engine.ts";
import { lower } from "../tensor/lower.ts";
import { input, sizeOf, sizesOf } from "../tensor/tensor.ts";

export interface Probe {
  /**
   * Input of the last hidden layer's neurons, [images, ...units], in one pass whose noise is the same at each call: v of
   * stochastic neurons, w z + b of others.
   */
  look(parameters: ParameterArrays): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Compiles a probe of a network on the first `count` images. */
export const openProbe = async (
  engine: Engine,
  network: Network,
  images: Images,
  count: number,
): Promise<Probe> => {
  const x = input("images", [count, ...network.input]);
  const noise = noiseInputs(network, count);
  const program = lower({ drive: lastHiddenInput(network, parameterInputs(network), x, noise) });
  const executable = await engine.compile(program);
  const encoded = new Float32Array(count * sizeOf(network.input));
  const table = encodingTable(network);
  for (let k = 0; k < count; k++) encodeImage(images, k, table, encoded, k);
  const numbers = uniformNoise({ seed: 1, purpose: "probe", sizes: sizesOf(noise) })(0);
  return {
    async look(parameters) {
      const all = { images: encoded, ...numbers, ...parameters };
      const { drive } = await executable.run(only(all, program.inputs));
      return drive as Float32Array;
    },
    dispose: () => executable.dispose(),
  };
};

/** What passes say of one image. */
import { type Prediction, predictionsOf } from "../../inference/prediction.ts";
import { accumulator } from "../../inference/uncertainty.ts";
import { forward, parameterInputs } from "../../networks/interpreters/sample.ts";
import type { Network } from "../../networks/network.ts";
import { noiseInputs } from "../../networks/noise-inputs.ts";
import { tilingFor } from "../../networks/tiling.ts";
import type { Engine } from "../../runtime/engine.ts";
import { uniformNoise } from "../../runtime/noise.ts";
import { lower } from "../../tensor/lower.ts";
import { softmax } from "../../tensor/softmax.ts";
import { input, sizesOf } from "../../tensor/tensor.ts";
import { parametersIn, type StateArrays } from "../state.ts";

export interface Predictor {
  /** images: the encoded image, once for each pass. step: examples learned before. */
  predict(images: Float32Array, state: StateArrays, step: number): Promise<Prediction>;
  dispose(): Promise<void>;
}

export const createPredictor = async (
  engine: Engine,
  network: Network,
  passes: number,
  seed: number,
): Promise<Predictor> => {
  const inputs = noiseInputs(network, passes);
  const images = input("images", [passes, ...network.input]);
  const logits = forward(network, parameterInputs(network), images, inputs, tilingFor(engine));
  const executable = await engine.compile(lower({ probabilities: softmax(logits) }, { name: network.name }));
  const noise = uniformNoise({ seed, purpose: "online prediction", sizes: sizesOf(inputs) });
  return {
    async predict(rows, state, step) {
      const parameters = parametersIn(network, state);
      const found = await executable.run({ images: rows, ...parameters, ...noise(step) });
      return predictionOf(found.probabilities as Float32Array, passes, network.classes);
    },
    dispose: () => executable.dispose(),
  };
};

/** What the passes of one image say: probabilities [passes, classes]. */
export const predictionOf = (probabilities: Float32Array, passes: number, classes: number): Prediction => {
  const seen = accumulator(1, classes);
  seen.add(probabilities, new Uint32Array(passes));
  return predictionsOf(seen.result())[0]!;
};

/** Moment propagation of whole splits: predictions without samples. */
import { ConfigError } from "../errors.ts";
import { checkImages, encodeImage, encodingTable, type Images } from "../networks/images.ts";
import { propagateMoments } from "../networks/interpreters/moments.ts";
import { parameterInputs } from "../networks/interpreters/sample.ts";
import { checkModel, type Model } from "../networks/model.ts";
import { samplesSpikes } from "../networks/plan.ts";
import type { Engine } from "../runtime/engine.ts";
import { lower } from "../tensor/lower.ts";
import { input, sizeOf } from "../tensor/tensor.ts";

const BATCH = 100;

/** [count, classes] approximate mean probabilities of every image. */
export const momentProbabilities = async (
  engine: Engine,
  model: Model,
  images: Images,
): Promise<Float32Array> => {
  const { network, parameters: bound } = checkModel(model);
  if (!samplesSpikes(network))
    throw new ConfigError("moment propagation", {
      given: `network ${network.name} without stochastic neurons`,
      expected: "stochastic neurons",
      remedy: "A network without noise needs no moments: sample it once.",
    });
  checkImages(network, images);
  const batch = Math.min(BATCH, images.count);
  const x = input("images", [batch, ...network.input]);
  const probabilities = propagateMoments(network, parameterInputs(network), x);
  const executable = await engine.compile(
    lower({ probabilities }, { bound, name: `${network.name} moments` }),
  );
  const encoded = new Float32Array(batch * sizeOf(network.input));
  const table = encodingTable(network);
  const results = new Float32Array(images.count * network.classes);
  try {
    for (let start = 0; start < images.count; start += batch) {
      const count = Math.min(batch, images.count - start);
      for (let row = 0; row < count; row++) encodeImage(images, start + row, table, encoded, row);
      const outputs = await executable.run({ images: encoded });
      const rows = (outputs.probabilities as Float32Array).subarray(0, count * network.classes);
      results.set(rows, start * network.classes);
    }
  } finally {
    await executable.dispose();
  }
  return results;
};

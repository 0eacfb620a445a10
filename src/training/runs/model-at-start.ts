/** A model before its first training step. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import type { Model } from "../../networks/model.ts";
import type { NetworkDescription } from "../../networks/network.ts";
import { createEngine, type EngineOptions } from "../../runtime/node.ts";
import type { TrainingDescription } from "../configuration.ts";
import { stateAtStart } from "../initial-state.ts";
import { prepareTraining } from "../prepare.ts";
import { parametersIn } from "../state.ts";

/**
 * The network with the parameters that `train` with these settings starts from; the split is used where the
 * initialization or the encoding depends on the data. Throws as `train` does.
 */
export const modelAtStart = async (
  network: NetworkDescription,
  split: ImageSplit,
  { device, threads, ...settings }: TrainingDescription & EngineOptions = {},
): Promise<Model> => {
  const prepared = await prepareTraining(network, split, settings);
  const engine = createEngine({ ...(device && { device }), ...(threads !== undefined && { threads }) });
  const state = await stateAtStart(engine, prepared);
  return { network: prepared.network, parameters: parametersIn(prepared.network, state) };
};

/** The model in a checkpoint, without the optimiser's arrays. */
import { checkModel, type Model } from "../../networks/model.ts";
import { parametersIn } from "../../networks/model-file.ts";
import type { Network } from "../../networks/network.ts";
import { parametersOf } from "../../networks/plan.ts";
import { decodeSafetensors } from "../../storage/safetensors.ts";
import { averageName } from "../state.ts";

/**
 * The network with the parameters that a checkpoint holds, or with their averages if it has those.
 * bytes: a whole safetensors file with float32 tensors named as `parametersOf(network)` names them; others are left
 * out. Throws CheckpointError for bytes that are no such file, ConfigError if a parameter is missing or of another size.
 * Checksums are the business of `openRun`.
 */
export const modelFromCheckpoint = (bytes: Uint8Array, network: Network): Model => {
  const { tensors } = decodeSafetensors(bytes, "a checkpoint");
  const averages = parametersOf(network).flatMap(({ name }) => {
    const average = tensors[averageName(name)];
    return average ? [[name, average] as const] : [];
  });
  const averaged = { ...tensors, ...Object.fromEntries(averages) };
  return checkModel({ network, parameters: parametersIn(averaged, network, "a checkpoint") });
};

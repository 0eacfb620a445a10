/** The model in a checkpoint, without the optimiser's arrays. */
import { checkModel, type Model } from "../../networks/model.ts";
import { parametersIn } from "../../networks/model-file.ts";
import type { Network } from "../../networks/network.ts";

import { decodeSafetensors } from "../../storage/safetensors.ts";

/**
 * The network with the parameters that a checkpoint holds.
 * bytes: a whole safetensors file with float32 tensors named as `parametersOf(network)` names them; others are left
 * out. Throws CheckpointError for bytes that are no such file, ConfigError if a parameter is missing or of another size.
 * Checksums are the business of `openRun`.
 */
export const modelFromCheckpoint = (bytes: Uint8Array, network: Network): Model => {
  const { tensors } = decodeSafetensors(bytes, "a checkpoint");
  return checkModel({ network, parameters: parametersIn(tensors, network, "a checkpoint") });
};

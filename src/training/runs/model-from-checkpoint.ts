/** The model in a checkpoint, without the optimiser's arrays: what a browser needs of a run. */
import { CheckpointError } from "../../errors.ts";
import type { ParameterArrays } from "../../networks/initialize.ts";
import { parametersOf } from "../../networks/layers.ts";
import { checkModel, type Model } from "../../networks/model.ts";
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
  const parameters: ParameterArrays = Object.fromEntries(
    parametersOf(network)
      .filter(({ name }) => Object.hasOwn(tensors, name))
      // A copy, so that the bytes of the whole file can be freed.
      .map(({ name }) => [name, floats(name, tensors[name]!.data).slice()]),
  );
  return checkModel({ network, parameters });
};

const floats = (name: string, data: ArrayLike<unknown>): Float32Array => {
  if (data instanceof Float32Array) return data;
  throw new CheckpointError("reading a checkpoint", {
    given: `${name} of another type`,
    expected: "float32 parameters",
    remedy: "Use a file of a run's folder checkpoints/.",
  });
};

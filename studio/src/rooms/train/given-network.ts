/** A trained network that the user gives, to be trained on. */
import { signal } from "@preact/signals";
import { ConfigError, type ModelFile, readModel } from "neural-sampling/web";
import type { GivenFile } from "../../shared/given-files.ts";

interface GivenNetwork {
  /** Name of its file. */
  readonly file: string;
  readonly model: ModelFile;
}

/** The network that was given to this page, if any. */
export const given = signal<GivenNetwork | undefined>(undefined);

export const isModelFile = ({ path }: GivenFile): boolean => /\.safetensors$/i.test(path);

/** Reads a file of `Save`, or of `nsm export --format safetensors`. Throws CheckpointError for any other. */
export const readNetwork = async ({ path, file }: GivenFile): Promise<GivenNetwork> => ({
  file: path,
  model: readModel(new Uint8Array(await file.arrayBuffer()), path),
});

/** Throws ConfigError where a link asks for a network that was not given here. */
export const requireGiven = (network: GivenNetwork | undefined): GivenNetwork => {
  if (network) return network;
  throw new ConfigError("a network from a file", {
    given: "none in this tab",
    expected: "a .safetensors file",
    remedy: "Drop it on the page, or choose another network. A link does not carry files.",
  });
};

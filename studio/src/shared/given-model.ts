/** A trained network that the user gives. */
import { signal } from "@preact/signals";
import { type ModelFile, readModel } from "neural-sampling/web";
import type { GivenFile } from "./given-files.ts";
import { requireGiven } from "./require-given.ts";

interface GivenModel {
  /** Tells it from the others that were given. */
  readonly id: number;
  /** Name of its file. */
  readonly file: string;
  readonly model: ModelFile;
}

/** The network that was given to this page, if any. */
export const givenModel = signal<GivenModel | undefined>(undefined);

let count = 0;

export const isModelFile = ({ path }: GivenFile): boolean => /\.(safetensors|onnx)$/i.test(path);

/**
 * Reads a file that the room Train or `nsm export --format safetensors` or `--format onnx` wrote. Throws CheckpointError for
 * any other.
 */
export const readGivenModel = async ({ path, file }: GivenFile): Promise<GivenModel> => ({
  id: ++count,
  file: path,
  model: readModel(new Uint8Array(await file.arrayBuffer()), path),
});

/** Throws ConfigError where a link asks for a network that was not given here. */
export const requireGivenModel = (network: GivenModel | undefined): GivenModel =>
  requireGiven(network, {
    what: "a network from a file",
    expected: "a .safetensors or .onnx file",
    remedy: "Drop it on the page, or choose another network.",
  });

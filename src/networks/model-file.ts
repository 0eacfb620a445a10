/**
 * Model files: a network and its parameters in one safetensors file, without the optimiser's state. The text beside the
 * tensors holds format, network (JSON), threshold, version, and where known classNames (JSON list).
 */
import { z } from "zod";
import { CheckpointError, DownloadError, NsmError } from "../errors.ts";
import { decodeSafetensors, encodeSafetensors, type Safetensors } from "../storage/safetensors.ts";
import type { ParameterArrays } from "./initialize.ts";
import { checkModel, type Model } from "./model.ts";
import { type Network, parseNetwork } from "./network.ts";
import { parametersOf } from "./plan.ts";

/** What a model file says beside the model. */
export interface ModelNotes {
  /** Names of the classes, in the order of the labels. */
  readonly classNames?: readonly string[];
  /** Entropy in nats above which a prediction counts as unsure. */
  readonly threshold: number;
  /** Version of the package that wrote the file. */
  readonly version: string;
}

export interface ModelFile extends Model, ModelNotes {}

const FORMAT = "neural-sampling model 1";

/** The bytes of a model file. The same model and notes give the same bytes. */
export const encodeModelFile = (
  model: Model,
  { classNames, threshold, version }: ModelNotes,
): Uint8Array<ArrayBuffer> => {
  const { network, parameters } = checkModel(model);
  return encodeSafetensors({
    tensors: Object.fromEntries(
      parametersOf(network).map(({ name, shape }) => [name, { shape, data: parameters[name]! }]),
    ),
    metadata: {
      format: FORMAT,
      network: JSON.stringify(network),
      threshold: String(threshold),
      version,
      ...(classNames && { classNames: JSON.stringify(classNames) }),
    },
  });
};

/**
 * The model in a model file, as `nsm export --format safetensors` writes it.
 * bytes: the whole file, which can be freed afterwards; source: its name, for messages. Throws CheckpointError for
 * bytes that are no model file, among them one without a network, and for parameters that do not fit the network.
 */
export const readModel = (bytes: Uint8Array, source = "a model file"): ModelFile => {
  const { tensors, metadata } = decodeSafetensors(bytes, source);
  const refuse = (given: string, cause?: unknown): never => {
    throw new CheckpointError(
      `reading ${source}`,
      {
        given,
        expected: `a "${FORMAT}" with network, threshold and version`,
        remedy: "Write it anew with `nsm export RUN --format safetensors --out FILE`.",
      },
      cause,
    );
  };
  if (metadata.network === undefined) return refuse("a model file without a network");
  if (metadata.format !== FORMAT) return refuse(`the format "${metadata.format ?? "none"}"`);
  try {
    const network = parseNetwork(JSON.parse(metadata.network), `network of ${source}`);
    const { threshold, version, classNames } = notesSchema.parse(metadata);
    return {
      ...checkModel({ network, parameters: parametersIn(tensors, network, source) }),
      ...{ threshold, version },
      ...(classNames && { classNames }),
    };
  } catch (cause) {
    if (cause instanceof CheckpointError) throw cause;
    return refuse(
      cause instanceof NsmError ? cause.message : `damaged text (${(cause as Error).message})`,
      cause,
    );
  }
};

/**
 * Fetches a model file, in a browser or in Node; there, read a file on disk with `readModel(await readFile(path))`.
 * Throws DownloadError where it cannot be fetched, and CheckpointError as `readModel`.
 */
export const loadModel = async (url: string | URL): Promise<ModelFile> => {
  const refuse = (given: string, cause?: unknown): never => {
    throw new DownloadError(
      `loading the model ${url}`,
      { given, expected: "a model file", remedy: "Check the address, and that this page may fetch it." },
      cause,
    );
  };
  const response = await fetch(url).catch((cause: Error) => refuse(`a failure (${cause.message})`, cause));
  if (!response.ok) return refuse(`status ${response.status} ${response.statusText}`.trimEnd());
  const bytes = await response
    .arrayBuffer()
    .catch((cause: Error) => refuse(`a failure (${cause.message})`, cause));
  return readModel(new Uint8Array(bytes), String(url));
};

const jsonList = z.string().transform((text, context): string[] => {
  const list = z.array(z.string()).safeParse(JSON.parse(text));
  if (list.success) return list.data;
  context.addIssue("classNames is no list of names");
  return z.NEVER;
});

const notesSchema = z.object({
  threshold: z.coerce.number().nonnegative(),
  version: z.string(),
  classNames: jsonList.optional(),
});

/**
 * The parameters of a network among the tensors of a file; others are left out. They are copied, so that the file's
 * bytes can be freed. Throws CheckpointError for a parameter that is not float32.
 */
export const parametersIn = (
  tensors: Safetensors["tensors"],
  network: Network,
  source: string,
): ParameterArrays =>
  Object.fromEntries(
    parametersOf(network)
      .filter(({ name }) => Object.hasOwn(tensors, name))
      .map(({ name }) => [name, floats(name, tensors[name]!.data, source).slice()]),
  );

const floats = (name: string, data: ArrayLike<unknown>, source: string): Float32Array => {
  if (data instanceof Float32Array) return data;
  throw new CheckpointError(`reading ${source}`, {
    given: `${name} of another type`,
    expected: "float32 parameters",
    remedy: "Take it from a run of this package, or from `nsm export`.",
  });
};

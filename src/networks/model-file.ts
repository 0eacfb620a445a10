/**
 * Model files: a network, its parameters and, if it has them, its calibration and integers, in one safetensors file, without
 * optimiser state. The metadata hold format, network (JSON), threshold, version, and if known classNames (JSON list),
 * calibration and integers. The .onnx files of export/onnx.ts are read too: their constants have the names of the parameters,
 * and their metadata the same texts.
 */
import * as z from "zod";
import { CheckpointError, ConfigError, DownloadError, NsmError } from "../errors.ts";
import { decodeOnnx, isOnnx } from "../onnx/decode.ts";
import { decodeSafetensors, encodeSafetensors, type Safetensors } from "../storage/safetensors.ts";
import { sizeOf } from "../tensor/tensor.ts";
import { decodeCalibration, encodeCalibration } from "./calibration.ts";
import type { ParameterArrays } from "./initialize.ts";
import { decodeIntegers, encodeIntegers } from "./integers/file.ts";
import { checkModel, type Model } from "./model.ts";
import { type Network, parseNetwork } from "./network.ts";
import { parametersOf } from "./plan.ts";

/** Metadata of a model file. */
export interface ModelNotes {
  /** Names of the classes, in the order of the labels. */
  readonly classNames?: readonly string[];
  /** Entropy in nats above which a prediction counts as unsure. */
  readonly threshold: number;
  /** Version of the package that wrote the file. */
  readonly version: string;
}

/** A model with its metadata. */
export interface ModelFile extends Model, ModelNotes {}

const FORMAT = "neural-sampling model 1";

/** Encodes a model file. The same model and notes give the same bytes. */
export const encodeModelFile = (
  model: Model,
  { classNames, threshold, version }: ModelNotes,
): Uint8Array<ArrayBuffer> => {
  const { network, parameters, calibration, integers } = checkModel(model);
  const calibrated = calibration && encodeCalibration(calibration);
  const quantized = integers && encodeIntegers(integers);
  return encodeSafetensors({
    tensors: {
      ...Object.fromEntries(
        parametersOf(network).map(({ name, shape }) => [name, { shape, data: parameters[name]! }]),
      ),
      ...calibrated?.tensors,
      ...quantized?.tensors,
    },
    metadata: {
      format: FORMAT,
      network: JSON.stringify(network),
      threshold: String(threshold),
      version,
      ...(classNames && { classNames: JSON.stringify(classNames) }),
      ...(calibrated && { calibration: calibrated.text }),
      ...(quantized && { integers: quantized.text }),
    },
  });
};

/**
 * Reads a model file written by `nsm export --format safetensors` or `--format onnx`, in the same bits. bytes: the whole file,
 * which can be freed afterwards; source: its name for error messages. A model that was exported to ONNX has its calibration if
 * the file averages as many passes as it was calibrated for. Throws CheckpointError for bytes that are not a model
 * file, for a missing network, for an .onnx file of a model in integers, which has no parameters, and for parameters that do
 * not fit the network, and ConfigError for a value that is no bytes.
 */
export const readModel = (bytes: Uint8Array, source = "a model file"): ModelFile => {
  if (!ArrayBuffer.isView(bytes))
    throw new ConfigError(`reading ${source}`, {
      given: (bytes as unknown) === null ? "null" : `a value of type ${typeof bytes}`,
      expected: "the bytes of the file, a Uint8Array",
      remedy: "Read a file with `readModel(await readFile(path))`, and fetch a URL with `loadModel`.",
    });
  return isOnnx(bytes) ? readOnnx(bytes, source) : readSafetensors(bytes, source);
};

/** Throws the CheckpointError of a file that is no model file. */
type Refuse = (given: string, cause?: unknown) => never;

const refusing =
  (source: string, expected: string, format: string): Refuse =>
  (given, cause) => {
    throw new CheckpointError(
      `reading ${source}`,
      {
        given,
        expected,
        remedy: `Write it again with \`nsm export RUN --format ${format} --out FILE\`.`,
      },
      cause,
    );
  };

const readSafetensors = (bytes: Uint8Array, source: string): ModelFile => {
  const { tensors, metadata } = decodeSafetensors(bytes, source);
  const refuse = refusing(source, `a "${FORMAT}" with network, threshold and version`, "safetensors");
  if (metadata.network === undefined) return refuse("a model file without a network");
  if (metadata.format !== FORMAT) return refuse(`the format "${metadata.format ?? "none"}"`);
  return modelIn({ tensors, metadata }, networkIn(metadata.network, source, refuse), source, refuse);
};

/** Prefix of the constants of a detector in an .onnx file, and of its arrays in a model file. */
const DETECTOR = { onnx: "detector.", stored: "calibration." };

const readOnnx = (bytes: Uint8Array, source: string): ModelFile => {
  const { initializers, metadata } = decodeOnnx(bytes, source);
  const expected = "an .onnx file of this package, which holds network and parameters";
  if (metadata.network === undefined)
    return refusing(source, expected, "onnx")("an ONNX model without a network in its metadata");
  if (metadata.weights !== undefined)
    return refusing(
      source,
      "a model in floating point, or a safetensors file",
      "safetensors",
    )("an ONNX model in integers, which does not hold the parameters");
  const refuse = refusing(source, expected, "onnx");
  const network = networkIn(metadata.network, source, refuse);
  // Layers, and with them parameters, may have any name.
  const parameters = undamaged(() => new Set(parametersOf(network).map(({ name }) => name)), refuse);
  const tensors = initializers.flatMap(({ name, type, shape, bytes: elements }) => {
    if (type !== "float32" || name.startsWith("#")) return [];
    if (elements.length !== 4 * sizeOf(shape)) return refuse(`${name} with ${elements.length} bytes`);
    const isFitted = name.startsWith(DETECTOR.onnx) && !parameters.has(name);
    const stored = isFitted ? `${DETECTOR.stored}${name.slice(DETECTOR.onnx.length)}` : name;
    return [[stored, { shape, data: new Float32Array(new Uint8Array(elements).buffer) }] as const];
  });
  return modelIn({ tensors: Object.fromEntries(tensors), metadata }, network, source, refuse);
};

/** The network that a text of a file describes. */
const networkIn = (text: string, source: string, refuse: Refuse): Network =>
  undamaged(() => parseNetwork(JSON.parse(text), `network of ${source}`), refuse);

/** The model of the network in the tensors and texts of a file. */
const modelIn = (
  { tensors, metadata }: Safetensors,
  network: Network,
  source: string,
  refuse: Refuse,
): ModelFile =>
  undamaged(() => {
    const { threshold, version, classNames } = notesSchema.parse(metadata);
    const integers =
      metadata.integers === undefined
        ? undefined
        : decodeIntegers(tensors, metadata.integers, network, source);
    return {
      ...checkModel({ network, parameters: parametersIn(tensors, network, source) }),
      ...{ threshold, version },
      ...(classNames && { classNames }),
      ...(metadata.calibration !== undefined && {
        calibration: decodeCalibration(tensors, metadata.calibration, source),
      }),
      ...(integers && { integers }),
    };
  }, refuse);

/** Result of `read` on a file's contents; a failure refuses the file. */
const undamaged = <T>(read: () => T, refuse: Refuse): T => {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof CheckpointError) throw cause;
    return refuse(
      cause instanceof NsmError ? cause.message : `damaged text (${(cause as Error).message})`,
      cause,
    );
  }
};

/**
 * Fetches a model file by URL. For a file on disk use `readModel(await readFile(path))`. Throws DownloadError
 * if the fetch fails, and CheckpointError as `readModel` does.
 */
export const loadModel = async (url: string | URL): Promise<ModelFile> => {
  const refuse = (given: string, cause?: unknown): never => {
    throw new DownloadError(
      `loading the model ${url}`,
      {
        given,
        expected: "a model file",
        remedy: isAddress(url)
          ? "Check the address, and that the server allows this page to fetch it."
          : "For a file on disk use `readModel(await readFile(path))`.",
      },
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

/** Whether it is a URL that can be fetched, in a page also a relative one. */
const isAddress = (url: string | URL): boolean =>
  URL.canParse(url, globalThis.location?.href) &&
  new URL(url, globalThis.location?.href).protocol !== "file:";

const jsonList = z.string().transform((text, context): string[] => {
  const list = z.array(z.string()).safeParse(JSON.parse(text));
  if (list.success) return list.data;
  context.addIssue("classNames is not a list of names");
  return z.NEVER;
});

const notesSchema = z.object({
  threshold: z.coerce.number().nonnegative(),
  version: z.string(),
  classNames: jsonList.optional(),
});

/**
 * Copies the parameters of a network out of a file's tensors and ignores the others. Throws CheckpointError
 * for a parameter that is not float32.
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
    given: `${name} of another element type`,
    expected: "float32 parameters",
    remedy: "Use a file from a run of this package, or from `nsm export`.",
  });
};

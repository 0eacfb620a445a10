/** Constants and metadata out of .onnx files, by the official protobuf schema. */
import { fromBinary } from "@bufbuild/protobuf";
import { CheckpointError } from "../errors.ts";
import { type OnnxInitializer, onnxTypeOf } from "./model.ts";
import { ModelProtoSchema, type TensorProto } from "./schema/onnx_pb.ts";

/** Contents of a file besides its nodes. */
export interface DecodedModel {
  /** Constants of the types in use here, whose elements are stored in the file as bytes; others are left out. */
  readonly initializers: readonly OnnxInitializer[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Whether bytes begin as those of an .onnx file do: with the field of the version. The header of a safetensors file, which may
 * begin with the same byte, has a brace in the ninth place.
 */
export const isOnnx = (bytes: Uint8Array): boolean => bytes[0] === 8 && bytes[8] !== "{".charCodeAt(0);

/** Decodes an .onnx file; `source` names it in errors. Throws CheckpointError for bytes that are no ONNX model. */
export const decodeOnnx = (bytes: Uint8Array, source: string): DecodedModel => {
  try {
    const { graph, metadataProps } = fromBinary(ModelProtoSchema, bytes);
    return {
      initializers: (graph?.initializer ?? []).flatMap(initializerOf),
      metadata: Object.fromEntries(metadataProps.map(({ key, value }) => [key, value])),
    };
  } catch (cause) {
    throw new CheckpointError(
      `reading ${source}`,
      {
        given: `no whole ONNX model (${(cause as Error).message})`,
        expected: "the bytes of an .onnx file",
        remedy: "Copy or export the file again.",
      },
      cause,
    );
  }
};

const initializerOf = ({ name, dataType, dims, rawData }: TensorProto): readonly OnnxInitializer[] => {
  const type = onnxTypeOf(dataType);
  return type ? [{ name, type, shape: dims.map(Number), bytes: rawData }] : [];
};

/**
 * Encoder of ONNX models: from a flat description of a graph to bytes, by the official protobuf schema.
 * https://onnx.ai/onnx/intro/concepts.html
 */
import { create, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "./schema/onnx_pb.ts";

/**
 * IR version 8 and operator set 17 (ONNX 1.12): old enough for every runtime, and with every operator used
 * here.
 */
const IR_VERSION = 8n;
const OPSET_VERSION = 17n;

/** Element types of ONNX tensors in use here. */
export type OnnxType = "float32" | "float64" | "int64" | "int32" | "uint8" | "int8" | "bool";

/** An ONNX attribute; the key names its kind in the format. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string };

/** A node: one operator with the names of its inputs and outputs. */
export interface OnnxNode {
  readonly operator: string;
  /** Operator set, such as a runtime's own; default: ONNX's. */
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A graph input or output. A dimension given as a string is symbolic. */
export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly (number | string)[];
}

/** A constant of the graph. */
export interface OnnxInitializer {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
  /** Elements as stored in the file: little-endian, row-major. */
  readonly bytes: Uint8Array;
}

/** A graph with everything that the file stores. */
export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly initializers: readonly OnnxInitializer[];
  readonly nodes: readonly OnnxNode[];
  /** Documentation string of the graph. */
  readonly documentation?: string;
  /** Key-value metadata of the model. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const DATA_TYPE: Record<OnnxType, TensorProto_DataType> = {
  float32: TensorProto_DataType.FLOAT,
  float64: TensorProto_DataType.DOUBLE,
  int64: TensorProto_DataType.INT64,
  int32: TensorProto_DataType.INT32,
  uint8: TensorProto_DataType.UINT8,
  int8: TensorProto_DataType.INT8,
  bool: TensorProto_DataType.BOOL,
};

/** Code of an element type in the ONNX format. */
export const onnxTypeCode = (type: OnnxType): number => DATA_TYPE[type];

/** The element type of a code; undefined for one that is not in use here. */
export const onnxTypeOf = (code: number): OnnxType | undefined =>
  (Object.keys(DATA_TYPE) as OnnxType[]).find((type) => DATA_TYPE[type] === code);

const attribute = (name: string, value: OnnxAttribute): AttributeProto => {
  const { INT, INTS, FLOAT, STRING } = AttributeProto_AttributeType;
  if ("int" in value) return create(AttributeProtoSchema, { name, type: INT, i: BigInt(value.int) });
  if ("ints" in value)
    return create(AttributeProtoSchema, { name, type: INTS, ints: value.ints.map(BigInt) });
  if ("float" in value) return create(AttributeProtoSchema, { name, type: FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: STRING, s: new TextEncoder().encode(value.string) });
};

const valueInfo = ({ name, type, shape }: OnnxValue): ValueInfoProto =>
  create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: {
        case: "tensorType",
        value: {
          elemType: DATA_TYPE[type],
          shape: {
            dim: shape.map((size) => ({
              value:
                typeof size === "number"
                  ? { case: "dimValue" as const, value: BigInt(size) }
                  : { case: "dimParam" as const, value: size },
            })),
          },
        },
      },
    }),
  });

/** Domains of the operators that are not ONNX's own. */
const domainsOf = ({ nodes }: OnnxGraph): readonly string[] => [
  ...new Set(nodes.flatMap(({ domain }) => domain ?? [])),
];

/** Encodes the graph as the bytes of an .onnx file. */
export const encodeModel = (graph: OnnxGraph): Uint8Array =>
  toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: "neural-sampling",
      opsetImport: [
        { domain: "", version: OPSET_VERSION },
        ...domainsOf(graph).map((domain) => ({ domain, version: 1n })),
      ],
      metadataProps: Object.entries(graph.metadata ?? {}).map(([key, value]) => ({ key, value })),
      graph: {
        name: graph.name,
        docString: graph.documentation ?? "",
        input: graph.inputs.map(valueInfo),
        output: graph.outputs.map(valueInfo),
        initializer: graph.initializers.map(({ name, type, shape, bytes }) =>
          create(TensorProtoSchema, {
            name,
            dataType: DATA_TYPE[type],
            dims: shape.map(BigInt),
            rawData: bytes,
          }),
        ),
        node: graph.nodes.map(({ operator, domain = "", inputs, outputs, attributes }, index) =>
          create(NodeProtoSchema, {
            name: `${operator}_${index}`,
            opType: operator,
            domain,
            input: [...inputs],
            output: [...outputs],
            attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
          }),
        ),
      },
    }),
  );

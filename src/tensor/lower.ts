/** Lowers an expression graph to an ONNX model: each tensor becomes a node, each constant an initializer. */
import { ConfigError } from "../errors.ts";
import { encodeModel, type OnnxGraph, type OnnxInitializer, type OnnxNode } from "../onnx/model.ts";
import { requireElements } from "./elements.ts";
import { type Feed, feedsOf } from "./feeds.ts";
import { topologicalOrder } from "./gradient.ts";
import { constant, type Tensor, type TypedArray } from "./tensor.ts";

/** Output tensors by name. */
export type Outputs = Readonly<Record<string, Tensor>>;

/** A compiled program: its model, inputs and outputs by name. */
export interface Program {
  readonly model: Uint8Array;
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Inputs of the model: inputs of the program or blocks of their rows. */
  readonly feeds: readonly Feed[];
  readonly outputs: Outputs;
}

/** Options of `lower`. */
export interface LowerOptions {
  /** Values of inputs, by name, that become constants of the model. */
  readonly bound?: Readonly<Record<string, TypedArray>>;
  /** Feeds every input whole, and cuts rows inside the model: for arrays on a device, which has no views. Default false. */
  readonly wholeFeeds?: boolean;
  readonly name?: string;
  readonly documentation?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Compiles the program that computes `outputs`. Throws ConfigError for bound values or names that do not fit. */
export const lower = (outputs: Outputs, options: LowerOptions = {}): Program => {
  const { graph, ...program } = lowerGraph(outputs, options);
  return { model: encodeModel(graph), ...program };
};

/** The same as `lower`, with the ONNX graph not encoded yet. */
export const lowerGraph = (
  outputs: Outputs,
  options: LowerOptions = {},
): Omit<Program, "model"> & { readonly graph: OnnxGraph } => {
  const order = topologicalOrder(Object.values(outputs));
  const bound = options.bound ?? {};
  const inputs = order.filter((tensor) => tensor.operator === "input");
  const isBound = (tensor: Tensor): boolean =>
    tensor.operator === "input" && Object.hasOwn(bound, tensor.name!);
  const isFree = (tensor: Tensor): boolean => tensor.operator === "input" && !isBound(tensor);
  const feeds = feedsOf(order, Object.values(outputs), isFree, !options.wholeFeeds);
  const own = [...new Set(feeds.values())];
  const names = nameAll(order, outputs, feeds);
  for (const tensor of inputs.filter(isBound))
    requireElements(`program, bound input "${tensor.name}"`, tensor, bound[tensor.name!]);
  refuseNames([...inputs.map((tensor) => tensor.name!), ...Object.keys(outputs)]);
  const initializers: OnnxInitializer[] = order.flatMap((tensor) => {
    const values = isBound(tensor) ? bound[tensor.name!] : tensor.values;
    return values ? [initializer(names.get(tensor)!, tensor, values)] : [];
  });
  const shared = new Map<string, string>();
  const share = (values: readonly number[] | number): string => {
    const scalar = typeof values === "number";
    const key = scalar ? `scalar ${values}` : values.join();
    const name = shared.get(key) ?? `#${scalar ? "float" : "int64"}_${shared.size}`;
    if (!shared.has(key)) {
      shared.set(key, name);
      const array = scalar ? Float32Array.of(values) : BigInt64Array.from(values, BigInt);
      initializers.push(initializer(name, constant(array, scalar ? [] : [values.length]), array));
    }
    return name;
  };
  const graph: OnnxGraph = {
    name: options.name ?? "program",
    inputs: own.map(({ name, tensor: { type, shape } }) => ({ name, type, shape })),
    outputs: Object.entries(outputs).map(([name, { type, shape }]) => ({ name, type, shape })),
    initializers,
    nodes: [
      ...order.filter((tensor) => !feeds.has(tensor)).flatMap((tensor) => node(tensor, names, share)),
      ...renamings(outputs, names),
    ],
    ...(options.documentation !== undefined && { documentation: options.documentation }),
    ...(options.metadata !== undefined && { metadata: options.metadata }),
  };
  return {
    graph,
    inputs: Object.fromEntries(inputs.filter(isFree).map((tensor) => [tensor.name!, tensor])),
    feeds: own,
    outputs,
  };
};

/**
 * Names: a feed keeps its own; a tensor that is one output takes the output's; bound inputs keep theirs; the
 * others are numbered.
 */
const nameAll = (
  order: readonly Tensor[],
  outputs: Outputs,
  feeds: ReadonlyMap<Tensor, Feed>,
): ReadonlyMap<Tensor, string> => {
  const names = new Map<Tensor, string>([...feeds].map(([tensor, { name }]) => [tensor, name]));
  for (const [name, tensor] of Object.entries(outputs))
    if (!names.has(tensor) && typeof tensor.operator !== "string") names.set(tensor, name);
  for (const [k, tensor] of order.entries())
    if (!names.has(tensor)) names.set(tensor, tensor.name ?? `#${k}`);
  return names;
};

const node = (
  tensor: Tensor,
  names: ReadonlyMap<Tensor, string>,
  share: (values: readonly number[] | number) => string,
): readonly OnnxNode[] => {
  if (typeof tensor.operator === "string") return [];
  const { operator, domain, attributes = {}, arity, constants = [] } = tensor.operator.onnx;
  const inputs = [
    ...tensor.inputs.slice(0, arity).map((input) => names.get(input)!),
    ...constants.map(share),
  ];
  return [
    { operator, ...(domain !== undefined && { domain }), attributes, inputs, outputs: [names.get(tensor)!] },
  ];
};

/** Copies of outputs that are also an input, a constant or another output. */
const renamings = (outputs: Outputs, names: ReadonlyMap<Tensor, string>): readonly OnnxNode[] =>
  Object.entries(outputs).flatMap(([name, tensor]) =>
    names.get(tensor) === name && typeof tensor.operator !== "string"
      ? []
      : [{ operator: "Identity", attributes: {}, inputs: [names.get(tensor)!], outputs: [name] }],
  );

const initializer = (name: string, { type, shape }: Tensor, values: TypedArray): OnnxInitializer => ({
  name,
  type,
  shape,
  bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});

/**
 * Throws ConfigError unless names of inputs and outputs are distinct and do not begin with #, as generated
 * names do.
 */
const refuseNames = (names: readonly string[]): void => {
  const reserved = names.find((name) => name === "" || name.startsWith("#"));
  if (reserved !== undefined)
    throw new ConfigError("program", {
      given: `an input or output named "${reserved}"`,
      expected: "a name that is not empty and does not begin with #",
      remedy: "Rename it.",
    });
  const repeated = names.find((name, k) => names.indexOf(name) !== k);
  if (repeated !== undefined)
    throw new ConfigError("program", {
      given: `two inputs or outputs named "${repeated}"`,
      expected: "one tensor a name",
      remedy: "Reuse the tensor, or name one of them differently.",
    });
};

/**
 * ONNX graphs for batches of any size. Programs here have fixed shapes; the same program lowered for batches of several
 * sizes shows which numbers depend on the batch, and how.
 */
import { ConfigError } from "../errors.ts";
import type { OnnxGraph, OnnxInitializer, OnnxNode, OnnxValue } from "../onnx/model.ts";

/** Sizes of the batches that are compared; the third checks what the first two show. */
const SIZES = [2, 3, 5] as const;

/** The name of the free dimension. */
const BATCH = "batch";

/** A whole number at each of the sizes. */
type Seen = readonly [number, number, number];

/**
 * The graph that `build` gives for a batch of `batch` images, with the batch free: the first dimension of its first
 * input. Throws ConfigError where the graph depends on the batch in another way than by sizes proportional to it.
 */
export const freeBatch = (build: (batch: number) => OnnxGraph): OnnxGraph => {
  const graphs = SIZES.map(build);
  const [first] = graphs as [OnnxGraph];
  requireSame(graphs.map(({ nodes }) => nodes.length));
  const known = graphs.map(({ initializers }) => new Map(initializers.map((each) => [each.name, each])));
  const sizes = sizesOfBatch(first.inputs[0]!.name);
  const inputOf = (seen: readonly OnnxNode[], place: number): string => {
    const [{ operator, inputs }] = seen as [OnnxNode];
    const values = seen.map((node, size) => known[size]!.get(node.inputs[place]!));
    if (values.every((value) => value === undefined)) return inputs[place]!;
    if (!values.every((value) => value !== undefined)) return refuse();
    if (values.every((value) => isSame(value, values[0]!))) return inputs[place]!;
    if (values[0]!.type !== "int64") return refuse();
    const numbers = across(values.map(numbersOf));
    return operator === "Reshape" ? sizes.shape(numbers) : sizes.vector(numbers);
  };
  const nodes = first.nodes.flatMap((node, k) => {
    const seen = graphs.map(({ nodes }) => nodes[k]!);
    requireSame(seen.map(({ operator }) => operator));
    const inputs = node.inputs.map((_, place) => inputOf(seen, place));
    if (areSame(seen.map(({ attributes }) => attributes))) return [{ ...node, inputs }];
    return drawn(node, sizes.vector(across(seen.map(shapeDrawn))));
  });
  const all = [...sizes.nodes, ...nodes];
  const used = new Set(all.flatMap(({ inputs }) => inputs));
  return {
    ...first,
    inputs: freed(graphs.map(({ inputs }) => inputs)),
    outputs: freed(graphs.map(({ outputs }) => outputs)),
    initializers: [...first.initializers, ...sizes.initializers].filter(({ name }) => used.has(name)),
    nodes: all,
  };
};

const refuse = (): never => {
  throw new ConfigError("exporting to ONNX", {
    given: "a network whose program depends on the batch in another way than by its size",
    expected: "sizes that are proportional to the batch",
    remedy: "Export it for a fixed batch with --batch.",
  });
};

const areSame = (values: readonly unknown[]): boolean =>
  values.every((value) => JSON.stringify(value) === JSON.stringify(values[0]));

const requireSame = (values: readonly unknown[]): void => {
  if (!areSame(values)) refuse();
};

const isSame = (a: OnnxInitializer, b: OnnxInitializer): boolean =>
  a.type === b.type && a.shape.join() === b.shape.join() && haveSameBytes(a.bytes, b.bytes);

const haveSameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  (a.buffer === b.buffer && a.byteOffset === b.byteOffset) || a.every((byte, k) => byte === b[k]);

const numbersOf = ({ bytes }: OnnxInitializer): number[] =>
  Array.from(new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8), Number);

/** The values that each place of a vector has at the sizes. */
const across = (vectors: readonly (readonly number[])[]): Seen[] =>
  vectors[0]!.map((_, place) => vectors.map((vector) => vector[place]!) as unknown as Seen);

/** How many times the batch a number is; undefined for one that does not depend on it. */
const timesBatch = (seen: Seen): number | undefined => {
  if (seen.every((value) => value === seen[0])) return undefined;
  const times = seen[0] / SIZES[0];
  if (!Number.isInteger(times) || seen.some((value, k) => value !== times * SIZES[k]!)) return refuse();
  return times;
};

/** The shape of the random numbers that a node draws, the only attribute that may depend on the batch. */
const shapeDrawn = ({ operator, attributes: { shape } }: OnnxNode): readonly number[] =>
  operator === "RandomUniform" && shape && "ints" in shape ? shape.ints : refuse();

/** A RandomUniform whose shape is computed: numbers like zeros of that shape. */
const drawn = ({ attributes: { shape: _, ...law }, outputs }: OnnxNode, shape: string): OnnxNode[] => {
  const zeros = `${outputs[0]}#zeros`;
  return [
    { operator: "ConstantOfShape", inputs: [shape], outputs: [zeros], attributes: {} },
    { operator: "RandomUniformLike", inputs: [zeros], outputs, attributes: law },
  ];
};

/** Values of the graph's border whose dimensions that depend on the batch are free. */
const freed = (all: readonly (readonly OnnxValue[])[]): OnnxValue[] =>
  all[0]!.map((value, k) => {
    const shapes = all.map((values) => values[k]!.shape as readonly number[]);
    const shape = across(shapes).map((seen) => {
      const times = timesBatch(seen);
      return times === undefined ? seen[0] : times === 1 ? BATCH : `${times} ${BATCH}`;
    });
    return { ...value, shape };
  });

/** Vectors of whole numbers, some of them multiples of the batch, which is the first dimension of `source`. */
const sizesOfBatch = (source: string) => {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxInitializer[] = [];
  const made = new Map<string, string>();
  const once = (key: string, make: (name: string) => void): string => {
    const name = made.get(key) ?? `#batch_${made.size}`;
    if (!made.has(key)) {
      made.set(key, name);
      make(name);
    }
    return name;
  };
  const constant = (values: readonly number[]): string =>
    once(`constant ${values}`, (name) => {
      const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
      initializers.push({ name, type: "int64", shape: [values.length], bytes });
    });
  const add = (
    operator: string,
    inputs: readonly string[],
    attributes: OnnxNode["attributes"] = {},
  ): string =>
    once(`${operator} ${inputs}`, (name) => nodes.push({ operator, inputs, outputs: [name], attributes }));
  const size = (times: number): string => {
    const batch = add("Gather", [add("Shape", [source]), constant([0])], { axis: { int: 0 } });
    return times === 1 ? batch : add("Mul", [batch, constant([times])]);
  };
  const vector = (seen: readonly Seen[]): string => {
    const parts = seen.map((each) => {
      const times = timesBatch(each);
      return times === undefined ? constant([each[0]]) : size(times);
    });
    return parts.length === 1 ? parts[0]! : add("Concat", parts, { axis: { int: 0 } });
  };
  /** A shape to take: a single size that depends on the batch is inferred. */
  const shape = (seen: readonly Seen[]): string => {
    const free = seen.filter((each) => timesBatch(each) !== undefined);
    if (free.length !== 1) return vector(seen);
    return constant(seen.map((each) => (timesBatch(each) === undefined ? each[0] : -1)));
  };
  return { nodes, initializers, vector, shape };
};

/**
 * The safetensors format (https://github.com/huggingface/safetensors): eight bytes with the length of a header, the
 * header in JSON, then the arrays, little-endian and without gaps. The header names for each tensor its dtype, shape
 * and where its bytes begin and end, and may hold text under `__metadata__`. No alignment is demanded; ours is aligned.
 */
import * as z from "zod";
import { CheckpointError } from "../errors.ts";

export interface StoredTensor {
  readonly shape: readonly number[];
  /** Row by row. */
  readonly data: Float32Array | Int32Array | Uint8Array | Int8Array | BigInt64Array;
}

export interface Safetensors {
  readonly tensors: Readonly<Record<string, StoredTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The dtypes that are read and written, widest first: in this order every array of a file starts at a multiple of its
 * width.
 */
const DTYPES = {
  I64: BigInt64Array,
  F32: Float32Array,
  I32: Int32Array,
  U8: Uint8Array,
  I8: Int8Array,
} as const;
type Dtype = keyof typeof DTYPES;
const DTYPE_NAMES = Object.keys(DTYPES) as Dtype[];

const METADATA = "__metadata__";
const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
/** The format's limit. */
const LARGEST_HEADER = 100_000_000;

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** A name as messages show it: a damaged header may hold one of any length. */
const quoted = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}...` : name);

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;

const dtypeOf = (data: StoredTensor["data"]): Dtype => DTYPE_NAMES.find((d) => data instanceof DTYPES[d])!;

/**
 * The bytes of a file with these tensors and this text. The same content gives the same bytes, whatever the order of
 * the records: tensors stand by dtype and then by name, text by key.
 * Throws CheckpointError for a shape that does not fit its data, and for a tensor named `__metadata__`.
 */
export const encodeSafetensors = ({ tensors, metadata }: Safetensors): Uint8Array<ArrayBuffer> => {
  const rank = ([, { data }]: [string, StoredTensor]): number => DTYPE_NAMES.indexOf(dtypeOf(data));
  const sorted = Object.entries(tensors).sort((a, b) => rank(a) - rank(b) || byName(a, b));
  // Written entry by entry: an object would move names that look like numbers to the front.
  const fields: string[] = [];
  const field = (name: string, value: unknown): void => {
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
  };
  const text = Object.entries(metadata).sort(byName);
  if (text.length > 0) field(METADATA, Object.fromEntries(text));
  let end = 0;
  for (const [name, { shape, data }] of sorted) {
    if (name === METADATA || elements(shape) !== data.length)
      throw new CheckpointError(`writing tensor ${quoted(name)}`, {
        given: `${data.length} numbers of shape [${shape.join(", ")}]`,
        expected: `as many numbers as the shape has places, under another name than ${METADATA}`,
        remedy: "Mend the tensor.",
      });
    field(name, { dtype: dtypeOf(data), shape, data_offsets: [end, (end += data.byteLength)] });
  }
  const header = new TextEncoder().encode(`{${fields.join()}}`);
  const dataStart = Math.ceil((LENGTH_BYTES + header.length) / ALIGNMENT) * ALIGNMENT;

  const bytes = new Uint8Array(dataStart + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(dataStart - LENGTH_BYTES), true);
  bytes.fill(" ".charCodeAt(0), LENGTH_BYTES, dataStart);
  bytes.set(header, LENGTH_BYTES);
  let at = dataStart;
  for (const [, { data }] of sorted) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
};

type Refuse = (given: string, expected: string) => never;

const entrySchema = z.object({
  dtype: z.enum(DTYPE_NAMES),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
type Entry = z.infer<typeof entrySchema>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is Record<string, string> =>
  isObject(value) && Object.values(value).every((text) => typeof text === "string");

/** A key that an object of this valid JSON has twice, if any: JSON.parse would silently keep the last. */
const repeatedKey = (json: string): string | undefined => {
  const open: Set<string>[] = [];
  /** Start of the string around the token, -1 outside of strings. */
  let start = -1;
  let last = "";
  // Short tokens: one expression for a whole string would exhaust the stack on a long one.
  for (const { 0: token, index } of json.matchAll(/\\.|["{}:]/g)) {
    if (token === '"') {
      if (start >= 0) last = json.slice(start, index + 1);
      start = start >= 0 ? -1 : index;
    } else if (start >= 0) continue;
    else if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else {
      const keys = open.at(-1)!;
      const key: string = JSON.parse(last);
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
};

const parseHeader = (bytes: Uint8Array, refuse: Refuse): Record<string, unknown> => {
  let header: unknown;
  let json = "";
  try {
    json = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(json);
  } catch {
    refuse("a header that is no JSON", "a header in JSON");
  }
  if (!isObject(header)) return refuse("a header that is no object", "an object that names tensors");
  const repeated = repeatedKey(json);
  if (repeated !== undefined) refuse(`${quoted(repeated)} twice in the header`, "every key once");
  return header;
};

/** The tensors of a header in the order of their bytes, which fill `available` bytes without gap or overlap. */
const checkedEntries = (
  header: Record<string, unknown>,
  available: number,
  refuse: Refuse,
): readonly (readonly [string, Entry])[] => {
  const entries = Object.entries(header).map(([name, value]) => {
    const { success, data } = entrySchema.safeParse(value);
    return success
      ? ([name, data] as const)
      : refuse(
          `tensor ${quoted(name)} with another description`,
          `a dtype of ${DTYPE_NAMES.join(", ")}, shape and data_offsets`,
        );
  });
  entries.sort(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
  let expected = 0;
  for (const [name, { dtype, shape, data_offsets }] of entries) {
    const [begin, end] = data_offsets;
    const size = elements(shape) * DTYPES[dtype].BYTES_PER_ELEMENT;
    if (begin !== expected || end - begin !== size)
      refuse(
        `tensor ${quoted(name)} in bytes ${begin} to ${end}`,
        `${size} bytes from ${expected} on, for ${dtype} of shape [${shape.join(", ")}]`,
      );
    expected = end;
  }
  if (expected !== available) refuse(`${available} bytes of arrays`, `${expected}, as the header says`);
  return entries;
};

/** An array of this entry: a view of the bytes where they are aligned, else a copy. */
const arrayOf = ({ dtype, data_offsets: [begin, end] }: Entry, bytes: Uint8Array): StoredTensor["data"] => {
  const width = DTYPES[dtype].BYTES_PER_ELEMENT;
  const part = bytes.subarray(begin, end);
  // A copy by a constructor: slice of a Buffer is a view.
  const { buffer, byteOffset } = part.byteOffset % width === 0 ? part : new Uint8Array(part);
  return new DTYPES[dtype](buffer as ArrayBuffer, byteOffset, (end - begin) / width);
};

/**
 * Decodes the bytes of a file. The arrays may be views of `bytes`.
 * source: the name of the file, for messages. Throws CheckpointError unless the bytes are one whole safetensors file
 * with dtypes F32, I32, I64, U8 and I8.
 */
export const decodeSafetensors = (bytes: Uint8Array, source = "a safetensors file"): Safetensors => {
  const refuse: Refuse = (given, expected) => {
    throw new CheckpointError(`reading ${source}`, {
      given,
      expected,
      remedy: "The file is damaged or foreign: use another one.",
    });
  };
  if (bytes.length < LENGTH_BYTES) refuse(`${bytes.length} bytes`, "at least 8 bytes");
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const dataStart = LENGTH_BYTES + length;
  if (length > LARGEST_HEADER || dataStart > bytes.length)
    refuse(
      `a header of ${length} bytes in a file of ${bytes.length}`,
      "a header within the file, of at most 100 MB",
    );
  const { [METADATA]: metadata = {}, ...header } = parseHeader(
    bytes.subarray(LENGTH_BYTES, dataStart),
    refuse,
  );
  if (!isText(metadata)) return refuse(`${METADATA} that is not text by key`, "an object of strings");
  const data = bytes.subarray(dataStart);
  const tensors = checkedEntries(header, data.length, refuse).map(
    ([name, entry]) => [name, { shape: entry.shape, data: arrayOf(entry, data) }] as const,
  );
  return { tensors: Object.fromEntries(tensors), metadata };
};

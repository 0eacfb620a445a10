/**
 * The header of the NumPy .npy format, versions 1 to 3 (numpy.lib.format): the bytes 93 "NUMPY", version (2 bytes),
 * length of the text (u16, from version 2 on u32, little-endian), and the text, a Python dict with `descr`,
 * `fortran_order` and `shape`, padded with spaces to a whole multiple of 64 bytes. Latin-1, in version 3 UTF-8.
 */

import { DataError } from "../../errors.ts";
import { isLittleEndian } from "./byte-order.ts";
import { type ElementType, isElementType, sizeOfType } from "./element-type.ts";
import { LiteralError, type PythonLiteral, parsePythonLiteral } from "./python-literal.ts";

/** One value of a record: of a plain array the only one, without a name. `offset` in bytes from the record's start. */
export interface Field {
  readonly name?: string;
  readonly type: ElementType;
  readonly littleEndian: boolean;
  readonly offset: number;
}

export interface NpyHeader {
  readonly fields: readonly Field[];
  /** Bytes of a record: of a plain array, of an element. */
  readonly recordBytes: number;
  readonly shape: readonly number[];
  /** The product of the shape. */
  readonly count: number;
  readonly fortranOrder: boolean;
  /** Offset of the elements from the start of the file, in bytes. */
  readonly dataStart: number;
}

const magic = "\x93NUMPY";
/** Limits of the length of a header's text, in bytes. */
const shortest = 30;
const longest = 1 << 16;
/** Number of first bytes from which `headerEnd` knows the length of the header. */
export const prefixBytes = 12;

export const npyRemedy =
  "The file is damaged or of another kind: write it again with numpy.save, or give another.";

/** Whether `start` begins as an .npy file does. */
export const isNpy = (start: Uint8Array): boolean => latin1(start.subarray(0, magic.length)) === magic;

/**
 * The number of bytes of the header that `bytes` begin with, which are the file called `file` or at least its first
 * `prefixBytes` bytes. Throws DataError where they begin otherwise.
 */
export const headerEnd = (bytes: Uint8Array, file: string): number => {
  const fail = failing(file);
  if (bytes.length < prefixBytes) fail(bytes.length, "the end of the data", "the header of an .npy file");
  if (!isNpy(bytes)) fail(0, "other first bytes", 'those of an .npy file, 93 "NUMPY"');
  const version = bytes[6]!;
  if (version < 1 || version > 3) fail(6, `version ${version} of the format`, "version 1, 2 or 3");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length < shortest || length > longest)
    fail(8, `a header of ${length} bytes`, `${shortest} to ${longest}`);
  return textStart(version) + length;
};

const textStart = (version: number): number => (version === 1 ? 10 : 12);

/**
 * Reads the header at the beginning of `bytes`, which are the file called `file` or at least its first `headerEnd`
 * bytes. Throws DataError where it is no such header, or the elements are objects, text or of a kind that is not read.
 */
export const readNpyHeader = (bytes: Uint8Array, file: string): NpyHeader => {
  const dataStart = headerEnd(bytes, file);
  const fail = failing(file);
  if (bytes.length < dataStart) fail(bytes.length, "the end of the data", `a header of ${dataStart} bytes`);
  const version = bytes[6]!;
  const start = textStart(version);
  const encoded = bytes.subarray(start, dataStart);
  const text = version === 3 ? new TextDecoder().decode(encoded) : latin1(encoded);
  return { ...parseHeader(text, start, fail), dataStart };
};

const failing =
  (file: string): Fail =>
  (offset, given, expected, remedy = npyRemedy) => {
    throw new DataError({ file, offset }, { given, expected, remedy });
  };

type Fail = (offset: number, given: string, expected: string, remedy?: string) => never;

const parseHeader = (text: string, start: number, fail: Fail): Omit<NpyHeader, "dataStart"> => {
  const header = parseText(text, start, fail);
  const entries = header instanceof Map ? header : new Map<string, PythonLiteral>();
  const [descr, fortranOrder, shape] = keys.map((key) => entries.get(key));
  if (entries.size !== keys.length || descr === undefined || typeof fortranOrder !== "boolean") {
    return fail(start, excerpt(text), `a dict of ${keys.join(", ")}`);
  }
  if (!Array.isArray(shape) || !shape.every((side) => typeof side === "number")) {
    return fail(start, `the shape ${JSON.stringify(shape)}`, "a tuple of whole numbers");
  }
  const count = shape.reduce((product: number, side: number) => product * side, 1);
  if (count > Number.MAX_SAFE_INTEGER) fail(start, `the shape ${shape.join(" x ")}`, "fewer elements");
  return { ...readFields(descr, start, fail), shape, count, fortranOrder };
};

const keys = ["descr", "fortran_order", "shape"];
const excerpt = (text: string): string => JSON.stringify(text.trim().slice(0, 60));

const parseText = (text: string, start: number, fail: Fail): PythonLiteral => {
  try {
    return parsePythonLiteral(text);
  } catch (error) {
    if (!(error instanceof LiteralError)) throw error;
    return fail(start + error.index, excerpt(text.slice(error.index)), error.message);
  }
};

/** `descr`: the type of a plain array, or of a structured one a list of (name, type). */
const readFields = (
  descr: PythonLiteral,
  start: number,
  fail: Fail,
): { readonly fields: readonly Field[]; readonly recordBytes: number } => {
  if (typeof descr === "string") {
    const { bytes, ...type } = readType(descr, start, fail);
    if (type.type === undefined) return fail(start, `elements of type ${descr}`, expectedTypes, typeRemedy);
    return { fields: [{ ...type, type: type.type, offset: 0 }], recordBytes: bytes };
  }
  const fields: Field[] = [];
  let offset = 0;
  for (const entry of Array.isArray(descr) ? descr : [descr]) {
    const [name, typeName, ...more] = Array.isArray(entry) ? entry : [];
    if (typeof name !== "string" || typeof typeName !== "string" || more.length > 0) {
      return fail(start, `the field ${JSON.stringify(entry)}`, "(name, type), of one number", typeRemedy);
    }
    const { type, littleEndian, bytes } = readType(typeName, start, fail);
    if (fields.some((field) => field.name === name))
      fail(start, `the field ${name} twice`, "each field once");
    if (type !== undefined) fields.push({ name, type, littleEndian, offset });
    offset += bytes;
  }
  if (fields.length === 0) fail(start, "no fields", "at least one");
  return { fields, recordBytes: offset };
};

/** Padding between fields: bytes without a meaning. */
const padding = /^\|V(\d{1,4})$/;
const expectedTypes = "numbers or booleans of 1 to 8 bytes";
const typeRemedy =
  "Convert it in Python: save plain numbers, one array for each, with numpy.save(..., allow_pickle=False).";

/** `name` is an order of bytes ("<" little, ">" big, "|" none, "=" the machine's) and a type. */
const readType = (
  name: string,
  start: number,
  fail: Fail,
): { readonly type?: ElementType; readonly littleEndian: boolean; readonly bytes: number } => {
  const [, unused] = padding.exec(name) ?? [];
  if (unused !== undefined) return { littleEndian: true, bytes: Number(unused) };
  const [order = "", type = ""] = [name.slice(0, 1), name.slice(1)];
  if (type.startsWith("O")) fail(start, "an array of Python objects (a pickle)", expectedTypes, typeRemedy);
  if (!isElementType(type) || !"<>|=".includes(order)) {
    return fail(start, `elements of type ${JSON.stringify(name.slice(0, 60))}`, expectedTypes, typeRemedy);
  }
  return { type, littleEndian: order === "<" || (order !== ">" && isLittleEndian), bytes: sizeOfType(type) };
};

const latin1 = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

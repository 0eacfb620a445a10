/**
 * Writes pickles of CIFAR batches by the format's description in Python's pickletools, so that no test asks the reader
 * what a pickle is. Only the opcodes that Python itself writes for such data.
 */

export interface Batch {
  /** [count, 3072] */
  readonly pixels: Uint8Array;
  readonly labels: Readonly<Record<string, readonly number[]>>;
}

const ascii = (text: string): Buffer => Buffer.from(text, "latin1");
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const op = (letter: string, ...rest: Uint8Array[]): Buffer => Buffer.concat([ascii(letter), ...rest]);

/** Whole numbers as BININT1, BININT2 or BININT. */
const int = (value: number): Buffer => {
  if (value < 256) return op("K", Buffer.of(value));
  return value < 65_536 ? op("M", Buffer.of(value & 255, value >> 8)) : op("J", u32(value));
};

/** A list of numbers, in parts of a thousand as Python writes them. */
const list = (values: readonly number[]): Buffer => {
  const parts: Buffer[] = [op("]"), op("q", Buffer.of(1))];
  for (let k = 0; k < values.length; k += 1000)
    parts.push(op("("), ...values.slice(k, k + 1000).map(int), op("e"));
  return Buffer.concat(parts);
};

/** What differs between the Pythons: how text and bytes are written. */
interface Dialect {
  readonly protocol: number;
  readonly text: (value: string) => Buffer;
  readonly bytes: (value: Uint8Array) => Buffer;
}

const shortString = (value: string): Buffer => op("U", Buffer.of(value.length), ascii(value));

/** Python 2: everything is a string of bytes. */
export const python2: Dialect = {
  protocol: 2,
  text: shortString,
  bytes: (value) => op("T", u32(value.length), value),
};

/** Python 3, protocol 3: text in UTF-8, bytes by an opcode of their own. */
export const python3: Dialect = {
  protocol: 3,
  text: (value) => op("X", u32(Buffer.byteLength(value)), Buffer.from(value)),
  bytes: (value) =>
    value.length < 256 ? op("C", Buffer.of(value.length), value) : op("B", u32(value.length), value),
};

/** numpy.core.multiarray._reconstruct(numpy.ndarray, (0,), "b"), then its state (1, shape, dtype, False, bytes). */
const array = ({ text, bytes }: Dialect, pixels: Uint8Array, type = "u1", isColumnMajor = false): Buffer =>
  Buffer.concat([
    ascii("cnumpy.core.multiarray\n_reconstruct\nq\x02cnumpy\nndarray\nq\x03"),
    int(0),
    op("\x85"),
    bytes(ascii("b")),
    op("\x87"),
    op("R"),
    ascii("("),
    int(1),
    int(pixels.length / 3072),
    int(3072),
    op("\x86"),
    ascii("cnumpy\ndtype\n"),
    text(type),
    int(0),
    int(1),
    op("\x87"),
    op("R"),
    ascii("("),
    int(3),
    text("|"),
    ascii("NNN"),
    op("J", Buffer.of(255, 255, 255, 255)),
    op("J", Buffer.of(255, 255, 255, 255)),
    int(0),
    ascii("tb"),
    op(isColumnMajor ? "\x88" : "\x89"),
    bytes(pixels),
    ascii("tb"),
  ]);

export const pickledBatch = (
  dialect: Dialect,
  { pixels, labels }: Batch,
  { type, isColumnMajor }: { type?: string; isColumnMajor?: boolean } = {},
): Buffer =>
  Buffer.concat([
    op("\x80", Buffer.of(dialect.protocol)),
    ascii("}q\x00("),
    ...Object.entries(labels).flatMap(([key, values]) => [dialect.text(key), list(values)]),
    dialect.text("data"),
    array(dialect, pixels, type, isColumnMajor),
    dialect.text("batch_label"),
    dialect.text("training batch 1 of 5"),
    ascii("u."),
  ]);

/** Protocol 0, as CIFAR-10's batches.meta is. */
export const pickledNames = (key: string, names: readonly string[]): Buffer =>
  ascii(
    `(dp1\nS'num_vis'\np2\nI3072\nsS'${key}'\np3\n(lp4\n${names.map((name, k) => `S'${name}'\np${k + 5}\na`).join("")}s.`,
  );

/**
 * Files in a zip archive, read piece by piece and checked: sizes before anything is allocated, checksums. Node only.
 */

import { Readable } from "node:stream";
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from "yauzl";
import { DataError, NsmError } from "../../errors.ts";
import type { ByteSource } from "../byte-source.ts";
import { crc32 } from "./crc32.ts";

export interface ZipMember {
  /** For errors: the archive and the file in it. */
  readonly name: string;
  /** Uncompressed, in bytes; no more than the archive's bytes can hold. */
  readonly size: number;
  /**
   * The uncompressed contents, from the beginning at each call. They throw DataError where they are damaged, at the
   * latest behind the last piece, when the checksum is known to be wrong.
   */
  readonly pieces: () => AsyncIterable<Uint8Array>;
}

/** No deflate stream holds more than this many bytes a byte (RFC 1951: 258 bytes from 2 bits). */
const deflateRatio = 1032;
const pieceBytes = 1 << 18;
const stored = 0;
const deflated = 8;
const remedy = "The archive is damaged, truncated or of another kind: fetch it again or give another.";

/**
 * The files of the zip archive `source` by their names. Throws DataError unless it is a whole archive whose files are
 * stored or deflated, not encrypted, each there once and of a size that its bytes can hold.
 */
export const zipMembers = async (source: ByteSource): Promise<ReadonlyMap<string, ZipMember>> => {
  const members = new Map<string, ZipMember>();
  await translating(source.name, async () => {
    const reader = new SourceReader(source);
    const zip = await fromRandomAccessReaderPromise(reader, source.size, { autoClose: false });
    for await (const entry of zip.eachEntry()) {
      const { fileName } = entry;
      if (members.has(fileName)) throw damaged(source.name, `the file ${fileName} twice`, "each file once");
      if (!fileName.endsWith("/")) members.set(fileName, memberOf(zip, entry, source));
    }
  });
  return members;
};

const memberOf = (zip: ZipFile, entry: Entry, source: ByteSource): ZipMember => {
  const { fileName, compressionMethod: method, compressedSize, uncompressedSize: size } = entry;
  const name = `${source.name}/${fileName}`;
  if (entry.isEncrypted() || (method !== stored && method !== deflated)) {
    const given = entry.isEncrypted() ? "an encrypted file" : `compression method ${method}`;
    throw damaged(
      name,
      given,
      "stored or deflated",
      "Write the archive again, stored or deflated, without a password.",
    );
  }
  const most = Math.min(compressedSize, source.size) * (method === deflated ? deflateRatio : 1);
  if (size > most) {
    throw damaged(
      name,
      `a promise of ${size} bytes`,
      `at most ${most}, what ${compressedSize} bytes can hold`,
    );
  }
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    const stream = await translating(name, () => zip.openReadStreamPromise(entry));
    const iterator = stream.iterator() as AsyncIterator<Buffer>;
    let sum = 0;
    try {
      for (;;) {
        const { done, value } = await translating(name, () => iterator.next());
        if (done) break;
        sum = crc32(value, sum);
        yield value;
      }
    } finally {
      stream.destroy();
    }
    if (sum !== entry.crc32) throw damaged(name, `contents with checksum ${hex(sum)}`, hex(entry.crc32));
  };
  return { name, size, pieces };
};

const hex = (sum: number): string => sum.toString(16).padStart(8, "0");

/** The archive's bytes, for its reader. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, count?: number) => void,
  ): void {
    const { size } = this.#source;
    const [start, end] = [Math.min(position, size), Math.min(position + length, size)];
    this.#source.read(start, end).then((bytes) => {
      buffer.set(bytes, offset);
      callback(null, bytes.length);
    }, callback);
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const source = this.#source;
    const pieces = async function* () {
      for (let at = start; at < end; at += pieceBytes) yield source.read(at, Math.min(end, at + pieceBytes));
    };
    return Readable.from(pieces(), { objectMode: false });
  }
}

const translating = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof NsmError) throw cause;
    throw damaged(name, `a damaged zip archive (${(cause as Error).message})`, "a whole one", remedy, cause);
  }
};

const damaged = (file: string, given: string, expected: string, mend = remedy, cause?: unknown): DataError =>
  new DataError({ file }, { given, expected, remedy: mend }, cause);

/**
 * Files in a zip archive, read piece by piece and checked: sizes before anything is allocated, checksums. Node only.
 */

import { Readable } from "node:stream";
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from "yauzl";
import { NsmError } from "../../errors.ts";
import type { ByteSource } from "../byte-source.ts";
import { crc32 } from "./crc32.ts";
import { checkMethod, checkSize, checkSum, damagedArchive, type ZipMember } from "./zip-member.ts";

const pieceBytes = 1 << 18;

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
      if (members.has(fileName))
        throw damagedArchive(source.name, `the file ${fileName} twice`, "each file once");
      if (!fileName.endsWith("/")) members.set(fileName, memberOf(zip, entry, source));
    }
  });
  return members;
};

const memberOf = (zip: ZipFile, entry: Entry, source: ByteSource): ZipMember => {
  const { fileName, compressionMethod: method, compressedSize, uncompressedSize: size } = entry;
  const name = `${source.name}/${fileName}`;
  checkMethod(name, method, entry.isEncrypted());
  checkSize(name, size, Math.min(compressedSize, source.size), method);
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
    checkSum(name, sum, entry.crc32);
  };
  return { name, size, pieces };
};

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
    throw damagedArchive(
      name,
      `a damaged zip archive (${(cause as Error).message})`,
      "a whole one",
      undefined,
      cause,
    );
  }
};

/** A file in a zip archive, and what is wrong with damaged ones. It imports nothing of Node. */
import { DataError } from "../../errors.ts";

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

/** Compression methods of APPNOTE.TXT, 4.4.5. */
const STORED = 0;
export const DEFLATED = 8;

/** No deflate stream holds more than this many bytes a byte (RFC 1951: 258 bytes from 2 bits). */
const DEFLATE_RATIO = 1032;

const REMEDY = "The archive is damaged, truncated or of another kind: fetch it again or give another.";

export const damagedArchive = (
  file: string,
  given: string,
  expected: string,
  remedy = REMEDY,
  cause?: unknown,
): DataError => new DataError({ file }, { given, expected, remedy }, cause);

/** Throws DataError for a compression that is not known. */
export const checkMethod = (name: string, method: number, isEncrypted: boolean): void => {
  if (!isEncrypted && (method === STORED || method === DEFLATED)) return;
  throw damagedArchive(
    name,
    isEncrypted ? "an encrypted file" : `compression method ${method}`,
    "stored or deflated",
    "Write the archive again, stored or deflated, without a password.",
  );
};

/** Throws DataError for a file that is larger than its `compressed` bytes can hold. */
export const checkSize = (name: string, size: number, compressed: number, method: number): void => {
  const most = compressed * (method === DEFLATED ? DEFLATE_RATIO : 1);
  if (size > most)
    throw damagedArchive(
      name,
      `a promise of ${size} bytes`,
      `at most ${most}, what ${compressed} bytes can hold`,
    );
};

/** Throws DataError for contents with another checksum than the archive says. */
export const checkSum = (name: string, found: number, expected: number): void => {
  if (found !== expected) throw damagedArchive(name, `contents with checksum ${hex(found)}`, hex(expected));
};

const hex = (sum: number): string => sum.toString(16).padStart(8, "0");

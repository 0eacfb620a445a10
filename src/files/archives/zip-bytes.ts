/** Files in a zip archive that is in memory. It imports nothing of Node. */
import { crc32 } from "./crc32.ts";
import { checkMethod, checkSize, checkSum, DEFLATED, damagedArchive, type ZipMember } from "./zip-member.ts";

/** APPNOTE.TXT of PKWARE, 4.3.16, 4.3.12 and 4.3.7: signatures and lengths of the parts without names and comments. */
const END = { signature: 0x06054b50, bytes: 22 };
const ENTRY = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };

/** Longest comment at the end of an archive. */
const MOST_COMMENT = 0xffff;

/**
 * The files of a zip archive by their names. Throws DataError unless it is a whole archive of less than 4 GiB whose files are
 * stored or deflated, not encrypted, each there once and of a size that its bytes can hold.
 */
export const zipMembersOf = (bytes: Uint8Array, archive: string): ReadonlyMap<string, ZipMember> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (given: string): never => {
    throw damagedArchive(archive, `a damaged zip archive (${given})`, "a whole one");
  };
  const need = (at: number, { signature, bytes: length }: typeof END, what: string): number => {
    const isThere = at + length <= bytes.length && view.getUint32(at, true) === signature;
    return isThere ? at : refuse(`no ${what} at byte ${at}`);
  };
  const end = endOf(view) ?? refuse("no end of its directory");
  const count = view.getUint16(end + 10, true);
  const members = new Map<string, ZipMember>();
  let at = view.getUint32(end + 16, true);
  for (let k = 0; k < count; k++) {
    need(at, ENTRY, "entry of the directory");
    const [nameBytes, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const nameStart = at + ENTRY.bytes;
    const fileName = new TextDecoder().decode(bytes.subarray(nameStart, nameStart + nameBytes!));
    if (members.has(fileName)) throw damagedArchive(archive, `the file ${fileName} twice`, "each file once");
    const name = `${archive}/${fileName}`;
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [sum, compressed, size, local] = [16, 20, 24, 42].map((place) => view.getUint32(at + place, true));
    checkMethod(name, method, (flags & 1) === 1);
    checkSize(name, size!, Math.min(compressed!, bytes.length), method);
    const header = need(local!, LOCAL, `header of ${fileName}`);
    const [localName, localExtra] = [26, 28].map((place) => view.getUint16(header + place, true));
    const start = header + LOCAL.bytes + localName! + localExtra!;
    if (start + compressed! > bytes.length) refuse(`${fileName} ends early`);
    const stored = bytes.subarray(start, start + compressed!);
    const contents = () => piecesOf(name, stored, method === DEFLATED, size!, sum!);
    if (!fileName.endsWith("/")) members.set(fileName, { name, size: size!, pieces: contents });
    at = nameStart + nameBytes! + extra! + comment!;
  }
  return members;
};

/** Offset of the record that ends the directory; undefined without one. */
const endOf = (view: DataView): number | undefined => {
  const first = Math.max(0, view.byteLength - END.bytes - MOST_COMMENT);
  for (let at = view.byteLength - END.bytes; at >= first; at--)
    if (view.getUint32(at, true) === END.signature) return at;
  return undefined;
};

async function* piecesOf(
  name: string,
  stored: Uint8Array,
  isDeflated: boolean,
  size: number,
  expected: number,
): AsyncGenerator<Uint8Array> {
  const whole = new Blob([stored as BlobPart]).stream();
  const reader = (isDeflated ? whole.pipeThrough(new DecompressionStream("deflate-raw")) : whole).getReader();
  let [sum, length] = [0, 0];
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => refuseContents(name, cause));
      if (done) break;
      length += value.length;
      if (length > size) refuseContents(name, new Error(`more than ${size} bytes`));
      sum = crc32(value, sum);
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  checkSum(name, sum, expected);
}

const refuseContents = (name: string, cause: unknown): never => {
  const given = `damaged contents (${(cause as Error).message})`;
  throw damagedArchive(name, given, "a whole file", undefined, cause);
};

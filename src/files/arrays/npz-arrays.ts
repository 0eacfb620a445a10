/** Arrays in NumPy's .npz files: zip archives with an .npy file for each. It imports nothing of Node. */
import { DataError } from "../../errors.ts";
import type { ZipMember } from "../archives/zip-member.ts";
import { arrayOf, type NpyArray } from "./npy.ts";
import { type NpyStream, openNpy } from "./npy-stream.ts";

export interface Npz {
  /** Name in errors. */
  readonly name: string;
  /** Names of the arrays, without ".npy". */
  readonly names: readonly string[];
  /**
   * Reading arrays. Throws DataError where there is no such array, and where its file is damaged, with the byte of its
   * uncompressed contents: `open` reads its header only, `read` a whole plain array.
   */
  readonly open: (array: string) => Promise<NpyStream>;
  readonly read: (array: string) => Promise<NpyArray>;
}

/** Most bytes of an array in memory, unless another number is given. */
const LARGEST = 2 ** 32;
const ending = ".npy";

const MOST_NAMES = 8;

/** Names of an archive's arrays as an error lists them: the first few of many. */
export const arraysIn = (names: readonly string[]): string => {
  const more = names.length - MOST_NAMES;
  const listed = names.slice(0, MOST_NAMES).join(", ") || "(none)";
  return `the arrays ${listed}${more > 0 ? ` and ${more} more` : ""}`;
};

/** The arrays among the files of the archive `archive`, by their names; none of more than `largest` bytes is read. */
export const npzOf = (archive: string, members: ReadonlyMap<string, ZipMember>, largest = LARGEST): Npz => {
  const names = [...members.keys()]
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length));
  const open = async (array: string): Promise<NpyStream> => {
    const member = members.get(array + ending);
    if (member) return openNpy({ ...member, pieces: member.pieces() });
    throw new DataError(
      { file: archive },
      {
        given: arraysIn(names),
        expected: `an array called ${array}`,
        remedy: "Check that this is the right file.",
      },
    );
  };
  return {
    name: archive,
    names,
    open,
    read: async (array) => readAll(await open(array), largest),
  };
};

const readAll = async ({ name, header, read, close }: NpyStream, largest: number): Promise<NpyArray> => {
  try {
    const { count, recordBytes } = header;
    if (count * recordBytes > largest) {
      throw new DataError(
        { file: name },
        {
          given: `${count * recordBytes} bytes`,
          expected: `at most ${largest}`,
          remedy: "Split it into smaller files.",
        },
      );
    }
    return arrayOf(header, await read(count), name);
  } finally {
    await close();
  }
};

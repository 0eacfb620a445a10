/** The common size of the pictures of a folder. Node only. */
import { DataError, StorageError } from "../../errors.ts";
import { readWhole } from "../../storage/files.ts";
import { decodeImage, largestImage } from "./decode-image.ts";
import { ImageStack, type SizeOf } from "./image-stack.ts";

/** Size where no picture can be read, so that none is added. */
const NO_SIZE = { width: 0, height: 0, path: "" };

/** An empty stack for the pictures at these paths, of their commonest size. */
export const stackFor = async (paths: readonly string[]): Promise<ImageStack> =>
  new ImageStack(paths.length, (await commonSize(paths)) ?? NO_SIZE);

/** Number of pictures examined. */
const ASKED = 15;

/**
 * The commonest size of pictures from all over the list, of equally common ones the first, so that a picture of another
 * size is reported wherever it lies; with the path of one of that size. Undefined where none can be read.
 */
const commonSize = async (paths: readonly string[]): Promise<SizeOf | undefined> => {
  const found = new Map<string, SizeOf & { readonly times: number }>();
  let asked = 0;
  for (const path of spread(paths)) {
    const size = await sizeOf(path);
    if (!size) continue;
    const key = `${size.width} x ${size.height}`;
    const known = found.get(key);
    found.set(key, { ...(known ?? size), times: (known?.times ?? 0) + 1 });
    if (++asked === ASKED) break;
  }
  return [...found.values()].sort((a, b) => b.times - a.times)[0];
};

/** Every item once, those first that are far from each other. */
function* spread<T>(items: readonly T[]): Generator<T> {
  const stride = Math.ceil(items.length / ASKED);
  for (let start = 0; start < stride; start++)
    for (let k = start; k < items.length; k += stride) yield items[k]!;
}

/** Size of the picture at `path`; undefined if it cannot be read, which reading all pictures reports. */
const sizeOf = async (path: string): Promise<SizeOf | undefined> => {
  try {
    const { width, height } = decodeImage(await readWhole(path, largestImage), path);
    return { width, height, path };
  } catch (problem) {
    if (problem instanceof DataError || problem instanceof StorageError) return undefined;
    throw problem;
  }
};

/** Images without labels, and without others to train on. Node only. */

import { join } from "node:path";
import { DataError } from "../errors.ts";
import { readWhole } from "../storage/files.ts";
import type { UnlabelledImages } from "./dataset.ts";
import { namesIn, visible } from "./folder.ts";
import type { DataFormat } from "./format.ts";
import { readIdx } from "./idx/idx-file.ts";
import { idxFormats } from "./idx/idx-folder.ts";
import { uprightImages } from "./idx/idx-split.ts";
import { idxLayouts, spellings } from "./idx/layouts.ts";
import { stackFor } from "./images/common-size.ts";
import { decodeImage, isPictureName, largestImage } from "./images/decode-image.ts";
import { imageFolderFormat, picturesIn } from "./images/image-folder.ts";
import { inWords } from "./images/names-in-words.ts";
import { holdsPictures } from "./images/split-folders.ts";
import { npzArchiveFormat, npzFormat, readNpzImages } from "./npz-folder.ts";
import { openDataset, recognised } from "./open.ts";
import { refuse } from "./report.ts";

/** A layout of images in a folder. */
interface Layout {
  /** Contents of such a folder, for messages. */
  readonly holds: string;
  /** The formats of data sets whose test images have this layout. */
  readonly formats: readonly DataFormat[];
  /** The images in a folder with these names; undefined for another layout. */
  readonly read: (folder: string, names: readonly string[]) => Promise<UnlabelledImages | undefined>;
}

/** Names of files of test images, in the order in which data sets are searched. */
const idxTests = idxLayouts.flatMap(({ files }) => spellings(files[2]));

const layouts: readonly Layout[] = [
  {
    holds: "t10k-images-idx3-ubyte or one other *-images-idx3-ubyte, as it is or with .gz",
    formats: idxFormats,
    read: async (folder, names) => {
      const all = names.filter((name) => /-images[-.]idx3-ubyte(\.gz)?$/.test(name));
      const name = chosenFile(folder, all, idxTests);
      return name === undefined ? undefined : readIdxImages(folder, name);
    },
  },
  {
    holds: "test.npz or one other .npz, with images x",
    formats: [npzFormat, npzArchiveFormat],
    read: async (folder, names) => {
      const all = names.filter((name) => name.endsWith(".npz"));
      const name = chosenFile(folder, all, ["test.npz"]);
      return name === undefined ? undefined : readNpzImages(join(folder, name));
    },
  },
  {
    holds: "PNG or JPEG pictures in it, in CLASS/ or in test/CLASS/",
    formats: [imageFolderFormat],
    read: async (folder, names) => {
      const test = join(folder, "test");
      const inTest = names.includes("test/")
        ? await picturesBelow(test, visible(await namesIn(test)))
        : undefined;
      return inTest ?? picturesBelow(folder, names);
    },
  },
];

/**
 * The images in `folder`, without labels and training images. For a data set that
 * `openDataset` opens, its test images; else in one of the layouts above.
 *
 * Throws StorageError if the folder or a file of images cannot be read, DataError if there are no images, if there are
 * several files of them and none of test images, and for a file that is damaged or does not fit the others.
 */
export const openImages = async (folder: string): Promise<UnlabelledImages> => {
  const names = await namesIn(folder);
  const found = await recognised(folder, names);
  const own = found ? layouts.filter(({ formats }) => formats.includes(found.format)) : layouts;
  // Other formats, CIFAR's and those of recordings, do not keep images apart from labels.
  if (own.length === 0) return (await openDataset(folder)).test;
  const place = found?.place ?? folder;
  const inside = visible(place === folder ? names : await namesIn(place)).sort();
  for (const { read } of own) {
    const images = await read(place, inside);
    if (images) return images;
  }
  throw new DataError(`reading the images in ${folder}`, {
    given: inWords(inside),
    expected: `a folder with ${layouts.map(({ holds }) => holds).join("; ")}; or a whole data set`,
    remedy: "Give the folder of the images, or convert them.",
  });
};

/** The first of `preferred` that is among the files, or else the only one. Throws DataError where there are several. */
const chosenFile = (
  folder: string,
  files: readonly string[],
  preferred: readonly string[],
): string | undefined => {
  const name = preferred.find((each) => files.includes(each));
  // A file present both compressed and uncompressed counts once.
  const others = files.filter((each) => !files.includes(`${each}.gz`));
  if (name !== undefined || others.length < 2) return name ?? others[0];
  throw new DataError(`reading the images in ${folder}`, {
    given: inWords(others),
    expected: "one file of images",
    remedy: "Put the right one into a folder of its own.",
  });
};

/** Images of an IDX file; EMNIST's, which are recognised by name, are stored column by column. */
const readIdxImages = async (folder: string, name: string): Promise<UnlabelledImages> => {
  const path = join(folder, name);
  const layout = idxLayouts.find(({ files }) => files.some((file) => spellings(file).includes(name)));
  return { name: `images in ${path}`, ...uprightImages(await readIdx(path, 3), layout?.transposed ?? false) };
};

/** The pictures in a folder with these names and one level below; undefined if it holds none. */
const picturesBelow = async (
  folder: string,
  names: readonly string[],
): Promise<UnlabelledImages | undefined> => {
  const isThere = names.some(isPictureName) || (await holdsPictures(folder, new Set(names)));
  return isThere ? readPictures(folder) : undefined;
};

const readPictures = async (folder: string): Promise<UnlabelledImages> => {
  const paths = (await picturesIn(folder, refuse, 1)).map((name) => join(folder, name));
  const stack = await stackFor(paths);
  for (const path of paths) stack.add(decodeImage(await readWhole(path, largestImage), path), path);
  const { count, shape } = stack;
  return { name: `pictures in ${folder}`, images: stack.images(0, count), count, shape };
};

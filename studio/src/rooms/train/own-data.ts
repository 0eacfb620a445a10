/** Data of the user: IDX, npz or pictures in a folder for each class. */
import { signal } from "@preact/signals";
import { DataError, drawValidation, type ImageSplit, readIdxSplit, readNpzSplits } from "neural-sampling/web";
import { type GivenFile, grouped } from "../../shared/given-files.ts";
import { isPicture } from "../../shared/pictures.ts";
import { requireGiven } from "../../shared/require-given.ts";
import { pictureSplits, type Splits } from "./picture-splits.ts";

/** The data that were given to this page, if any. */
export const own = signal<Splits | undefined>(undefined);

/** Throws ConfigError where a link asks for data that were not given here. */
export const requireOwn = (splits: Splits | undefined): Splits =>
  requireGiven(splits, {
    what: "data of your own",
    expected: "files: IDX, npz or a folder of pictures",
    remedy: "Drop them on the page, or choose the embedded digits.",
  });

/** Most bytes of all files, and of what one of them is decompressed to. */
const MOST_BYTES = 2 ** 29;

/** Share of the images that is held out where there is no test split, and the fewest images that this is done with. */
const HELD_OUT = { share: 0.1, least: 20, seed: 1 };

const tested = (splits: Splits): Splits => {
  if (splits.test || splits.train.count < HELD_OUT.least) return splits;
  const count = Math.floor(splits.train.count * HELD_OUT.share);
  const { train, validation } = drawValidation(splits.train, count, HELD_OUT.seed);
  return { train, test: validation };
};

/** Names of IDX files as MNIST has them: images or labels, of the training or the test split. */
const idxPart = (path: string, words: RegExp, isTest: boolean): boolean =>
  words.test(path) && /t10k|test/i.test(path) === isTest;

const idxSplit = async (files: readonly GivenFile[], isTest: boolean): Promise<ImageSplit | undefined> => {
  const images = files.find(({ path }) => idxPart(path, /images/i, isTest));
  const labels = files.find(({ path }) => idxPart(path, /labels/i, isTest));
  return images && labels && readIdxSplit(images.file, labels.file, { largest: MOST_BYTES });
};

/** The training split of an .npz file, and its test split where it has one. Undefined where no file is an .npz. */
const npzSplits = async (files: readonly GivenFile[]): Promise<Splits | undefined> => {
  const archive = files.find(({ path }) => /\.npz$/i.test(path));
  if (!archive) return undefined;
  const { train, test } = await readNpzSplits(archive.file, { largest: MOST_BYTES });
  if (!train)
    throw new DataError(archive.path, {
      given: "an archive without training images",
      expected: "x_train and y_train, train_images and train_labels, or x and y",
      remedy: "Save the arrays under these names.",
    });
  return { train, ...(test && { test }) };
};

const refuse = (files: readonly GivenFile[]): never => {
  const names = files.slice(0, 3).map(({ path }) => path);
  throw new DataError("data of your own", {
    given:
      files.length === 0
        ? "no files"
        : `${grouped(files.length)} files: ${names.join(", ")}${files.length > 3 ? ", …" : ""}`,
    expected:
      "two IDX files whose names say images and labels, an .npz file, or pictures in a folder for each class",
    remedy: "Give all files of the data at once.",
  });
};

/** Reads the data in these files. Throws DataError for files that are too large, damaged or of no known format. */
export const readOwn = async (files: readonly GivenFile[]): Promise<Splits> => {
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  if (bytes > MOST_BYTES)
    throw new DataError("data of your own", {
      given: `${grouped(Math.round(bytes / 2 ** 20))} MiB`,
      expected: `at most ${grouped(MOST_BYTES / 2 ** 20)} MiB`,
      remedy: "Train on so many images with `nsm train --data FOLDER`.",
    });
  const train = await idxSplit(files, false);
  const test = await idxSplit(files, true);
  if (train) return tested({ train, ...(test && { test }) });
  const archived = await npzSplits(files);
  if (archived) return tested(archived);
  const pictures = files.filter(isPicture);
  if (pictures.length > 0) return tested(await pictureSplits(pictures));
  return refuse(files);
};

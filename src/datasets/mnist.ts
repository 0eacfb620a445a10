/** MNIST, or digits of one's own in its layout: four IDX files in a folder. Node only. */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DataError } from "../errors.ts";
import { onDisk } from "../storage.ts";
import { type DataFile, type Dataset, grouped } from "./dataset.ts";
import { mnistEntry } from "./fetching/registry.ts";
import { type IdxFile, readIdx } from "./idx/idx-file.ts";
import { imageSplit } from "./idx/idx-split.ts";

/** The digits that come with this package; the same place seen from src/ and from dist/. */
export const embeddedFolder = fileURLToPath(new URL("../../data/mnist-subset", import.meta.url));

/** How many digits of MNIST's training and test split are embedded, from the first on. */
export const embeddedCounts = { train: 10_000, test: 2_000 } as const;

/** The four files, in the order of the registry's entry. */
export const mnistFiles = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
] as const;

/** Data that are known by their contents: only these carry the name of MNIST. */
interface Edition {
  readonly name: string;
  readonly train: string;
  readonly test: string;
  readonly subset: boolean;
  /** Of the decompressed contents, in the order of `mnistFiles`. */
  readonly sha256: readonly string[];
}

const editions: readonly Edition[] = [
  {
    name: "MNIST",
    train: "MNIST training, 60,000 images",
    test: "MNIST test, 10,000 images",
    subset: false,
    sha256: mnistEntry.files.map((file) => file.contentSha256),
  },
  {
    name: "embedded MNIST subset",
    train: `embedded MNIST subset: first ${grouped(embeddedCounts.train)} training digits`,
    test: `embedded MNIST subset: first ${grouped(embeddedCounts.test)} test digits`,
    subset: true,
    sha256: [
      "2889698e6bc3614913e76901316712919d1998fc2b44512451bfe65bc1e668b1",
      "651e38e2ac0632f5113ec18f1df4977117f953197819034009971a6675a0df78",
      "3f6bd66dee48df299584c67669bceee490faa25f931496bd7473b42106d7daed",
      "7b098e5f6a3065807cebeabf36fb1724a8aff19f2673ac08b4923e0e8c715bce",
    ],
  },
];

/**
 * Reads the four IDX files in `folder`, each with or without `.gz`, under its published name or with a dot for the
 * first hyphen after "images" or "labels" (`train-images.idx3-ubyte`). Without a folder: the embedded subset.
 *
 * Other data than the published (another count, other pixels, another size of image) are accepted and named after
 * their folder. Throws StorageError if the folder cannot be read, DataError if a file is missing, damaged, mislabelled
 * or does not fit the others.
 */
export async function mnist(folder: string = embeddedFolder): Promise<Dataset> {
  const paths = await locate(folder);
  const [trainImages, trainLabels, testImages, testLabels] = (await Promise.all(
    paths.map((path, i) => readIdx(path, i % 2 === 0 ? 3 : 1)),
  )) as [IdxFile, IdxFile, IdxFile, IdxFile];
  checkSameSize(trainImages, testImages);
  const files = [trainImages, trainLabels, testImages, testLabels].map(
    ({ sha256, bytes }, i): DataFile => ({ name: mnistFiles[i]!, sha256, bytes }),
  );
  const { name, train, test, subset } =
    editions.find((edition) => edition.sha256.every((sum, i) => sum === files[i]!.sha256)) ??
    ownData(folder, trainImages.dims[0]!, testImages.dims[0]!);
  const { classes } = mnistEntry;
  return {
    name,
    train: imageSplit(trainImages, trainLabels, { name: train, classes, subset }),
    test: imageSplit(testImages, testLabels, { name: test, classes, subset }),
    files,
  };
}

function ownData(folder: string, trainCount: number, testCount: number): Omit<Edition, "sha256"> {
  const name = `IDX data in ${folder}`;
  const train = `${name}, training, ${grouped(trainCount)} images`;
  return { name, train, test: `${name}, test, ${grouped(testCount)} images`, subset: false };
}

async function locate(folder: string): Promise<readonly string[]> {
  const reading = `reading the data folder ${folder}`;
  const hint = {
    expected: `a folder with the four files ${mnistFiles.join(", ")}, each as it is or with .gz`,
    remedy: "Fetch them with `nsm data fetch mnist`, or give the folder that holds them.",
  };
  const present = new Set(await onDisk(reading, () => readdir(folder), hint));
  const found = mnistFiles.map((name) => spellings(name).find((spelling) => present.has(spelling)));
  const missing = mnistFiles.filter((_, i) => found[i] === undefined);
  if (missing.length > 0) {
    const given = `${present.size === 0 ? "an empty folder" : "a folder"} without ${missing.join(", ")}`;
    throw new DataError(reading, { given, ...hint });
  }
  return found.map((name) => join(folder, name!));
}

const spellings = (name: string): readonly string[] =>
  [name, name.replace("-idx", ".idx")].flatMap((spelling) => [`${spelling}.gz`, spelling]);

function checkSameSize(train: IdxFile, test: IdxFile): void {
  const [a, b] = [train, test].map(({ dims }) => dims.slice(1).join(" x "));
  if (a === b) return;
  throw new DataError(`reading ${test.path}, byte 8`, {
    given: `images of ${b}`,
    expected: `${a}, as in ${train.path}`,
    remedy: "Check that both files belong together.",
  });
}

/** MNIST, or the user's own digits in its layout: four IDX files in a folder. Node only. */

import { fileURLToPath } from "node:url";
import type { Dataset } from "./dataset.ts";
import { readIdxFolder } from "./idx/idx-folder.ts";
import { mnistLayout } from "./idx/layouts.ts";
import { refuse } from "./report.ts";

/** The digits that come with this package; the same place seen from src/, dist/ and bundle/. */
export const embeddedFolder = fileURLToPath(new URL("../../data/mnist-subset", import.meta.url));

/** The four files, in the order of the registry's entry. */
export const mnistFiles = mnistLayout.files;

/**
 * Reads the four IDX files in `folder`, each with or without `.gz`, under its published name or with a dot for the
 * first hyphen after "images" or "labels" (`train-images.idx3-ubyte`). Without a folder: the embedded subset.
 *
 * Other data than the published (another count, other pixels, another size of image) are accepted and named after
 * their folder. Throws StorageError if the folder cannot be read, DataError if a file is missing, damaged, mislabelled
 * or does not fit the others.
 */
export const mnist = async (folder: string = embeddedFolder): Promise<Dataset> => {
  const { name, train, test, files } = await readIdxFolder(folder, mnistLayout, refuse);
  return { name, train: train!, test: test!, files };
};

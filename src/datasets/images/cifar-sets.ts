/** CIFAR-10 and CIFAR-100 as they are published (https://www.cs.toronto.edu/~kriz/cifar.html), as data. */

import { cifar10Entry, cifar100Entry } from "../fetching/entries/cifar.ts";
import type { OpenOptions, Split } from "../format.ts";

/** A label that each image has. */
export interface CifarLabel {
  readonly classes: number;
  /** The file of its classes' names in the binary distribution, a line each. */
  readonly namesFile: string;
  /** The key of its classes' names in the pickled meta file. */
  readonly namesKey: string;
  /** The key of the labels in a pickled batch. */
  readonly key: string;
}

export interface Distribution {
  /** The folder that the archive unpacks to. */
  readonly folder: string;
  readonly train: readonly string[];
  readonly test: readonly string[];
}

export interface CifarSet {
  readonly format: string;
  readonly title: string;
  /** Images of the published splits. */
  readonly published: Readonly<Record<Split, number>>;
  /** Labels in the order of their bytes before an image. */
  readonly labels: readonly CifarLabel[];
  /** The index of the label that is read, by what it is called. */
  readonly which: Readonly<Partial<Record<NonNullable<OpenOptions["labels"]>, number>>>;
  readonly binary: Distribution;
  readonly python: Distribution & {
    /** The file with the classes' names. */
    readonly meta: string;
  };
}

/** Each image: 32 x 32, all of red, all of green, all of blue. */
export const cifarShape = [3, 32, 32] as const;
export const cifarPixels = 3 * 32 * 32;

const batches = [1, 2, 3, 4, 5].map((k) => `data_batch_${k}`);
const binary = (names: readonly string[]): readonly string[] => names.map((name) => `${name}.bin`);

export const cifar10: CifarSet = {
  format: "cifar-10",
  title: "CIFAR-10",
  published: cifar10Entry,
  labels: [{ classes: 10, namesFile: "batches.meta.txt", namesKey: "label_names", key: "labels" }],
  which: { fine: 0 },
  binary: { folder: "cifar-10-batches-bin", train: binary(batches), test: ["test_batch.bin"] },
  python: { folder: "cifar-10-batches-py", train: batches, test: ["test_batch"], meta: "batches.meta" },
};

const named = (name: string, classes: number): CifarLabel => ({
  classes,
  namesFile: `${name}_label_names.txt`,
  namesKey: `${name}_label_names`,
  key: `${name}_labels`,
});

export const cifar100: CifarSet = {
  format: "cifar-100",
  title: "CIFAR-100",
  published: cifar100Entry,
  labels: [named("coarse", 20), named("fine", 100)],
  which: { fine: 1, coarse: 0 },
  binary: { folder: "cifar-100-binary", train: ["train.bin"], test: ["test.bin"] },
  python: { folder: "cifar-100-python", train: ["train"], test: ["test"], meta: "meta" },
};

/** Published data, recognised by their contents: only these carry a published name. */

import { grouped } from "../grouped.ts";
import type { Dataset } from "./dataset.ts";
import { cifar10Entry, cifar100Entry } from "./fetching/entries/cifar.ts";
import { fashionMnistEntry, kmnistEntry, mnistEntry } from "./fetching/entries/mnist.ts";
import type { DatasetEntry } from "./fetching/entry.ts";

/** Number of the first digits of MNIST's training and test split that are embedded. */
export const embeddedCounts = { train: 10_000, test: 2_000 } as const;

export interface KnownSplit {
  /** The data set that it belongs to. */
  readonly set: string;
  readonly name: string;
  /** True when it is only a part of a larger split. */
  readonly subset: boolean;
  readonly classNames?: readonly string[];
  /** Checksums of its files, in the order of its format. */
  readonly sha256: readonly string[];
}

const published = (
  { title, classNames, ...counts }: DatasetEntry,
  split: "train" | "test",
  sha256: readonly string[],
): KnownSplit => ({
  set: title,
  name: `${title} ${split === "train" ? "training" : "test"}, ${grouped(counts[split])} images`,
  subset: false,
  ...(classNames ? { classNames } : {}),
  sha256,
});

/** The known splits of a set of IDX files: training files first, then as many test files. */
const ofIdx = (entry: DatasetEntry): KnownSplit[] => {
  const sums = entry.files.map(({ contentSha256, sha256 }) => contentSha256 ?? sha256!);
  return [published(entry, "train", sums.slice(0, 2)), published(entry, "test", sums.slice(2))];
};

const embedded = (words: string, sha256: readonly string[]): KnownSplit => ({
  set: "embedded MNIST subset",
  name: `embedded MNIST subset: first ${words} digits`,
  subset: true,
  sha256,
});

const knownSplits: readonly KnownSplit[] = [
  ...[mnistEntry, fashionMnistEntry, kmnistEntry].flatMap(ofIdx),
  embedded(`${grouped(embeddedCounts.train)} training`, [
    "2889698e6bc3614913e76901316712919d1998fc2b44512451bfe65bc1e668b1",
    "651e38e2ac0632f5113ec18f1df4977117f953197819034009971a6675a0df78",
  ]),
  embedded(`${grouped(embeddedCounts.test)} test`, [
    "3f6bd66dee48df299584c67669bceee490faa25f931496bd7473b42106d7daed",
    "7b098e5f6a3065807cebeabf36fb1724a8aff19f2673ac08b4923e0e8c715bce",
  ]),
  published(cifar10Entry, "train", [
    "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
    "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
    "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
    "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
    "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
  ]),
  published(cifar100Entry, "train", ["f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29"]),
];

/**
 * The published split that these files are, if they are one. Each file is given by the checksums it may be known by: of
 * its contents, and of the file as it is stored.
 */
export const knownSplit = (files: readonly (readonly string[])[]): KnownSplit | undefined =>
  knownSplits.find(
    ({ sha256 }) => sha256.length === files.length && sha256.every((sum, k) => files[k]!.includes(sum)),
  );

/** Name of a split, known or not; `own` is that of unknown data. */
export const nameSplit = (
  known: KnownSplit | undefined,
  own: string,
  split: keyof Pick<Dataset, "train" | "test">,
  count: number,
): { readonly name: string; readonly subset: boolean } =>
  known ?? {
    name: `${own}, ${split === "train" ? "training" : "test"}, ${grouped(count)} images`,
    subset: false,
  };

/** The data set's name if both splits are of the same published one, else `own`. */
export const nameSet = (train: KnownSplit | undefined, test: KnownSplit | undefined, own: string): string =>
  train && train.set === test?.set ? train.set : own;

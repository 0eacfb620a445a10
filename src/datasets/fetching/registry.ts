/** The data sets that can be fetched, as data. */

import { ConfigError } from "../../errors.ts";

/** A file as its mirrors serve it. */
export interface PublishedFile {
  readonly name: string;
  readonly bytes: number;
  /** Of the file as served, hex. */
  readonly sha256: string;
  /** Of its decompressed contents, hex. */
  readonly contentSha256: string;
}

export interface DatasetEntry {
  /** What commands call it; also its folder in the cache. */
  readonly name: string;
  readonly title: string;
  readonly task: string;
  readonly classes: number;
  /** [channels, height, width]. */
  readonly shape: readonly [number, number, number];
  /** Base URLs, tried in this order. */
  readonly mirrors: readonly string[];
  readonly files: readonly PublishedFile[];
  readonly licence: string;
  readonly authors: string;
  readonly citation: string;
}

/** The four files are those whose MD5 sums are published: f68b3c2d.., d53e105e.., 9fb629c4.., ec29112d... */
export const mnistEntry: DatasetEntry = {
  name: "mnist",
  title: "MNIST",
  task: "classification of handwritten digits",
  classes: 10,
  shape: [1, 28, 28],
  mirrors: [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
  ],
  files: [
    {
      name: "train-images-idx3-ubyte.gz",
      bytes: 9_912_422,
      sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
      contentSha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    {
      name: "train-labels-idx1-ubyte.gz",
      bytes: 28_881,
      sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
      contentSha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
    {
      name: "t10k-images-idx3-ubyte.gz",
      bytes: 1_648_877,
      sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
      contentSha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    {
      name: "t10k-labels-idx1-ubyte.gz",
      bytes: 4_542,
      sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
      contentSha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
  ],
  licence: "CC BY-SA 3.0",
  authors: "Yann LeCun, Corinna Cortes, Christopher J. C. Burges",
  citation:
    "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition, Proceedings of the IEEE 86(11), 2278-2324, 1998",
};

export const registry: readonly DatasetEntry[] = [mnistEntry];

/** The entry of that name. Throws ConfigError, listing the names, if there is none. */
export function findDataset(name: string): DatasetEntry {
  const entry = registry.find((candidate) => candidate.name === name);
  if (entry) return entry;
  throw new ConfigError("looking up a data set", {
    given: JSON.stringify(name),
    expected: `one of ${registry.map((candidate) => candidate.name).join(", ")}`,
    remedy: "Correct the name.",
  });
}

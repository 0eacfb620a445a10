/** CIFAR-10 and CIFAR-100, in their binary distribution. */

import type { DatasetEntry } from "../entry.ts";

const shared = {
  mirrors: ["https://www.cs.toronto.edu/~kriz/"],
  licence: "none stated; free to use with the citation",
  authors: "Alex Krizhevsky, Vinod Nair, Geoffrey Hinton",
  citation: "A. Krizhevsky, Learning multiple layers of features from tiny images, technical report, 2009",
} as const;

export const cifar10Entry: DatasetEntry = {
  ...shared,
  name: "cifar10",
  network: "cifar10-allconv",
  title: "CIFAR-10",
  task: "classification of small colour pictures",
  classes: 10,
  classNames: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
  train: 50_000,
  test: 10_000,
  files: [
    {
      name: "cifar-10-binary.tar.gz",
      bytes: 170_052_171,
      sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
      unpack: {
        entries: /^cifar-10-batches-bin\/((?:data_batch_[1-5]|test_batch)\.bin|batches\.meta\.txt)$/,
        to: "$1",
        count: 7,
        mostBytes: 185e6,
      },
    },
  ],
};

export const cifar100Entry: DatasetEntry = {
  ...shared,
  name: "cifar100",
  network: "cifar100-allconv",
  title: "CIFAR-100",
  task: "classification of small colour pictures, 100 classes in 20 groups",
  classes: 100,
  train: 50_000,
  test: 10_000,
  files: [
    {
      name: "cifar-100-binary.tar.gz",
      bytes: 168_513_733,
      sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
      unpack: {
        entries: /^cifar-100-binary\/((?:train|test)\.bin|(?:coarse|fine)_label_names\.txt)$/,
        to: "$1",
        count: 4,
        mostBytes: 185e6,
      },
    },
  ],
};

/** The data sets that are known by name. */

import { ConfigError } from "../../errors.ts";
import { cifar10Entry, cifar100Entry } from "./entries/cifar.ts";
import { dvsGestureEntry, nmnistEntry } from "./entries/events.ts";
import { emnistEntry, fashionMnistEntry, kmnistEntry, mnistEntry } from "./entries/mnist.ts";
import type { DatasetEntry } from "./entry.ts";

export const registry: readonly DatasetEntry[] = [
  mnistEntry,
  fashionMnistEntry,
  kmnistEntry,
  emnistEntry,
  cifar10Entry,
  cifar100Entry,
  nmnistEntry,
  dvsGestureEntry,
];

/** The entry of that name. Throws ConfigError, listing the names, if there is none. */
export const findDataset = (name: string): DatasetEntry => {
  const entry = registry.find((candidate) => candidate.name === name);
  if (entry) return entry;
  throw new ConfigError("looking up a data set", {
    given: JSON.stringify(name),
    expected: `one of ${registry.map((candidate) => candidate.name).join(", ")}`,
    remedy: "Correct the name.",
  });
};

/** Opens a folder of data, whatever its format. Node only. */

import { join } from "node:path";
import { ConfigError, DataError } from "../errors.ts";
import type { Dataset } from "./dataset.ts";
import { namesIn } from "./folder.ts";
import type { DataFormat, OpenOptions } from "./format.ts";
import { formats } from "./formats.ts";
import { isPictureName } from "./images/decode-image.ts";
import { embeddedFolder } from "./mnist.ts";
import { refuse } from "./report.ts";

/**
 * Reads the data set in `folder`, or in the folder in it that a publisher's archive unpacks to. Without a folder: the
 * digits that come with this package. Known data carry their published name, others are named after their folder.
 *
 * Throws StorageError if the folder or a file cannot be read, DataError if its format is not known or a file is
 * missing, damaged or does not fit the others, ConfigError for labels that the data do not have.
 */
export const openDataset = async (
  folder: string = embeddedFolder,
  options: OpenOptions = {},
): Promise<Dataset> => {
  const { format, place } = await findFormat(folder);
  checkLabels(folder, format, options);
  const { name, train, test, files } = await format.read(place, { ...options, report: refuse });
  return { name, train: train!, test: test!, files };
};

const checkLabels = (folder: string, { holds, labels }: DataFormat, options: OpenOptions): void => {
  if (options.labels === undefined || labels?.includes(options.labels)) return;
  throw new ConfigError(`reading ${folder}`, {
    given: `labels ${JSON.stringify(options.labels)} of ${holds}`,
    expected: labels ? `${labels.join(" or ")} labels` : "no choice of labels: an image has one",
    remedy: "Leave the option out.",
  });
};

interface Found {
  readonly format: DataFormat;
  /** The folder itself, or the one in it that has the data. */
  readonly place: string;
}

/** The format of the data in `folder`. Throws as `openDataset`. */
export const findFormat = async (folder: string): Promise<Found> => {
  const hint = {
    expected: `a folder with one of: ${[...new Set(formats.map(({ holds }) => holds))].join("; ")}`,
    remedy: "Give such a folder, or fetch a data set, as with `nsm data fetch mnist`.",
  };
  const names = await namesIn(folder, {
    expected: "a folder of data",
    remedy: "Check the path, or fetch a data set, as with `nsm data fetch mnist`.",
  });
  const found = await recognised(folder, names);
  if (found) return found;
  if (names.has("train/") && !names.has("test/"))
    throw new DataError(`reading the data folder ${folder}`, withoutTest);
  if (await holdsPictures(folder, names))
    throw new DataError(`reading the data folder ${folder}`, withoutSplits);
  throw new DataError(`reading the data folder ${folder}`, { given: inWords([...names].sort()), ...hint });
};

/** The format of a folder with these names, if it is a known one. Throws StorageError. */
export const recognised = async (folder: string, names: ReadonlySet<string>): Promise<Found | undefined> => {
  const format = formats.find(({ recognises }) => recognises(names));
  if (format) return { format, place: folder };
  for (const candidate of formats) {
    if (candidate.subfolder === undefined || !names.has(`${candidate.subfolder}/`)) continue;
    const place = join(folder, candidate.subfolder);
    if (candidate.recognises(await namesIn(place))) return { format: candidate, place };
  }
  return undefined;
};

/** What looks like pictures by class, and is half of them. */
const withoutTest = {
  given: "a folder with train/ and without test/",
  expected: "both of them, each with a folder of pictures for each class",
  remedy: "Move some pictures of each class from train/CLASS to test/CLASS.",
};

/** Pictures by class that nobody has split. */
const withoutSplits = {
  given: "pictures in folders without train/ and test/",
  expected: "both of them, each with a folder of pictures for each class",
  remedy: "Move most pictures of each class to train/CLASS and the others to test/CLASS.",
};

/** Whether one of its first folders holds pictures. */
export const holdsPictures = async (folder: string, names: ReadonlySet<string>): Promise<boolean> => {
  const folders = [...names].filter((name) => name.endsWith("/")).sort();
  for (const inner of folders.slice(0, mostNames)) {
    const inside = await namesIn(join(folder, inner)).catch(() => new Set<string>());
    if ([...inside].some(isPictureName)) return true;
  }
  return false;
};

/** The most names that a message tells. */
const mostNames = 5;

export const inWords = (names: readonly string[]): string => {
  if (names.length === 0) return "an empty folder";
  const told = names.slice(0, mostNames).join(", ");
  return `a folder with ${told}${names.length > mostNames ? ` and ${names.length - mostNames} more` : ""}`;
};

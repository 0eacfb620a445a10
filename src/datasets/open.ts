/** Opens a folder of data, whatever its format. Node only. */

import { join } from "node:path";
import { ConfigError, DataError } from "../errors.ts";
import type { Dataset } from "./dataset.ts";
import { namesIn } from "./folder.ts";
import type { DataFormat, OpenOptions } from "./format.ts";
import { formats } from "./formats.ts";
import { inWords } from "./images/names-in-words.ts";
import { adviceOnSplits } from "./images/split-folders.ts";
import { embeddedFolder } from "./mnist.ts";
import { refuse } from "./report.ts";

/**
 * Reads the data set in `folder`, in a folder in it that a publisher's archive unpacks to, or in one file of a format
 * that holds both splits. Without a folder: the digits that come with this package. Known data carry their published
 * name, others are named after their folder.
 *
 * Throws StorageError if the folder or a file cannot be read, DataError if its format is not known or a file is
 * missing, damaged or does not fit the others, ConfigError for labels that the data do not have.
 */
export const openDataset = async (
  folder: string = embeddedFolder,
  options: OpenOptions = {},
): Promise<Dataset> => {
  const { format, place, names } = await findFormat(folder);
  checkLabels(folder, format, options);
  const { name, train, test, files, note } = await format.read(place, { ...options, names, report: refuse });
  return { name, train: train!, test: test!, files, ...(note && { note }) };
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
  /** The folder itself, the one in it that has the data, or a file. */
  readonly place: string;
  /** The names in that folder. */
  readonly names?: ReadonlySet<string>;
}

/** The format of the data in `folder`. Throws as `openDataset`. */
export const findFormat = async (folder: string): Promise<Found> => {
  for (const format of formats) if (await format.isFile?.(folder)) return { format, place: folder };
  const hint = {
    expected: `a folder with one of: ${[...new Set(formats.map(({ holds }) => holds))].join("; ")}`,
    remedy: "Give such a folder, or fetch a data set, as with `nsm data fetch mnist`.",
  };
  const names = await namesIn(folder, {
    expected: "a folder of data",
    remedy: "Check the path, or fetch a data set, as with `nsm data fetch mnist`.",
  });
  const found = await recognised(folder, names);
  const advice = found && !found.format.isKnownBySplits ? undefined : await adviceOnSplits(folder, names);
  if (advice) throw new DataError(`reading the data folder ${folder}`, advice);
  if (found) return found;
  throw new DataError(`reading the data folder ${folder}`, { given: inWords([...names].sort()), ...hint });
};

/** Whether the file at `path` holds a data set by itself. */
export const isDatasetFile = async (path: string): Promise<boolean> => {
  for (const format of formats) if (await format.isFile?.(path)) return true;
  return false;
};

/**
 * The format of a folder with these names, or of a folder in it, if it is a known one. Throws StorageError, and
 * DataError where several folders in it hold data of one format.
 */
export const recognised = async (folder: string, names: ReadonlySet<string>): Promise<Found | undefined> => {
  const format = formats.find(({ recognises }) => recognises(names));
  if (format) return { format, place: folder, names };
  for (const candidate of formats) {
    const inside: Found[] = [];
    for (const subfolder of candidate.subfolders ?? []) {
      const [top = "", ...deeper] = subfolder.split("/");
      if (!names.has(`${top}/`)) continue;
      const place = join(folder, subfolder);
      const own = deeper.length === 0 ? await namesIn(place) : await namesIn(place).catch(() => undefined);
      if (own && candidate.recognises(own)) inside.push({ format: candidate, place, names: own });
    }
    if (inside.length > 1)
      throw new DataError(`reading the data folder ${folder}`, {
        given: `several data sets: ${inside.map(({ place }) => place).join(", ")}`,
        expected: "one",
        remedy: "Give the folder of the right one.",
      });
    if (inside.length === 1) return inside[0];
  }
  return undefined;
};

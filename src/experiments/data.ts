/** The data of experiments, by the names of `nsm data list`. Node only. */
import type { Dataset } from "../datasets/dataset.ts";
import { listDatasets } from "../datasets/fetching/presence.ts";
import { openDataset } from "../datasets/open.ts";
import { ConfigError } from "../errors.ts";

/** Folders that were given for data sets, by their names. */
export type DataFolders = Readonly<Record<string, string>>;

export interface MissingData {
  /** The command that gets it. */
  readonly missing: string;
}

export const isMissing = (data: Dataset | MissingData): data is MissingData => "missing" in data;

/**
 * The data set in the folder given, or in the user's cache. With `embedded`, or without either, the digits that come with
 * the package stand for MNIST. Throws ConfigError for a name that is not known.
 */
export const openData = async (
  name: string,
  folders: DataFolders,
  embedded: boolean,
): Promise<Dataset | MissingData> => {
  const known = await listDatasets();
  const entry = known.find((set) => set.name === name);
  if (!entry)
    throw new ConfigError("data of an experiment", {
      given: `"${name}"`,
      expected: known.map((set) => set.name).join(" or "),
      remedy: "See `nsm data list`.",
    });
  if (folders[name] !== undefined && !(embedded && name === "mnist")) return openDataset(folders[name]);
  if (embedded && name === "mnist") return openDataset();
  if (entry.present) return openDataset(entry.folder);
  return name === "mnist" ? openDataset() : { missing: `nsm data fetch ${name}` };
};

/** The data of experiments, by the names of `nsm data list`. Node only. */
import type { Dataset } from "../datasets/dataset.ts";
import { listDatasets } from "../datasets/fetching/presence.ts";
import { registry } from "../datasets/fetching/registry.ts";
import { openDataset } from "../datasets/open.ts";
import { ConfigError, DataError } from "../errors.ts";
import type { Budget } from "./budgets.ts";

/** Folders that were given for data sets, by their names. */
export type DataFolders = Readonly<Record<string, string>>;

export interface MissingData {
  /** The command that gets it. */
  readonly missing: string;
}

export const isMissing = (data: Dataset | MissingData): data is MissingData => "missing" in data;

/** Where an experiment finds its data. */
export interface Sources {
  readonly data: DataFolders;
  readonly budget: Budget;
}

/** Throws ConfigError for a folder of data that no experiment knows. */
export const checkSources = ({ data }: Pick<Sources, "data">): void => {
  const stray = Object.keys(data).find((name) => !registry.some((entry) => entry.name === name));
  if (stray === undefined) return;
  throw new ConfigError("data of an experiment", {
    given: `"${stray}"`,
    expected: registry.map(({ name }) => name).join(" or "),
    remedy: "See `nsm data list`.",
  });
};

/**
 * The data set in the folder given, or in the user's cache. At a budget for that, the digits that come with the package
 * stand for MNIST.
 */
export const openData = async (name: string, { data, budget }: Sources): Promise<Dataset | MissingData> => {
  if (name === "mnist" && budget.embedded) return openDataset();
  if (data[name] !== undefined) return openDataset(data[name]);
  const entry = (await listDatasets()).find((set) => set.name === name);
  return entry?.present ? openDataset(entry.folder) : { missing: `nsm data fetch ${name}` };
};

/** MNIST, without which there is no experiment. Throws DataError where it is not here. */
export const openMnist = async (sources: Sources): Promise<Dataset> => {
  const data = await openData("mnist", sources);
  if (!isMissing(data)) return data;
  throw new DataError("reproducing", {
    given: "no MNIST here",
    expected: `all of it, at the ${sources.budget.name} budget`,
    remedy: `Get it by \`${data.missing}\`, name its folder by --data mnist=FOLDER, or take --budget quick.`,
  });
};

/** Data of experiments, by their names in `nsm data list`. Node only. */
import type { Dataset, ImageSplit } from "../../datasets/dataset.ts";
import { listed } from "../../datasets/fetching/presence.ts";
import { findDataset, registry } from "../../datasets/fetching/registry.ts";
import { openDataset } from "../../datasets/open.ts";
import { drawnImages, firstImages } from "../../datasets/subset.ts";
import { ConfigError, DataError } from "../../errors.ts";
import type { Budget } from "./budgets.ts";
import { noteOnSplits } from "./split-note.ts";

/** Folders by the names of their data sets. */
export type DataFolders = Readonly<Record<string, string>>;
/** The user's notes on splits, by the names of data sets. */
export type DataNotes = Readonly<Record<string, string>>;

export interface MissingData {
  /** The command that fetches it. */
  readonly missing: string;
}

export const isMissing = (data: Dataset | MissingData): data is MissingData => "missing" in data;

/** Settings that determine an experiment's data. */
export interface Sources {
  readonly data: DataFolders;
  readonly notes?: DataNotes | undefined;
  readonly budget: Budget;
}

/** Throws ConfigError for a folder of an unknown data set, or a note on one. */
export const checkSources = ({ data, notes }: Pick<Sources, "data" | "notes">): void => {
  const stray = Object.keys({ ...data, ...notes }).find(
    (name) => !registry.some((entry) => entry.name === name),
  );
  if (stray === undefined) return;
  throw new ConfigError("data of an experiment", {
    given: `"${stray}"`,
    expected: registry.map(({ name }) => name).join(" or "),
    remedy: "See `nsm data list`.",
  });
};

/** Whether the embedded digits are used for the data set. */
export const isEmbedded = (name: string, { embedded }: Pick<Budget, "embedded">): boolean =>
  name === "mnist" && embedded;

/**
 * The data set in the folder given, or where it is here, as far as the budget goes, with a note where its splits are not
 * the published ones. Its test split is called by the data set's title, also where the files do not tell what they hold.
 */
export const openData = async (
  name: string,
  { data, notes, budget }: Sources,
): Promise<Dataset | MissingData> => {
  if (isEmbedded(name, budget)) return firstDigits(await openDataset(), budget);
  const folder = data[name] ?? (await folderOf(name));
  if (folder === undefined) return { missing: `nsm data fetch ${name}` };
  const entry = findDataset(name);
  const opened = await openDataset(folder);
  const note = noteOnSplits(opened, entry, notes?.[name]);
  return atMost(entitled({ ...opened, ...(note && { note }) }, entry.title), budget);
};

const entitled = (dataset: Dataset, title: string): Dataset => {
  const { test } = dataset;
  return test.name.startsWith(title)
    ? dataset
    : { ...dataset, test: { ...test, name: `${title}: ${test.name}` } };
};

const folderOf = async (name: string): Promise<string | undefined> => {
  const { present, folder } = await listed(findDataset(name));
  return present ? folder : undefined;
};

type Sizes = Pick<Budget, "images" | "testImages">;

/** The first digits of each split, as many as the budget has. */
const firstDigits = (digits: Dataset, { images, testImages }: Sizes): Dataset => ({
  ...digits,
  train: firstImages(digits.train, images),
  test: firstImages(digits.test, testImages),
});

/** The data set with as many images of each split as the budget has, drawn at random. */
const atMost = (dataset: Dataset, { images, testImages }: Sizes): Dataset => ({
  ...dataset,
  train: drawnImages(dataset.train, images, 1),
  test: drawnImages(dataset.test, testImages, 1),
});

/** At most `count` of CIFAR-100's test images, foreign to CIFAR-10, if they are here. */
export const foreignToCifar10 = async (sources: Sources, count: number): Promise<readonly ImageSplit[]> => {
  const data = await openData("cifar100", sources);
  return isMissing(data) ? [] : [{ ...drawnImages(data.test, count, 1), name: "CIFAR-100" }];
};

/** A data set, of which an experiment needs `part`. Throws DataError, with its `title`, if it is missing. */
export const openRequired = async (
  name: Parameters<typeof openData>[0],
  title: string,
  part: string,
  sources: Sources,
): Promise<Dataset> => {
  const data = await openData(name, sources);
  if (!isMissing(data)) return data;
  throw new DataError("reproducing", {
    given: `no ${title} here`,
    expected: `${part}, at the ${sources.budget.name} budget`,
    remedy: `Get it by \`${data.missing}\`, name its folder by --data ${name}=FOLDER, or take --budget quick.`,
  });
};

/** MNIST, which every experiment needs. Throws DataError if it is missing. */
export const openMnist = (sources: Sources): Promise<Dataset> =>
  openRequired("mnist", "MNIST", "all of it", sources);

/** nsm data list: the known data sets, and which are installed. */
import type { Command } from "commander";
import { type ListedDataset, listDatasets } from "../datasets/fetching/presence.ts";
import { grouped } from "../grouped.ts";
import { type CommonFlags, finish } from "./options.ts";
import { bytesText, print, printJson, table } from "./print.ts";

export const addList = (data: Command): void => {
  const command = data
    .command("list")
    .summary("list the known data sets")
    .description(
      "Lists the data sets that can be fetched or opened, and which are installed: in the user's cache, or by packages of the operating system.",
    )
    .action(runList);
  finish(command, "nsm data list --json");
};

const runList = async ({ json }: CommonFlags): Promise<void> => {
  const sets = await listDatasets();
  if (json) return printJson(sets.map(document));
  const heads = ["name", "task", "classes", "training", "test", "to fetch", "licence", "here"];
  print(table([heads, ...sets.map(row)]));
};

const document = (set: ListedDataset) => {
  const { name, title, task, classes, train, test, licence, present, folder } = set;
  return { name, title, task, classes, train, test, bytes: bytesOf(set), licence, present, folder };
};

const row = (set: ListedDataset): string[] => {
  const bytes = bytesOf(set);
  return [
    set.name,
    set.task,
    `${set.classes}`,
    grouped(set.train),
    grouped(set.test),
    set.byHand ? "by hand" : bytes === null ? "size unknown" : bytesText(bytes),
    set.licence,
    set.present ? "yes" : "no",
  ];
};

/** Bytes of all files; null where one of them is not known. */
const bytesOf = ({ files }: ListedDataset): number | null =>
  files.some(({ bytes }) => bytes === undefined) ? null : files.reduce((sum, { bytes }) => sum + bytes!, 0);

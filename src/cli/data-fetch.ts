/** nsm data fetch: downloads a data set, verified and whole or not at all. */

import type { Command } from "commander";
import { type FetchProgress, fetchDataset } from "../datasets/fetching/fetch.ts";
import { findDataset, registry } from "../datasets/fetching/registry.ts";
import { interruptible } from "./interrupt.ts";
import { type CommonFlags, finish, path } from "./options.ts";
import { print, printJson, say } from "./print.ts";
import { createBar, hasTerminal } from "./progress.ts";
import { shellWord } from "./shell-word.ts";

interface FetchFlags extends CommonFlags {
  readonly mirror?: string;
  readonly out?: string;
}

const KILOBYTE = 1000;

export const addFetch = (data: Command): void => {
  const names = registry.map(({ name }) => name).join(", ");
  const command = data
    .command("fetch")
    .summary("download a data set")
    .description("Downloads a data set and verifies its checksums. Interrupted downloads resume.")
    .argument("<name>", names)
    .option("--mirror <url>", "base URL to fetch the files from, instead of the known ones")
    .option("--out <folder>", "folder for the files (default the user's cache)", path)
    .action(async (name: string, flags: FetchFlags) => {
      process.exitCode = await runFetch(name, flags);
    });
  finish(command, "nsm data fetch mnist --out data/mnist");
};

const runFetch = (name: string, flags: FetchFlags): Promise<number> =>
  interruptible(
    async (signal) => {
      const { out: folder, mirror } = flags;
      const { onProgress, stop } = createReporter();
      signal.addEventListener("abort", stop);
      const found = await fetchDataset(name, { folder, mirror, signal, onProgress }).finally(stop);
      if (flags.json) return printJson(found);
      const count = found.fetched.length;
      print(
        `${found.folder}: ${count} files fetched, ${found.present.length} were there already; all verified\n` +
          `train on them by: nsm train ${findDataset(name).network} --data ${shellWord(found.folder)}`,
      );
    },
    { announce: () => "stopping", advice: () => "what was downloaded is kept; the same command resumes" },
  );

/** A bar on a terminal, else a line a file. */
const createReporter = () => {
  const bar = createBar("{file} {bar} {value}/{total} kB  {eta_formatted} left");
  let current = "";
  const onProgress = ({ file, received, bytes }: FetchProgress): void => {
    bar.draw(Math.round(received / KILOBYTE), Math.round(bytes / KILOBYTE), { file });
    if (file !== current && !hasTerminal()) say(file);
    current = file;
  };
  return { onProgress, stop: bar.stop };
};

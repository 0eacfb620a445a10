/** nsm studio: serves the studio's page, with the runs of a folder. */
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { openStudio, requireRunsFolder, STUDIO_PORT } from "../server/studio.ts";
import { interruptible } from "./interrupt.ts";
import { type CommonFlags, finish, wholeNumber } from "./options.ts";
import { print, printJson, say } from "./print.ts";

interface StudioFlags extends CommonFlags {
  readonly port?: number;
  readonly open: boolean;
}

/** Folder of the runs if none is given: that of `nsm train`. */
const DEFAULT_FOLDER = "runs";

export const addStudio = (program: Command): void => {
  const command = program
    .command("studio")
    .summary("open the studio: a page to draw, watch, train and compare runs")
    .description(
      "Opens the studio in a browser: draw digits and watch the network doubt, train networks, compare the runs of a " +
        "folder while they train. It listens on this machine alone and needs no network. Ctrl-C ends it; trainings that " +
        "were started from the page then write a checkpoint and end.",
    )
    .argument("[runs]", `folder of runs (default ${DEFAULT_FOLDER})`)
    .option(
      "--port <n>",
      `port, 0 for any (default ${STUDIO_PORT}, or the next one that is free)`,
      wholeNumber(0, 65_535),
    )
    .option("--no-open", "do not open a browser")
    .action(runStudio);
  finish(command, "nsm studio runs\nnsm studio runs --port 8080 --no-open");
};

/** The launcher of the command line. The relative path is the same from src/, dist/ and bundle/. */
const launcher = fileURLToPath(new URL("../../bin/nsm.js", import.meta.url));

const runStudio = async (folder: string | undefined, flags: StudioFlags): Promise<void> => {
  if (folder !== undefined) await requireRunsFolder(folder);
  const studio = await openStudio({
    folder: folder ?? DEFAULT_FOLDER,
    ...(flags.port !== undefined && { port: flags.port }),
    command: [process.execPath, launcher],
  });
  const { url } = studio;
  if (flags.json) printJson({ url, folder: studio.folder });
  else print(`studio: ${url}\nruns: ${studio.folder}\nCtrl-C ends it.`);
  if (flags.open) await openInBrowser(url);
  const work = async (signal: AbortSignal): Promise<void> => {
    await new Promise((asked) => signal.addEventListener("abort", asked));
    await studio.close();
  };
  await interruptible(work, {
    announce: () => "ending the studio; trainings that it started write a checkpoint",
    advice: () => "the studio has ended",
  });
};

const openInBrowser = async (url: string): Promise<void> => {
  const refuse = (): void => say(`nsm: no browser could be started: open ${url}`);
  try {
    const { default: open } = await import("open");
    (await open(url)).once("error", refuse);
  } catch {
    refuse();
  }
};

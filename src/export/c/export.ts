/** A network in integers as a folder of C99: kernels, network, demo, test vectors, Makefile. Node only. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../../errors.ts";
import type { IntegerNetwork } from "../../networks/integers/integers.ts";
import type { Model } from "../../networks/model.ts";
import { requireEmpty } from "../../storage/empty-folder.ts";
import { isThere, makeFolder, onDisk, replaceFile } from "../../storage/files.ts";
import { startWorker } from "../../threads/start.ts";
import { threadOf } from "../../threads/thread.ts";
import type { CFiles } from "./files-thread.ts";

/** Files that are the same for every network, in the package's folder c. */
const COMMON = ["nsm.h", "nsm.c", "demo.c", "test.c", "Makefile", "README.md"];

const PACKAGE = new URL("../../../", import.meta.url);

/** The files of a model in integers. Throws ConfigError for a model without. */
const cFilesOf = async ({ network, integers }: Model): Promise<CFiles> => {
  if (!integers)
    throw new ConfigError("exporting to C", {
      given: `network ${network.name} in floating point`,
      expected: "a network in integers",
      remedy: "Quantize the run first: `nsm quantize RUN --out FOLDER`.",
    });
  const read = (name: string): Promise<string> =>
    onDisk(`reading ${name}`, () => readFile(new URL(name, PACKAGE), "utf8"));
  const common = await Promise.all(COMMON.map(async (name) => [name, await read(`c/${name}`)] as const));
  return {
    ...Object.fromEntries(common),
    LICENSE: await read("LICENSE"),
    ...(await ownFilesOf(integers)),
  };
};

/** Files of the network itself. */
const ownFilesOf = async (network: IntegerNetwork): Promise<CFiles> => {
  const { ask, close } = threadOf<IntegerNetwork, CFiles>(
    startWorker("./files-thread.js", import.meta.url, undefined),
    `exporting ${network.name} to C`,
  );
  return ask(network).finally(close);
};

/**
 * Writes a model in integers into a new folder as C99; returns the names of the files. Weights and test
 * vectors, which the reference computes in seconds, are made on a thread. Throws ConfigError for a model without integers,
 * CheckpointError for a folder that holds anything, StorageError if it cannot be written.
 */
export const exportC = async (model: Model, folder: string): Promise<readonly string[]> => {
  const files = await cFilesOf(model);
  if (folder === "")
    throw new ConfigError("exporting to C", {
      given: "an empty path",
      expected: "the path of a folder, new or empty",
      remedy: "Name a folder.",
    });
  if (await isThere(folder))
    await requireEmpty(folder, {
      subject: `exporting to ${folder}`,
      expected: "a new or an empty folder",
      own: "network.c",
      resume: "Remove the export that is there",
    });
  await makeFolder(folder);
  for (const [name, text] of Object.entries(files)) await replaceFile(join(folder, name), text);
  return Object.keys(files);
};

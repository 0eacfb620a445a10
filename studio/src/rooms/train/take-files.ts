/** Files that are dropped or chosen become the data of the training, or the network that it begins with. */
import { signal } from "@preact/signals";
import { useDroppedFiles } from "../../shared/dropped-files.ts";
import type { GivenFile } from "../../shared/given-files.ts";
import { givenModel, isModelFile, readGivenModel } from "../../shared/given-model.ts";
import { own, readOwn } from "./own-data.ts";
import { phase } from "./run.ts";
import { change } from "./settings.ts";

export const isReading = signal(false);
export const dataFailure = signal<unknown>(undefined);

/** Reads the files. Returns what makes them the data, or the network. */
const read = async (files: readonly GivenFile[]): Promise<() => void> => {
  const network = files.find(isModelFile);
  if (network) {
    const given = await readGivenModel(network);
    return () => {
      givenModel.value = given;
      change({ network: "file" });
    };
  }
  const splits = await readOwn(files);
  return () => {
    own.value = splits;
    change({ source: "own" });
  };
};

let calls = 0;

/**
 * Takes the files; after a failure the data and the network before it stay. Files that are given while others are read take
 * their place.
 */
export const takeFiles = async (
  chosen: Promise<readonly GivenFile[]> | readonly GivenFile[],
): Promise<void> => {
  const call = ++calls;
  isReading.value = true;
  dataFailure.value = undefined;
  try {
    const take = await read(await chosen);
    if (call === calls) take();
  } catch (cause) {
    if (call === calls) dataFailure.value = cause;
  } finally {
    if (call === calls) isReading.value = false;
  }
};

/** Takes what is dropped anywhere on the page. */
export const useDrop = (): void =>
  useDroppedFiles((files) => {
    if (phase.peek() === "ready") void takeFiles(files);
  });

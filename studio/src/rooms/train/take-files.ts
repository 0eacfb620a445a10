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

/** Reads the files; after a failure the data and the network before it stay. */
export const takeFiles = async (
  chosen: Promise<readonly GivenFile[]> | readonly GivenFile[],
): Promise<void> => {
  isReading.value = true;
  dataFailure.value = undefined;
  try {
    const files = await chosen;
    const network = files.find(isModelFile);
    if (network) {
      givenModel.value = await readGivenModel(network);
      change({ network: "file" });
      return;
    }
    own.value = await readOwn(files);
    change({ source: "own" });
  } catch (cause) {
    dataFailure.value = cause;
  } finally {
    isReading.value = false;
  }
};

/** Takes what is dropped anywhere on the page. */
export const useDrop = (): void =>
  useDroppedFiles((files) => {
    if (phase.peek() === "ready") void takeFiles(files);
  });

/** Files that are dropped or chosen become the data of the training, or the network that it begins with. */
import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { droppedFiles, type GivenFile } from "../../shared/given-files.ts";
import { given, isModelFile, readNetwork } from "./given-network.ts";
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
      given.value = await readNetwork(network);
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

/** Takes what is dropped anywhere on the page. Without this the browser would leave the page for the file. */
export const useDrop = (): void =>
  useLayoutEffect(() => {
    const over = (event: DragEvent): void => event.preventDefault();
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      if (phase.peek() === "ready" && event.dataTransfer) void takeFiles(droppedFiles(event.dataTransfer));
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, []);

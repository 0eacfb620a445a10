/** Files that are dropped or chosen become the data of the training. */
import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { droppedFiles, type GivenFile } from "../../shared/given-files.ts";
import { own, readOwn } from "./own-data.ts";
import { phase } from "./run.ts";
import { change } from "./settings.ts";

export const isReading = signal(false);
export const dataFailure = signal<unknown>(undefined);

/** Reads the files; after a failure the data before it stay. */
export const takeData = async (
  given: Promise<readonly GivenFile[]> | readonly GivenFile[],
): Promise<void> => {
  isReading.value = true;
  dataFailure.value = undefined;
  try {
    own.value = await readOwn(await given);
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
      if (phase.peek() === "ready" && event.dataTransfer) void takeData(droppedFiles(event.dataTransfer));
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, []);

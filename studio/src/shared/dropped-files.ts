/** Files that are dropped anywhere on the page. */
import { useLayoutEffect } from "preact/hooks";
import { droppedFiles, type GivenFile } from "./given-files.ts";

/** Hands on what is dropped. Without this the browser would leave the page for the file. */
export const useDroppedFiles = (take: (files: Promise<readonly GivenFile[]>) => void): void =>
  useLayoutEffect(() => {
    const over = (event: DragEvent): void => event.preventDefault();
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      if (event.dataTransfer) take(droppedFiles(event.dataTransfer));
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, []);

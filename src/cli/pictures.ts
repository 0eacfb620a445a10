/** The pictures and recordings that a command line names, as a run's network takes them. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { borderMean } from "../datasets/images/border.ts";
import { isPictureName } from "../datasets/images/decode-image.ts";
import { type ReadImageOptions, readImage } from "../datasets/images/read-image.ts";
import { readFrames } from "../datasets/read-frames.ts";
import { DataError, NsmError } from "../errors.ts";
import { counted, grouped } from "../grouped.ts";
import { onDisk } from "../storage/files.ts";
import type { AnyRun } from "./open-run.ts";
import { say } from "./print.ts";

export interface Example {
  /** The file, and which of its examples where it has several. */
  readonly place: { readonly file: string; readonly index?: number };
  /** 0 to 255, [channels, height, width]. */
  readonly pixels: Uint8Array;
}

/** A file that could not be read. */
export interface Failed {
  readonly file: string;
  readonly error: NsmError;
}

export const isFailed = (each: Example | Failed): each is Failed => "error" in each;

/**
 * The examples in files and folders, in the order given, folders by name; a file or folder that cannot be read leaves
 * its error in its place. Says on standard error how many pictures look like negatives of the training images.
 */
export const readPictures = async (
  paths: readonly string[],
  run: AnyRun,
  options: ReadImageOptions,
): Promise<readonly (Example | Failed)[]> => {
  const found: (Example | Failed)[] = [];
  for (const path of paths)
    for (const file of await attempt(path, () => filesAt(path))) {
      if (typeof file === "string")
        found.push(...(await attempt(file, () => examplesIn(file, run, options))));
      else found.push(file);
    }
  const examples = found.filter((each): each is Example => !isFailed(each));
  noteNegatives(
    examples.filter(({ place }) => !isRecordingName(place.file)),
    run,
    options,
  );
  return found;
};

const attempt = async <T>(
  file: string,
  read: () => Promise<readonly T[]>,
): Promise<readonly (T | Failed)[]> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NsmError) return [{ file, error }];
    throw error;
  }
};

const isRecordingName = (name: string): boolean => /\.npz$/i.test(name);

/** The file itself; of a folder the pictures and .npz files below it, by name, without hidden ones. */
const filesAt = async (path: string): Promise<readonly string[]> => {
  const entry = await stat(path).catch(() => undefined);
  if (!entry?.isDirectory()) return [path];
  const names = await onDisk(`reading ${path}`, () => readdir(path, { recursive: true }));
  const files = names
    .filter((name) => isPictureName(name) || isRecordingName(name))
    .filter((name) => !name.split(/[\\/]/).some((part) => part.startsWith(".")))
    .sort(new Intl.Collator("en", { numeric: true }).compare);
  if (files.length > 0) return files.map((name) => join(path, name));
  throw new DataError(`reading the pictures in ${path}`, {
    given: "a folder without any",
    expected: "PNG, JPEG or .npz files in it or in its folders",
    remedy: "Check the path.",
  });
};

const examplesIn = async (
  file: string,
  run: AnyRun,
  options: ReadImageOptions,
): Promise<readonly Example[]> => {
  const { network, description } = run;
  const { input } = network;
  if (!isRecordingName(file)) {
    return [{ place: { file }, pixels: await readImage(file, input, options) }];
  }
  const examples = await readFrames(file, input, { binary: description.data.binary });
  return examples.map((pixels, index) => ({
    place: { file, ...(examples.length > 1 && { index }) },
    pixels,
  }));
};

/** Difference in brightness of two borders, 0 to 1, from which on one picture is the negative of the other. */
const OPPOSITE = 0.5;
/** Brightness of the embedded digits' border, for runs that do not record it. */
const EMBEDDED_BORDER = 0;

/**
 * Says in one line how many pictures look like negatives of the training images. Nothing is inverted unasked: a bright
 * border may be right, and scripts should not get other numbers for it.
 */
const noteNegatives = (
  pictures: readonly Example[],
  { network: { input }, description: { data } }: AnyRun,
  { invert = false }: ReadImageOptions,
): void => {
  const trained = data.border ?? (data.folder === undefined ? EMBEDDED_BORDER : undefined);
  if (trained === undefined || input[0] !== 1) return;
  const negatives = pictures.filter(
    ({ pixels }) => Math.abs(borderMean(pixels, input) / 255 - trained) > OPPOSITE,
  );
  const [first] = negatives;
  if (!first) return;
  const [own, usual] = trained < 0.5 ? ["bright", "dark"] : ["dark", "bright"];
  const count =
    negatives.length === 1
      ? `1 of ${counted(pictures.length, "picture")} looks like a negative`
      : `${grouped(negatives.length)} of ${counted(pictures.length, "picture")} look like negatives`;
  say(
    `nsm: ${count} of the training images (a ${own} border, not a ${usual} one), first ${first.place.file}; ` +
      `if so, predict ${invert ? "without" : "with"} --invert`,
  );
};

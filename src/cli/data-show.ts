/** nsm data show: a picture of an example of a data set, or of an event recording. */
import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { type DrawnExample, drawExample } from "../datasets/draw.ts";
import { dataPlace } from "../datasets/fetching/data-place.ts";
import type { Split } from "../datasets/format.ts";
import { isDatasetFile } from "../datasets/open.ts";
import { UsageError } from "../errors.ts";
import { type DrawnRecording, drawRecording } from "../events/draw-recording.ts";
import { onDisk, replaceFile } from "../storage/files.ts";
import { type CommonFlags, choice, finish, path, refuseStray, wholeNumber } from "./options.ts";
import { requireOtherFile } from "./out-file.ts";
import { print, printJson } from "./print.ts";
import {
  addRecordingOptions,
  type RecordingFlags,
  recordingFlagNames,
  recordingOptions,
  recordingText,
  remarkLines,
} from "./recording-options.ts";

interface ShowFlags extends CommonFlags, RecordingFlags {
  readonly index?: number;
  readonly split?: Split;
  readonly out: string;
}

/** Path that means standard output. */
const STDOUT = "-";

export const addShow = (data: Command): void => {
  const command = data
    .command("show")
    .summary("draw an example of a data set")
    .description(
      "Draws an example of a data set, or an event recording, as SVG: an image, or frames and a plot of the event rate.",
    )
    .argument(
      "<data>",
      "the name of a fetched data set, a folder of data (./NAME if it has such a name), or an event recording",
    )
    .requiredOption("--out <file>", `the SVG file to write; ${STDOUT} for standard output`, path)
    .option("--index <n>", "index of the example in its split, from 0 (default 0)", wholeNumber(0))
    .addOption(choice("--split <name>", "split of the data set (default train)", ["train", "test"]));
  addRecordingOptions(command).action(runShow);
  finish(
    command,
    "nsm data show nmnist --index 7 --out digit.svg\nnsm data show recording.aedat4 --out r.svg",
  );
};

const runShow = async (data: string, flags: ShowFlags): Promise<void> => {
  const { out, json } = flags;
  if (out === STDOUT && json) throw twoDocuments();
  if (out !== STDOUT) await requireOtherFile(out, data, ".svg");
  const { picture, document, text } = await draw(data, flags);
  if (out === STDOUT) return void process.stdout.write(picture);
  await replaceFile(out, picture);
  if (json) printJson({ ...document, out });
  else print(`${text}\n${out}`);
};

interface Drawing {
  readonly picture: string;
  readonly document: object;
  /** Description of the picture, for people. */
  readonly text: string;
}

const draw = async (data: string, flags: ShowFlags): Promise<Drawing> => {
  const place = await placeOf(data);
  if (place.isFile) {
    refuseStray(flags, ["index", "split"], "a data set");
    return drawingOfRecording(data, await drawRecording(data, recordingOptions(flags)));
  }
  refuseStray(flags, recordingFlagNames, "a recording's file");
  const { split = "train", index = 0 } = flags;
  return drawingOfExample(await drawExample(place.path, split, index), split, index);
};

/** The data set of that name, or what lies at that path. Throws StorageError where it is not there. */
const placeOf = async (data: string): Promise<{ readonly path: string; readonly isFile: boolean }> => {
  const path = await dataPlace(data);
  const entry = await onDisk({ file: path }, () => stat(path));
  return { path, isFile: entry.isFile() && !(await isDatasetFile(path)) };
};

const drawingOfRecording = (file: string, { picture, ...summary }: DrawnRecording): Drawing => ({
  picture,
  document: { name: file, ...summary },
  text: [recordingText(file, summary), ...remarkLines(summary)].join("\n"),
});

const drawingOfExample = ({ picture, ...example }: DrawnExample, split: Split, index: number): Drawing => {
  const { name, label, className } = example;
  const words = className === null ? `label ${label}` : `${className} (label ${label})`;
  return {
    picture,
    document: { ...example, split, index },
    text: `${name}, ${split === "train" ? "training" : "test"} example ${index}: ${words}`,
  };
};

const twoDocuments = (): UsageError =>
  new UsageError("options", {
    given: `--json with --out ${STDOUT}`,
    expected: "one document on standard output",
    remedy: "Write the picture into a file, or leave --json out.",
  });

/** nsm data verify: reads data to the end and reports their contents and problems. */
import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { dataPlace } from "../datasets/fetching/data-place.ts";
import { isDatasetFile } from "../datasets/open.ts";
import { type DataProblem, type Verification, verifyDataset } from "../datasets/verify.ts";
import { type RecordingVerification, verifyRecording } from "../datasets/verify-recording.ts";
import { counted, grouped } from "../grouped.ts";
import { type CommonFlags, finish, refuseStray } from "./options.ts";
import { print, printJson, table } from "./print.ts";
import {
  addRecordingOptions,
  type RecordingFlags,
  recordingFlagNames,
  recordingOptions,
  recordingText,
  remarkLines,
} from "./recording-options.ts";

interface VerifyFlags extends CommonFlags, RecordingFlags {}

export const addVerify = (data: Command): void => {
  const command = data
    .command("verify")
    .summary("check every file of a data set")
    .description(
      "Reads every file of a folder of data, or a single event recording, and reports its contents and every problem. " +
        "With --json a folder has ok, format, name, records, classes, remarks and problems; a recording has format, " +
        "events, on, off, width, height, firstUs and lastUs in the place of records and classes, up to its first damage.",
    )
    .argument(
      "<data>",
      "the name of a fetched data set, a folder of data, an event recording, or an .npz file of images",
    );
  addRecordingOptions(command).action(runVerify);
  finish(command, "nsm data verify data/mnist\nnsm data verify recording.aedat4");
};

const runVerify = async (data: string, flags: VerifyFlags): Promise<void> => {
  const place = await dataPlace(data);
  // A missing path is reported by the reader: that of recordings where their options are given.
  const isFile = await stat(place).then(
    (entry) => entry.isFile(),
    () => flags.format !== undefined || flags.size !== undefined,
  );
  const isRecording = isFile && (flags.format !== undefined || !(await isDatasetFile(place)));
  const ok = isRecording ? await verifyFile(place, flags) : await verifyFolder(place, flags);
  if (!ok) process.exitCode = 1;
};

const verifyFolder = async (folder: string, flags: VerifyFlags): Promise<boolean> => {
  refuseStray(flags, recordingFlagNames, "a recording's file");
  const verification = await verifyDataset(folder);
  if (flags.json) printJson(verification);
  else print(folderText(verification));
  return verification.ok;
};

/** A summary of nothing, for what could not be opened. */
const unopened = {
  format: null,
  events: 0,
  on: 0,
  off: 0,
  width: null,
  height: null,
  firstUs: null,
  lastUs: null,
  remarks: [],
};

const verifyFile = async (file: string, flags: VerifyFlags): Promise<boolean> => {
  const verification = await verifyRecording(file, recordingOptions(flags));
  const { ok, name, summary, problems } = verification;
  if (flags.json) printJson({ ok, name, ...(summary ?? unopened), problems });
  else print(fileText(verification));
  return ok;
};

const folderText = (verification: Verification): string => {
  const { ok, name, format, records, shape, remarks, problems } = verification;
  if (format === null) return [`${name}: ${verdict(ok, problems)}`, ...problems.map(problemText)].join("\n");
  return [
    `${name}: ${verdict(ok, problems)}`,
    table([
      ["  format", format],
      ["  records", `${grouped(records.train)} training, ${grouped(records.test)} test`],
      ...(shape ? [["  images", `${shape.join(" x ")} (channels x height x width)`]] : []),
      ["  classes", histogram(verification)],
      ...remarks.map((remark) => ["  note", remark]),
    ]),
    ...problems.map(problemText),
  ].join("\n");
};

const fileText = ({ ok, name, summary, problems }: RecordingVerification): string =>
  [
    summary
      ? `${recordingText(name, summary)}: ${ok && summary.events === 0 ? "nothing in it" : verdict(ok, problems)}`
      : `${name}: no recording`,
    ...(summary ? remarkLines(summary) : []),
    ...problems.map(problemText),
  ].join("\n");

const verdict = (ok: boolean, problems: readonly DataProblem[]): string =>
  ok ? "all is well" : counted(problems.length, "problem");

/** Number of classes from which equal counts are summed up. */
const MANY = 20;

const histogram = ({ classes, classNames }: Verification): string => {
  const counts = Object.values(classes);
  if (counts.length > MANY && new Set(counts).size === 1)
    return `${counts.length}, ${grouped(counts[0]!)} records each`;
  return Object.entries(classes)
    .map(([label, count]) => `${classNames?.[Number(label)] ?? label}: ${grouped(count)}`)
    .join(", ");
};

const problemText = ({ file, offset, expected, found, remedy }: DataProblem): string =>
  `${file}${offset === null ? "" : `, byte ${offset}`}: got ${found}; expected ${expected}. ${remedy}`;

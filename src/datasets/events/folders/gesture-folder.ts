/** DVS Gesture as it is published: recordings of several gestures each, their labels, and which are to train on. Node only. */
import { basename, join } from "node:path";
import { DataError } from "../../../errors.ts";
import { readWhole } from "../../../storage.ts";
import { dvsGestureEntry } from "../../fetching/entries/events.ts";
import type { DataFormat } from "../../format.ts";
import { readGestureLabels } from "../gesture-labels.ts";
import { dvsGestureFraming, gestureExamples } from "../presets.ts";
import { openRecording } from "../recording.ts";
import { sliceStreamAtIntervals } from "../transforms/slicers.ts";
import { readEventFolder } from "./event-folder.ts";
import { type EventSet, type Examples, lit, type RecordingFile, type Split } from "./event-set.ts";

/** The lists of recordings, one a line. */
const LISTS = { train: "trials_to_train.txt", test: "trials_to_test.txt" } as const;
const LARGEST_TEXT = 1 << 20;

export const gestureSet: EventSet = {
  name: "dvs-gesture",
  title: dvsGestureEntry.title,
  shape: [6, 64, 64],
  classes: dvsGestureEntry.classes,
  ...(dvsGestureEntry.classNames && { classNames: dvsGestureEntry.classNames }),
  framing: dvsGestureFraming,
  examples: async (folder, { path, beside }) => {
    const [labelFile] = beside!;
    const file = join(folder, labelFile!);
    const labels = readGestureLabels(await readWhole(file, LARGEST_TEXT), file);
    const { chunks, sensor } = await openRecording(join(folder, path));
    const found: Examples[] = [];
    for await (const gesture of sliceStreamAtIntervals(chunks, labels)) {
      const { data, shape } = gestureExamples(gesture, sensor);
      found.push({
        images: lit(data as Uint8Array),
        labels: new Array(shape[0]).fill(gesture.interval.label),
      });
    }
    return {
      images: Buffer.concat(found.map(({ images }) => images)),
      labels: found.flatMap((each) => each.labels),
    };
  },
};

export const gestureFolderFormat: DataFormat = {
  name: "dvs-gesture",
  holds: "DVS Gesture (trials_to_train.txt, trials_to_test.txt, *.aedat with *_labels.csv)",
  recognises: (names) => names.has(LISTS.train) && names.has(LISTS.test),
  subfolder: "DvsGesture",
  read: async (folder, { report }) => {
    const files = { train: await list(folder, "train"), test: await list(folder, "test") };
    return readEventFolder(gestureSet, folder, files, report);
  },
};

const list = async (folder: string, split: Split): Promise<readonly RecordingFile[]> => {
  const file = join(folder, LISTS[split]);
  const text = new TextDecoder().decode(await readWhole(file, LARGEST_TEXT));
  const names = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (names.length === 0)
    throw new DataError(
      { file, offset: 0 },
      {
        given: "no names of recordings",
        expected: "one a line, such as user01_natural.aedat",
        remedy: "Take the file from the published archive again.",
      },
    );
  return names.map((name) => {
    // Of the line's path only the name counts: all files lie in this folder.
    const path = basename(name.trim());
    return { path, beside: [path.replace(/\.aedat$/, "_labels.csv")] };
  });
};

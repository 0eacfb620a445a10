/** N-MNIST as it is published: Train/LABEL/NNNNN.bin and Test/LABEL/NNNNN.bin. Node only. */
import { join } from "node:path";
import { DataError } from "../../../errors.ts";
import { nmnistEntry } from "../../fetching/entries/events.ts";
import { namesIn } from "../../folder.ts";
import type { DataFormat } from "../../format.ts";
import { attempt, type Report } from "../../report.ts";
import type { Recording } from "../events.ts";
import { nmnistFraming } from "../presets.ts";
import { readRecording } from "../recording.ts";
import { frameRecording } from "../transforms/representation.ts";
import { transformRecording } from "../transforms/transform.ts";
import { readEventFolder } from "./event-folder.ts";
import { type EventSet, lit, type RecordingFile, type Split } from "./event-set.ts";

const FOLDERS = { train: "Train", test: "Test" } as const;

export const nmnistSet: EventSet = {
  name: "nmnist",
  title: nmnistEntry.title,
  shape: [10, 34, 34],
  classes: nmnistEntry.classes,
  framing: nmnistFraming,
  published: nmnistEntry,
  examples: async (folder, { path }) => ({
    images: framed(await readRecording(join(folder, path))),
    labels: [Number(path.split("/")[1])],
  }),
  framedAnew: async (folder, path, transforms, key) =>
    framed(transformRecording(await readRecording(join(folder, path)), transforms, key)),
};

const framed = (recording: Recording): Uint8Array =>
  lit(frameRecording(recording, nmnistFraming).data as Uint8Array);

export const nmnistFolderFormat: DataFormat = {
  name: "nmnist",
  holds: "N-MNIST (Train/LABEL/*.bin, Test/LABEL/*.bin)",
  recognises: (names) => names.has("Train/") && names.has("Test/"),
  read: async (folder, { report }) => {
    const files = { train: await list(folder, "train", report), test: await list(folder, "test", report) };
    return readEventFolder(nmnistSet, folder, files, report);
  },
};

/** The recordings of a split by label and name, as every system sorts them. */
const list = async (folder: string, split: Split, report: Report): Promise<readonly RecordingFile[]> => {
  const place = join(folder, FOLDERS[split]);
  const files: RecordingFile[] = [];
  for (let label = 0; label < nmnistSet.classes; label++) {
    const names = await attempt(report, () => namesIn(join(place, String(label))));
    for (const name of [...(names ?? [])].sort())
      if (name.endsWith(".bin")) files.push({ path: `${FOLDERS[split]}/${label}/${name}` });
  }
  if (files.length === 0)
    report(
      new DataError(
        { file: place },
        {
          given: "no recordings",
          expected: "folders 0 to 9 with .bin files",
          remedy: "Unpack the published archive there, or `nsm data fetch nmnist`.",
        },
      ),
    );
  return files;
};

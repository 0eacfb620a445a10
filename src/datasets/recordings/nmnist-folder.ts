/** N-MNIST as it is published: Train/LABEL/NNNNN.bin and Test/LABEL/NNNNN.bin. Node only. */
import { join } from "node:path";
import { DataError } from "../../errors.ts";
import { nmnistFraming } from "../../events/presets.ts";
import { readRecording } from "../../events/recording.ts";
import { nmnistEntry } from "../fetching/entries/events.ts";
import { namesIn } from "../folder.ts";
import type { Split } from "../format.ts";
import { attempt, type Report } from "../report.ts";
import type { EventSet } from "./event-set.ts";

const FOLDERS = { train: "Train", test: "Test" } as const;

export const nmnistSet: EventSet = {
  name: "nmnist",
  title: nmnistEntry.title,
  shape: [10, 34, 34],
  classes: nmnistEntry.classes,
  framing: nmnistFraming,
  published: nmnistEntry,
  holds: "N-MNIST (Train/LABEL/*.bin, Test/LABEL/*.bin)",
  recognises: (names) => names.has("Train/") && names.has("Test/"),
  isKnownBySplits: true,
  list: (folder, split, report) => list(folder, split, report),
  examples: async function* (folder, path) {
    const recording = await readRecording(join(folder, path), { format: "nmnist" });
    yield { ...recording, label: Number(path.split("/")[1]) };
  },
};

/** The recordings of a split by label and name, as every system sorts them. */
const list = async (folder: string, split: Split, report: Report): Promise<readonly string[]> => {
  const place = join(folder, FOLDERS[split]);
  const paths: string[] = [];
  await attempt(report, async () => requireLabels(place, await namesIn(place), report));
  for (let label = 0; label < nmnistSet.classes; label++) {
    const names = await attempt(report, () => namesIn(join(place, String(label))));
    for (const name of [...(names ?? [])].sort())
      if (name.endsWith(".bin")) paths.push(`${FOLDERS[split]}/${label}/${name}`);
  }
  if (paths.length === 0)
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
  return paths;
};

/** Folders of other names would be left out without a word. */
const requireLabels = (place: string, names: ReadonlySet<string>, report: Report): void => {
  const isLabel = (name: string): boolean => /^\d\/$/.test(name);
  for (const name of [...names].sort())
    if (name.endsWith("/") && !name.startsWith(".") && !isLabel(name))
      report(
        new DataError(
          { file: join(place, name.slice(0, -1)) },
          {
            given: "a folder that is no label",
            expected: "folders 0 to 9",
            remedy: "Name it after its label, or move it away.",
          },
        ),
      );
};

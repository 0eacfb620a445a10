/** The labels beside the recordings of DVS Gesture. */

import { readFile } from "node:fs/promises";
import { readGestureLabels } from "../../src/events/gesture-labels.ts";
import { refusing } from "../refusing.ts";
import type { FuzzTarget } from "../target.ts";

const fixture = (name: string): Promise<Uint8Array> =>
  readFile(new URL(`../../test/fixtures/dvs-gesture/${name}`, import.meta.url));

export const targets: readonly FuzzTarget[] = [
  {
    name: "gesture-labels",
    seeds: async () => [await fixture("user01_natural_labels.csv")],
    read: refusing((bytes) => readGestureLabels(bytes, "labels.csv")),
  },
];

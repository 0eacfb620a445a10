/**
 * Writes made recordings of the embedded digits, as N-MNIST's folders have them: of the first 5,000 training digits and of
 * the first 500 test digits, each by an imperfect camera of its own. Needs a build.
 *     node scripts/made-recordings.mjs FOLDER
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { madeRecording } from "../dist/events/made-recording.js";
import { mnist } from "../dist/index.js";

const PARTS = [
  { folder: "Train", split: "train", count: 5000 },
  { folder: "Test", split: "test", count: 500 },
];
const SIZE = 28 * 28;

export const writeRecordings = async (folder) => {
  const splits = await mnist();
  let seed = 0;
  for (const { folder: name, split, count } of PARTS) {
    const { images, labels } = splits[split];
    for (let k = 0; k < count; k++) {
      const own = join(folder, name, String(labels[k]));
      mkdirSync(own, { recursive: true });
      const recording = madeRecording(images.subarray(k * SIZE, (k + 1) * SIZE), seed++);
      writeFileSync(join(own, `${String(k + 1).padStart(5, "0")}.bin`), recording);
    }
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error("usage: made-recordings.mjs FOLDER");
  await writeRecordings(folder);
}

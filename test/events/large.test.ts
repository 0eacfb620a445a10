/** A recording of 2 GB is framed in a process that never holds more than 300 MB. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { openNpz } from "../../src/files/arrays/npz.ts";
import { fileSource } from "../../src/files/file-source.ts";
import { emptyFolder } from "../datasets/folder.ts";
import { writeLargeAedat3 } from "./large.ts";

const MOST_BYTES = 300e6;

/** What large-child.ts says of its work. */
const convert = async (recording: string, out: string) => {
  const child = fileURLToPath(new URL("./large-child.ts", import.meta.url));
  const process_ = spawn(process.execPath, ["--import", "tsx", child, recording, out], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void process_.kill());
  let said = "";
  process_.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [status] = await once(process_, "close");
  expect(status).toBe(0);
  return JSON.parse(said) as { readonly events: number; readonly shape: number[]; readonly maxRSS: number };
};

it("frames 2 GB in less than 300 MB", { timeout: 600_000 }, async () => {
  const folder = await emptyFolder();
  const recording = join(folder, "large.aedat");
  const out = join(folder, "frames.npz");
  const { bytes, events } = await writeLargeAedat3(recording, 2e9);
  expect(bytes).toBeGreaterThanOrEqual(2e9);
  const converted = await convert(recording, out);
  await rm(recording);
  expect(converted).toMatchObject({ events, shape: [10, 2, 128, 128] });
  expect(converted.maxRSS * 1024).toBeLessThan(MOST_BYTES);
  const { data } = await (await openNpz(await fileSource(out))).read("frames");
  expect((data as Uint32Array).reduce((sum, count) => sum + count, 0)).toBe(events);
});

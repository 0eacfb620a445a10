/** What goes where: terminals, pipes that close, and disks that are full. */
import { openSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  launcher,
  makeFolder,
  nsmJson,
  removeFolder,
  start,
  startNsm,
  writeDigits,
  writeNetwork,
} from "./nsm.ts";

let folder: string;
let settings: string[];

beforeAll(async () => {
  folder = await makeFolder();
  const data = await writeDigits(join(folder, "digits"), 600, 40);
  settings = ["train", "--network", await writeNetwork(folder), "--data", data, "--samples", "2"];
  await nsmJson([...settings, "--epochs", "1", "--out", join(folder, "run")]);
});
afterAll(() => removeFolder(folder));

const onLinux = test.runIf(process.platform === "linux");

/** A command in a terminal of 80 columns, by script(1) of util-linux; its standard output goes into a file. */
const inTerminal = (args: readonly string[], out: string, env: object = {}) => {
  const quoted = [process.execPath, launcher, ...args].map((word) => `'${word}'`).join(" ");
  const command = `stty cols 80; ${quoted} > ${out}`;
  return start("script", ["-qec", command, "/dev/null"], { env: { ...process.env, TERM: "xterm", ...env } })
    .outcome;
};

const ESCAPE = "\u001b";

onLinux(
  "on a terminal there is a bar with epoch, loss, error and time left, in 80 columns, and a line an epoch",
  async () => {
    const file = join(folder, "stdout.txt");
    const { status, stdout: screen } = await inTerminal(
      [...settings, "--epochs", "30", "--out", join(folder, "bar")],
      file,
    );
    expect(status).toBe(0);
    const frames = screen.split(`${ESCAPE}[1G`).map((frame) => frame.split(ESCAPE)[0]!);
    const bars = frames.filter((frame) => /^epoch \d+\/30 [█░]/.test(frame));
    expect(bars.length).toBeGreaterThan(1);
    for (const bar of bars)
      expect(bar).toMatch(/^epoch \d+\/30 [█░]{10} training loss \d+\.\d{4}, error \d+\.\d\d % {2}\S+ left$/);
    expect(bars.at(-1)).toMatch(/^epoch 30\/30 █{10} /);
    for (const bar of bars) expect(bar.length).toBeLessThanOrEqual(80);
    // Wrapping of long lines is switched on again as often as off.
    expect(screen.split(`${ESCAPE}[?7h`).length).toBe(screen.split(`${ESCAPE}[?7l`).length);
    // The lines of all epochs stay; of the bars nothing does.
    const lines = [
      ...screen.matchAll(/epoch (\d+)\/30 {2}training loss \d+\.\d{4}, training error \d+\.\d\d %/g),
    ];
    expect(lines.map(([, epoch]) => Number(epoch))).toEqual(Array.from({ length: 30 }, (_, k) => k + 1));
    expect(screen.trimEnd().split(`${ESCAPE}[2K`).at(-1)).not.toMatch(/[█░]/);
    // No colours: select graphic rendition is ESC [ ... m.
    expect(screen).not.toMatch(new RegExp(`${ESCAPE}\\[[0-9;]*m`));
  },
);

onLinux("a dumb terminal gets lines", async () => {
  const args = [...settings, "--epochs", "2", "--out", join(folder, "dumb")];
  const { stdout: screen } = await inTerminal(args, join(folder, "stdout.txt"), { TERM: "dumb" });
  expect(screen).not.toContain(ESCAPE);
  expect(screen).toContain("epoch 2/2  training loss ");
});

test("a reader that leaves early is no failure", async () => {
  const child = startNsm(["info", join(folder, "run")]);
  child.process.stdout!.destroy();
  expect(await child.outcome).toMatchObject({ status: 0, stderr: "" });
});

test("training goes on when nobody reads its progress any more", async () => {
  const child = startNsm([...settings, "--epochs", "5", "--out", join(folder, "unread"), "--json"]);
  await child.says("epoch 1/5");
  child.process.stderr!.destroy();
  const { status, stdout } = await child.outcome;
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ epochs: 5, steps: 30 });
});

onLinux("a result that could not be written is a failure", async () => {
  const full = openSync("/dev/full", "w");
  const { status, stderr } = await startNsm(["info", join(folder, "run")], {
    stdio: ["ignore", full, "pipe"],
  }).outcome;
  expect(status).toBe(1);
  expect(stderr).toMatch(/^nsm: writing standard output: ENOSPC/);
});

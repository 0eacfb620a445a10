/** Ctrl-C: the step is finished, a checkpoint written, and the way to go on told. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  makeFolder,
  nsm,
  nsmJson,
  removeFolder,
  root,
  start,
  startNsm,
  writeDigits,
  writeNetwork,
} from "./nsm.ts";

/** So many that no machine is done before it is interrupted; three steps each. */
const EPOCHS = 600;

let folder: string;
let settings: string[];

beforeAll(async () => {
  folder = await makeFolder();
  const data = await writeDigits(join(folder, "digits"), 300, 40);
  settings = ["--network", await writeNetwork(folder), "--data", data, "--samples", "1"];
});
afterAll(() => removeFolder(folder));

const newest = async (run: string): Promise<string> => {
  const files = await readdir(join(run, "checkpoints"));
  return join(run, "checkpoints", files.sort().at(-1)!);
};

/** Trains until epoch 5 is done, then sends the signal. */
const interrupted = async (out: string, signal: NodeJS.Signals, ...args: string[]) => {
  const training = startNsm(["train", ...settings, "--epochs", `${EPOCHS}`, "--out", out, ...args]);
  await training.says(/^epoch 5\//m);
  training.process.kill(signal);
  return training.outcome;
};

test("an interrupted run is saved where it was, and ends in the same bits as one that was not", async () => {
  const out = join(folder, "interrupted");
  const { status, stdout, stderr } = await interrupted(out, "SIGINT", "--schedule", "constant", "--json");
  expect({ status, stdout }).toEqual({ status: 130, stdout: "" });
  expect(stderr).toMatch(
    /nsm: finishing the step; .*\n(?:epoch .*\n)?nsm: saved; resume it by: nsm train --resume .*interrupted --samples 1\n$/,
  );
  const { step } = await nsmJson(["info", out]);
  const asItStands = await nsm(["evaluate", out, "--samples", "1"]);
  expect(asItStands.stdout).toContain("1 sample per image");
  expect(asItStands.stderr).toMatch(
    /^nsm: this run is at step [\d,]+ of 1,800; it is scored as it stands\n$/,
  );
  expect(step).toBeGreaterThanOrEqual(15);
  expect(step).toBeLessThan(3 * EPOCHS);

  const epochs = Math.ceil(step / 3) + 2;
  const resumed = await nsmJson(["train", "--resume", out, "--epochs", `${epochs}`, "--samples", "1"]);
  expect(resumed).toMatchObject({ epochs, steps: 3 * epochs });
  const whole = join(folder, "whole");
  await nsmJson(["train", ...settings, "--schedule", "constant", "--epochs", `${epochs}`, "--out", whole]);
  expect(await readFile(await newest(out))).toEqual(await readFile(await newest(whole)));
  const metrics = (run: string) => readFile(join(run, "metrics.jsonl"), "utf8");
  expect(await metrics(out)).toBe(await metrics(whole));
});

test.each([
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("%s ends a run in the same order, with its own status", async (signal, expected) => {
  const out = join(folder, signal);
  const { status, stdout, stderr } = await interrupted(out, signal);
  expect({ status, stdout }).toEqual({ status: expected, stdout: "" });
  expect(stderr).toContain(`nsm train --resume ${out} --samples 1\n`);
});

test("a run that is interrupted while it is scored is done", async () => {
  const out = join(folder, "scored");
  const training = startNsm(["train", ...settings, "--samples", "100000000", "--epochs", "1", "--out", out]);
  await training.says("epoch 1/1");
  // The evaluation follows at once; a signal before it finds the run done as well.
  await new Promise((resolve) => setTimeout(resolve, 300));
  training.process.kill("SIGINT");
  const { status, stderr } = await training.outcome;
  expect(status).toBe(130);
  expect(stderr).toContain(`trained and saved; score it by: nsm evaluate ${out}`);
  expect((await nsm(["evaluate", out, "--samples", "1"])).status).toBe(0);
});

describe("the work that a second Ctrl-C ends", () => {
  /** Work that takes no notice of its signal, in a process of its own. */
  const deaf = () => {
    const file = pathToFileURL(join(root, "dist", "cli", "interrupt.js"));
    const script = `
      const { interruptible } = await import(${JSON.stringify(file)});
      const work = () => new Promise((resolve) => {
        console.error("started");
        setTimeout(resolve, 60_000);
      });
      process.exitCode = await interruptible(work, { announce: () => "stopping", advice: () => "stopped" });`;
    return start(process.execPath, ["--input-type=module", "-e", script]);
  };
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  test("ends at once; the same Ctrl-C, passed on by npx a moment later, is no second one", async () => {
    const work = deaf();
    await work.says("started");
    work.process.kill("SIGINT");
    await work.says("press Ctrl-C again to stop at once");
    work.process.kill("SIGINT");
    await pause(1000);
    expect(work.process.exitCode).toBeNull();
    work.process.kill("SIGINT");
    expect(await work.outcome).toEqual({
      status: 130,
      stdout: "",
      stderr: expect.not.stringContaining("stopped"),
    });
  });
});

test("a bar that is cut off by a signal leaves the terminal as it was", async () => {
  const file = pathToFileURL(join(root, "dist", "cli", "progress.js"));
  const script = `
    process.stderr.isTTY = true;
    process.env.TERM = "xterm";
    const { createBar } = await import(${JSON.stringify(file)});
    createBar("{bar}").draw(1, 2);
    setTimeout(() => {}, 60_000);
    console.error("drawn");`;
  const work = start(process.execPath, ["--input-type=module", "-e", script]);
  await work.says("drawn");
  work.process.kill("SIGINT");
  const { status, stderr } = await work.outcome;
  expect(status).toBe("SIGINT");
  const [OFF, ON] = ["\u001b[?7l", "\u001b[?7h"];
  expect(stderr).toContain(OFF);
  expect(stderr.lastIndexOf(ON)).toBeGreaterThan(stderr.lastIndexOf(OFF));
});

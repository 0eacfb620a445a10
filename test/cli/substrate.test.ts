/** nsm substrate. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emptyFolder, makeFolder, nsm, nsmJson, refused, removeFolder } from "./nsm.ts";

const TINY = {
  name: "tiny",
  encoding: "sign",
  input: [1, 28, 28],
  classes: 10,
  layers: [{ type: "dense", units: 16 }],
};

test("list names the devices", async () => {
  const { status, stdout } = await nsm(["substrate", "list"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^name +conductances +drift +switch +device\nideal +0 to 100 uS +none +none +exact/);
  expect(await nsmJson(["substrate", "list"])).toMatchObject([
    { name: "ideal" },
    { name: "fefet-selector" },
    { name: "pcm" },
    { name: "rram", description: expect.any(String) },
  ]);
});

test("show prints every field, sources and assumptions; with --json a file that check accepts", async () => {
  const { stdout } = await nsm(["substrate", "show", "pcm"]);
  expect(stdout).toMatch(/\n {2}cell\.programming\.deviationMicrosiemens +0\.26348, 1\.965, -1\.1731\n/);
  expect(stdout).toMatch(/\nSources:\n {2}V\. Joshi/);
  expect(stdout).toContain("\nAssumptions:\n");
  const device = await nsmJson(["substrate", "show", "pcm"]);
  const file = join(await emptyFolder(), "mine.json");
  await writeFile(file, JSON.stringify(device));
  expect(await nsmJson(["substrate", "check", file])).toEqual(device);
  expect((await nsm(["substrate", "check", file])).stdout).toBe(stdout);
});

test("check turns measurements into a device", async () => {
  const file = join(await emptyFolder(), "reads.csv");
  await writeFile(file, "device,seconds,transmitted\na,0,1\na,1,0\na,2,1\na,3,1\n");
  expect(await nsmJson(["substrate", "check", file])).toMatchObject({
    name: "reads",
    assumptions: [
      expect.any(String),
      expect.stringContaining("Few reads: a device has 4 only"),
      expect.any(String),
    ],
    switch: { type: "measured", probabilities: [0.75] },
  });
});

test("what is wrong is refused, with the remedy", async () => {
  const file = join(await emptyFolder(), "mine.json");
  await writeFile(file, JSON.stringify({ name: "mine", cell: { gMin: 0, gMaxMicrosiemens: 1 } }));
  expect(await refused(["substrate", "check", file], 2)).toMatch(
    /mine\.json: got cell\.gMin without a unit; expected gMinMicrosiemens\. Write the unit/,
  );
  expect(await refused(["substrate", "show", "flash"], 2)).toContain(
    "expected ideal, fefet-selector, pcm, rram",
  );
  await writeFile(file, '{\n  "name": "mine",\n  "cell" {}\n}');
  expect(await refused(["substrate", "check", file], 2)).toMatch(
    /no whole JSON document, line 3, column 10: expected a colon/,
  );
  const table = join(await emptyFolder(), "reads.csv");
  await writeFile(table, "device,cycle\na,1\n");
  // A table is a description of a device as JSON is: the exit status is the same.
  expect(await refused(["substrate", "check", table], 2)).toContain("got line 1: the columns device,cycle");
  await writeFile(file, JSON.stringify({ name: "mine", cell: { gMinMicrosiemens: 0, gMaxMicrosiemns: 1 } }));
  expect(await refused(["substrate", "check", file], 2)).toContain(
    'at cell: the unknown field "gMaxMicrosiemns" (did you mean gMaxMicrosiemens?)',
  );
  expect(await refused(["substrate", "check", join(await emptyFolder(), "none.csv")], 1)).toContain("ENOENT");
});

test("train --substrate records the device, and refuses noise beside that of its switch", async () => {
  const folder = await emptyFolder();
  await writeFile(join(folder, "tiny.json"), JSON.stringify(TINY));
  const train = ["train", "--network", join(folder, "tiny.json"), "--epochs", "1", "--samples", "1"];
  const out = join(folder, "run");
  const { status, stderr } = await nsm([...train, "--substrate", "fefet-selector", "--out", out]);
  expect(status).toBe(0);
  expect(stderr).toContain(
    "every step meets cells, switches and comparators of fefet-selector that deviate anew",
  );
  const { training } = JSON.parse(await readFile(join(out, "run.json"), "utf8"));
  expect(training.substrate).toMatchObject({ device: { name: "fefet-selector" }, seconds: 86_400 });
  const wires = join(folder, "wires.json");
  const cell = { gMinMicrosiemens: 0, gMaxMicrosiemens: 10 };
  const array = { rows: 8, columns: 8, wireResistanceOhms: 2 };
  await writeFile(wires, JSON.stringify({ name: "wires", cell, array }));
  const later = await nsm([...train, "--substrate", wires, "--seconds", "9", "--out", join(folder, "later")]);
  expect(later.stderr).toContain(
    "nothing of wires deviates in training, which is that of the network itself",
  );
  expect(later.stderr).toContain("training leaves out its wires");
  const of = JSON.parse(await readFile(join(folder, "later", "run.json"), "utf8"));
  expect(of.training.substrate.seconds).toBe(9);
  expect(await refused([...train, "--seconds", "9"], 2)).toContain("--seconds without --substrate");
  expect(await refused([...train, "--substrate", "fefet-selector", "--p", "0.4"], 2)).toContain(
    "got --p and --substrate fefet-selector",
  );
});

describe("evaluate --substrate", () => {
  let [folder, run] = ["", ""];
  beforeAll(async () => {
    folder = await makeFolder();
    run = join(folder, "a");
    await writeFile(join(folder, "tiny.json"), JSON.stringify(TINY));
    const train = ["train", "--network", join(folder, "tiny.json"), "--epochs", "1", "--samples", "1"];
    expect((await nsm([...train, "--out", run])).status).toBe(0);
  });
  afterAll(() => removeFolder(folder));

  test("scores chips of a device by name or by file", async () => {
    const chips = ["--chips", "2", "--samples", "5", "--seconds", "100"];
    const found = await nsmJson(["evaluate", run, "--substrate", "pcm", ...chips]);
    expect(found).toMatchObject({ run, device: "pcm", seconds: 100, chips: 2, samples: 5, images: 2000 });
    const { error, nll, ece, errors } = found as Record<string, unknown> & { error: Record<string, number> };
    expect(errors).toHaveLength(2);
    for (const value of [error.mean, nll, ece]) expect(value).toBeTypeOf("number");
    // The text has no interval either.
    expect(error).toMatchObject({ low: null, high: null, over: null });
    const file = join(folder, "mine.json");
    await writeFile(file, JSON.stringify(await nsmJson(["substrate", "show", "pcm"])));
    expect(await nsmJson(["evaluate", run, "--substrate", file, ...chips])).toEqual(found);
    const recalibrated = await nsmJson([
      "evaluate",
      run,
      "--substrate",
      "pcm",
      ...chips,
      "--recalibrate",
      "50",
    ]);
    expect(recalibrated).toMatchObject({ chips: 2, samples: 5 });
    expect(recalibrated).not.toEqual(found);
    const learn = ["--learn", "20", "--learning-rate", "1e-3"];
    const learned = await nsmJson(["evaluate", run, "--substrate", "pcm", ...chips, ...learn]);
    expect(learned).toMatchObject({ chips: 2, samples: 5, learned: 20, learningRate: 1e-3 });
    expect(learned.errors).not.toEqual(errors);
    const { stdout } = await nsm(["evaluate", run, "--substrate", "pcm", ...chips]);
    expect(stdout).toMatch(
      /on 2 chips of pcm, 100 s after programming, 5 samples per image\n {2}error +\d+\.\d\d % +no interval: two chips are too few/,
    );
  });

  test("refuses unknown devices, bad files and options that do not go together", async () => {
    expect(await refused(["evaluate", run, "--substrate", "flash"], 2)).toContain(
      "got flash; expected ideal, fefet-selector, pcm, rram, or a device's file",
    );
    expect(await refused(["evaluate", run, "--substrate", "none.json"], 1)).toContain("none.json");
    expect(await refused(["evaluate", run, "--substrate", "pcm", "--recalibrate", "10001"], 2)).toContain(
      "at most 10,000 images",
    );
    const onPcm = ["evaluate", run, "--substrate", "pcm"];
    expect(await refused([...onPcm, "--learn", "10001"], 2)).toContain("at most 10,000 images");
    for (const few of ["1", "49"])
      expect(await refused([...onPcm, "--recalibrate", few], 2)).toContain(
        `got --recalibrate ${few}; expected at least 50 images, 5 for each of the 10 classes of tiny. Take more`,
      );
    for (const [option, wrong] of [
      ["--recalibrate", "0"],
      ["--recalibrate", "-5"],
      ["--learn", "0"],
      ["--learn", "NaN"],
    ] as const)
      expect(await refused([...onPcm, option, wrong], 2)).toContain(
        `option '${option} <n>' argument '${wrong}' is invalid. Expected a whole number of at least 1.`,
      );
    expect(await refused([...onPcm, "--learning-rate", "1"], 2)).toContain("--learning-rate without --learn");
    expect(await refused([...onPcm, "--learn", "9", "--recalibrate", "90"], 2)).toContain(
      "got --learn and --recalibrate",
    );
    expect(await refused(["evaluate", run, "--chips", "3"], 2)).toContain("--chips without --substrate");
    expect(await refused(["evaluate", run, "--substrate", "pcm", "--law", "synapse"], 2)).toContain(
      "got --law and --substrate",
    );
    expect(await refused(["evaluate", run, "--substrate", "pcm", "--p", "0.4"], 2)).toContain("--p");
  });
});

/** Devices from files: descriptions, and tables of measurements that were drawn from known devices. Seeds are fixed. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, StorageError } from "../../src/errors.ts";
import { fillNormal } from "../../src/random/fill.ts";
import { key } from "../../src/random/key.ts";
import { analogDeviceByName } from "../../src/substrate/devices/devices.ts";
import { polynomial } from "../../src/substrate/polynomial.ts";
import { readAnalogDevice } from "../../src/substrate/read-device.ts";
import { switchingPasses } from "../../src/substrate/switches/switching.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nsm-device-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const deviceOf = async (name: string, text: string) => {
  const file = join(folder, name);
  await writeFile(file, text);
  return readAnalogDevice(file);
};

const table = (header: string, rows: readonly (readonly (number | string)[])[]): string =>
  [header, ...rows.map((row) => row.join(","))].join("\n");

test("a description is read as it was written", async () => {
  const device = analogDeviceByName("pcm");
  expect(await deviceOf("pcm.json", JSON.stringify(device))).toEqual(device);
});

test("few measurements of a target are said to be few", async () => {
  const rows = [...Array(8).fill([1, 1.1]), ...Array(60).fill([5, 5.2])];
  const { assumptions } = await deviceOf("few.csv", table("target_uS,measured_uS", rows));
  expect(assumptions.at(-1)).toContain(
    "a target has 8 only, from which its deviation has a relative standard error of 0.25",
  );
});

test("measurements of programming give the deviation that they were drawn with", async () => {
  const deviation = [0.3, 1.5, -0.9];
  const targets = [1, 5, 10, 15, 20];
  const count = 2000;
  const rows = targets.flatMap((target) => {
    const normals = new Float32Array(count);
    fillNormal(key(1, `cells/${target}`), normals);
    return Array.from(normals, (n) => [target, target + polynomial(deviation, target / 20) * n]);
  });
  const device = await deviceOf("programming.csv", table("target_uS,measured_uS", rows));
  expect(device).toMatchObject({
    name: "programming",
    cell: { gMinMicrosiemens: 1, gMaxMicrosiemens: 20 },
  });
  expect(device.switch).toBeUndefined();
  expect(device.assumptions.join(" ")).not.toContain("Few measurements");
  const fitted = device.cell.programming!.deviationMicrosiemens;
  expect(fitted).toHaveLength(3);
  // The standard error of a deviation is deviation / sqrt(2 count), 1.6 %; five of them.
  for (const target of targets) {
    const [found, drawn] = [fitted, deviation].map((each) => polynomial(each, target / 20)) as [
      number,
      number,
    ];
    expect(Math.abs(found / drawn - 1)).toBeLessThan(5 * 0.016);
  }
});

test("a fit that would be negative somewhere takes a lower degree", async () => {
  const rows = [10, 15, 20].flatMap((target, k) => [1, -1].map((sign) => [target, target + sign * 0.2 * k]));
  const { cell } = await deviceOf("few.csv", table("target_uS,measured_uS", rows));
  // 0, .2 and .4 uS at half, three quarters and the whole of the range: the line is negative below half.
  expect(cell.programming!.deviationMicrosiemens).toHaveLength(1);
});

test("a table may have 200,000 targets", async () => {
  const rows = Array.from({ length: 200_000 }, (_, k) => `${k},${k}`);
  const refused = deviceOf("many.csv", ["target_uS,measured_uS", ...rows].join("\n"));
  await expect(refused).rejects.toThrow(/200000 targets, of which one has 1 measurements/);
});

describe("measurements of switching", () => {
  const rowsOf = (probabilities: readonly number[], correlation: number, reads: number, seed = 1) => {
    const rows: (readonly (number | string)[])[] = [];
    let pass = 0;
    for (const transmits of switchingPasses(probabilities, correlation, key(seed, "reads"))) {
      for (const [k, on] of transmits.entries()) rows.push([`d${k}`, 0.5 * pass, on]);
      if (++pass === reads) break;
    }
    return rows;
  };
  const header = "device,seconds,transmitted";

  test("give probabilities and correlation time that they were drawn with", async () => {
    const drawn = [0.3, 0.5, 0.6];
    const { switch: found } = await deviceOf("switching.csv", table(header, rowsOf(drawn, 0.8, 4000)));
    if (found?.type !== "measured") throw new Error("no measured switch");
    // Successive reads are correlated: about a fifth of the 4,000 are independent.
    for (const [k, p] of found.probabilities.entries()) expect(Math.abs(p - drawn[k]!)).toBeLessThan(0.07);
    expect(found.correlation!.intervalSeconds).toBeCloseTo(0.5, 9);
    const expected = -0.5 / Math.log(0.8);
    expect(Math.abs(found.correlation!.timeSeconds / expected - 1)).toBeLessThan(0.15);
  });

  test.each<[string, readonly number[]]>([
    ["rare and frequent transmission", [0.05, 0.05, 0.95, 0.95]],
    ["devices that never switch", [0.5, 0.4, ...Array<number>(20).fill(0)]],
  ])("give the correlation time with %s", async (name, drawn) => {
    const { switch: found } = await deviceOf(`${name}.csv`, table(header, rowsOf(drawn, 0.8, 6000)));
    expect(Math.abs(found!.correlation!.timeSeconds / (-0.5 / Math.log(0.8)) - 1)).toBeLessThan(0.12);
  });

  test.each([
    { time: 10, reads: 100, devices: 400 },
    { time: 20, reads: 100, devices: 400 },
    { time: 3, reads: 20, devices: 1000 },
  ])("of $reads reads give a correlation time of $time intervals", async ({ time, reads, devices }) => {
    const drawn = Array<number>(devices).fill(0.5);
    let mean = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const rows = rowsOf(drawn, Math.exp(-1 / time), reads, seed);
      const { switch: fitted } = await deviceOf("short.csv", table(header, rows));
      mean += fitted!.correlation!.timeSeconds / 0.5 / 4;
    }
    // Without regard to the variance of each device's mean, times are too short by 20 to 40 %. Means of twelve fits are too
    // long by 4, 14 and 6 %, as the correlation of a switch depends on its probability.
    expect(mean / time).toBeGreaterThan(0.95);
    expect(mean / time).toBeLessThan(1.2);
  });

  test("of records of unequal lengths count by their pairs", async () => {
    const long = rowsOf([0.5, 0.5, 0.5, 0.5], Math.exp(-1 / 10), 2000);
    const short = rowsOf(Array<number>(100).fill(0.5), Math.exp(-1 / 10), 2, 2);
    const rows = [...long, ...short.map(([device, ...rest]) => [`short ${device}`, ...rest])];
    const { switch: found } = await deviceOf("unequal.csv", table(header, rows as (string | number)[][]));
    // The relative standard error of a time of 10 intervals by 8,000 reads is about 9 %: three of them.
    expect(Math.abs(found!.correlation!.timeSeconds / 5 - 1)).toBeLessThan(0.27);
  });

  test("that switch once in a short record give at most its length", async () => {
    const rows = [0, 1, 2].flatMap((device) =>
      Array.from({ length: 20 }, (_, k) => [`d${device}`, k, Number(k > 8 + device)]),
    );
    const { switch: found, assumptions } = await deviceOf("once.csv", table(header, rows));
    expect(found!.correlation!.timeSeconds).toBeLessThanOrEqual(20);
    expect(found!.correlation!.timeSeconds).toBeGreaterThan(3);
    expect(assumptions.at(-1)).toMatch(/a device has 20 only, over [\d.]+ correlation times/);
  });

  test("of few independent reads say how many it takes", async () => {
    const { assumptions } = await deviceOf("twenty.csv", table(header, rowsOf([0.5, 0.5], 0, 20)));
    expect(assumptions.join(" ")).toContain("read each at least 100 times.");
  });

  test("of four correlated reads a device show the correlation, and that they are few", async () => {
    const rows = rowsOf(Array<number>(2000).fill(0.5), Math.exp(-1 / 3), 4);
    const { switch: found, assumptions } = await deviceOf("four.csv", table(header, rows));
    expect(Math.abs(found!.correlation!.timeSeconds / 1.5 - 1)).toBeLessThan(0.4);
    expect(assumptions.at(-1)).toMatch(/a device has 4 only, over .* correlation times/);
  });

  test("of more devices than a description holds are refused", async () => {
    const rows = Array.from({ length: 300_000 }, (_, k) => [`d${k >> 1}`, k % 2, (k >> 2) % 2]);
    await expect(deviceOf("many.csv", table(header, rows))).rejects.toThrow(ConfigError);
  });

  test("of devices that never switch do not make a correlation significant", async () => {
    // 400 reads of a device: their correlation is .05, its standard error too.
    const reads = Array.from({ length: 400 }, (_, k) => (k < 20 ? 0 : (k >> 1) % 2));
    const rows = reads.flatMap((on, k) => [
      ["switching", k, on],
      ...Array.from({ length: 100 }, (_, d) => [`stuck${d}`, k, 1]),
    ]);
    const { switch: found } = await deviceOf("mostly-stuck.csv", table(header, rows));
    expect(found).not.toHaveProperty("correlation");
  });

  test("of independent reads give no correlation", async () => {
    const device = await deviceOf("independent.csv", table(header, rowsOf([0.5, 0.4], 0, 2000)));
    expect(device.switch).not.toHaveProperty("correlation");
    expect(device.assumptions.join(" ")).toContain("independent");
  });

  test("leave pauses between reads out of the interval", async () => {
    const rows = rowsOf([0.5, 0.4], 0.8, 2000);
    const later = rows.map(([device, seconds, on]) => [device!, 1e6 + Number(seconds), on!]);
    const { switch: found } = await deviceOf("pause.csv", table(header, [...rows, ...later]));
    expect(found!.correlation!.intervalSeconds).toBeCloseTo(0.5, 6);
    // The standard error of the correlation time is about 6 %; five of them.
    expect(Math.abs(found!.correlation!.timeSeconds / (-0.5 / Math.log(0.8)) - 1)).toBeLessThan(0.3);
  });

  test("of a device that is read at other intervals give its probability, and no pairs", async () => {
    const rows = rowsOf([0.5, 0.4], 0.8, 3000);
    const slow = Array.from({ length: 40 }, (_, k) => ["slow", 10 * k, k % 2]);
    const { switch: alone } = await deviceOf("alone.csv", table(header, rows));
    const { switch: found } = await deviceOf("slow.csv", table(header, [...rows, ...slow]));
    if (found?.type !== "measured") throw new Error("no measured switch");
    expect(found.correlation).toEqual(alone!.correlation);
    expect(found.probabilities[2]).toBe(0.5);
  });

  test("of devices that never change are taken as they are", async () => {
    const rows = [0, 1].flatMap((device) => [1, 2, 3].map((seconds) => [device, seconds, device]));
    const { switch: found } = await deviceOf("stuck.csv", table(header, rows));
    expect(found).toEqual({ type: "measured", probabilities: [0, 1] });
  });
});

describe("what cannot be used is refused", () => {
  test.each<[string, string, RegExp]>([
    [
      "a.csv",
      "target,measured\n1,1\n",
      /the columns target,measured; expected target_uS,measured_uS or device,seconds/,
    ],
    ["b.csv", "", /the columns /],
    ["c.csv", "target_uS,measured_uS\n1,1\n2\n", /line 3: 2; expected 2 cells/],
    ["d.csv", "target_uS,measured_uS\n1,much\n", /line 2: 1,much; expected a target of at least 0/],
    ["e.csv", "target_uS,measured_uS\n1,1\n1,1\n", /1 targets, .* expected at least two targets/],
    ["f.csv", "target_uS,measured_uS\n", /0 targets/],
    ["g.csv", "device,seconds,transmitted\na,0,1\na,0,1\n", /line 3: 0 s; expected a time after 0 s/],
    ["h.csv", "device,seconds,transmitted\na,0,2\n", /line 2: a,0,2; expected/],
    ["i.csv", "device,seconds,transmitted\na,0,1\n", /got device a with one read/],
  ])("%s", async (name, text, message) => {
    const refused = deviceOf(name, text);
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ place: { file: join(folder, name) } });
  });

  test("text that is no JSON, an invalid description, a file that is not there", async () => {
    await expect(deviceOf("a.json", "{")).rejects.toThrow(ConfigError);
    await expect(deviceOf("b.json", '{"name": "b"}')).rejects.toThrow(/b\.json: got at cell: /);
    await expect(readAnalogDevice(join(folder, "none.json"))).rejects.toThrow(StorageError);
  });
});

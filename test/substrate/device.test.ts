/** Descriptions of devices: the schema, the built-in devices, and what is refused. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ConfigError } from "../../src/errors.ts";
import { type AnalogDevice, deviceSchema, parseAnalogDevice } from "../../src/substrate/device.ts";
import { analogDeviceByName, analogDeviceNames } from "../../src/substrate/devices/devices.ts";

test("schema/device.schema.json is the schema that parses (npx tsx scripts/write-schema.ts writes it)", async () => {
  const file = new URL("../../schema/device.schema.json", import.meta.url);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(
    JSON.parse(JSON.stringify(z.toJSONSchema(deviceSchema, { io: "input" }))),
  );
});

test("the built-in devices are whole descriptions, with sources or assumptions", () => {
  expect(analogDeviceNames).toEqual(["ideal", "fefet-selector", "pcm", "rram"]);
  for (const name of analogDeviceNames) {
    const device = analogDeviceByName(name);
    expect(device.name).toBe(name);
    expect(parseAnalogDevice(JSON.parse(JSON.stringify(device)))).toEqual(device);
    expect(device.assumptions).not.toEqual([]);
    if (name !== "ideal") expect(device.sources).not.toEqual([]);
  }
  expect(() => analogDeviceByName("flash")).toThrow(/got flash; expected ideal, fefet-selector, pcm, rram/);
});

const cell = { gMinMicrosiemens: 1, gMaxMicrosiemens: 20 };
const threshold = { type: "threshold", inputVolts: 1, thresholdVolts: 1, cycleDeviationVolts: 0.1 };

/** The error of a description with these parts. */
const refusal = (parts: object): ConfigError => {
  try {
    parseAnalogDevice({ name: "mine", cell, ...parts }, "mine.json");
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error(`${JSON.stringify(parts)} was accepted`);
};

describe("impossible values are refused, by their place", () => {
  test.each<[string, object, RegExp]>([
    ["cell.gMinMicrosiemens", { cell: { ...cell, gMinMicrosiemens: 20 } }, /20 uS is not below .* 20 uS/],
    ["cell.gMinMicrosiemens", { cell: { ...cell, gMinMicrosiemens: -1 } }, /./],
    ["cell.levels", { cell: { ...cell, levels: 1 } }, />=2/],
    ["cell.levels", { cell: { ...cell, levels: 4, levelsMicrosiemens: [1, 2] } }, /beside/],
    ["cell.levelsMicrosiemens", { cell: { ...cell, levelsMicrosiemens: [3, 2] } }, /ascend/],
    ["cell.levelsMicrosiemens", { cell: { ...cell, levelsMicrosiemens: [3, 21] } }, /above/],
    ["cell.stuckOnShare", { cell: { ...cell, stuckOnShare: 1.2 } }, /<=1/],
    ["cell.stuckOnShare", { cell: { ...cell, stuckOnShare: 0.6, stuckOffShare: 0.6 } }, /more than 1/],
    [
      "cell.programming.deviationMicrosiemens",
      { cell: { ...cell, programming: { deviationMicrosiemens: [0.1, -0.5] } } },
      /a negative deviation, -0\.\d+ uS, at g' = 0\.20/,
    ],
    ["cell.deviceDeviation", { cell: { ...cell, deviceDeviation: -0.1 } }, />=0/],
    [
      "cell.drift.exponentDeviation",
      {
        cell: {
          ...cell,
          drift: {
            ...{ type: "powerLaw", referenceSeconds: 1, exponentMean: { intercept: 0.1 } },
            exponentDeviation: { slope: 0.1, intercept: 0.1 },
          },
        },
      },
      /negative deviation/,
    ],
    [
      "cell.drift.points",
      {
        cell: {
          ...cell,
          drift: {
            type: "relaxation",
            points: [2, 1].map((seconds) => ({ seconds, deviationMicrosiemens: [1] })),
          },
        },
      },
      /do not ascend/,
    ],
    ["switch.probability", { switch: { type: "probability", probability: 1.1 } }, /<=1/],
    ["switch.probability", { switch: { type: "probability", probability: -0.1 } }, />=0/],
    [
      "switch.deviceDeviation",
      { switch: { type: "probability", probability: 0.5, deviceDeviation: 0.5 } },
      /sqrt\(p \(1 - p\)\)/,
    ],
    [
      "switch.deviceDeviation",
      { switch: { type: "probability", probability: 0.5, deviceDeviation: 1e-160 } },
      /neither 0 nor at least 0\.000001/,
    ],
    [
      "switch.deviceDeviation",
      { switch: { type: "probability", probability: 1e-12, deviceDeviation: 1e-6 } },
      /sqrt\(p \(1 - p\)\)/,
    ],
    ["switch.deviceDeviationVolts", { switch: { ...threshold, deviceDeviationVolts: -1 } }, />=0/],
    ["switch.probabilities.1", { switch: { type: "measured", probabilities: [0.5, 2] } }, /<=1/],
    ["switch.type", { switch: { type: "magic" } }, /./],
    ["array.rows", { array: { rows: 0, columns: 8 } }, />=1/],
    ["array.readVolts", { array: { rows: 8, columns: 8, comparatorNoiseMicroamperes: 1 } }, /voltage/],
  ])("%s: %j", (place, parts, reason) => {
    const { message, given, expected, remedy } = refusal(parts);
    expect(message).toMatch(/^mine\.json: /);
    expect(given).toContain(`at ${place}: `);
    expect(given).toMatch(reason);
    expect(expected).toContain("schema/device.schema.json");
    expect(remedy).not.toBe("");
  });
});

describe("a field whose unit was left out is named with it", () => {
  test.each<[string, object, string]>([
    ["cell.gMax", { cell: { gMinMicrosiemens: 1, gMax: 20 } }, "gMaxMicrosiemens"],
    [
      "cell.readNoise.read",
      {
        cell: {
          ...{ gMinMicrosiemens: 1, gMaxMicrosiemens: 20 },
          readNoise: { coefficient: 0.01, exponent: 0.5, maximum: 0.2, read: 1e-6 },
        },
      },
      "readSeconds",
    ],
    ["switch.input", { switch: { ...threshold, input: 1 } }, "inputVolts"],
    ["array.wireResistance", { array: { rows: 8, columns: 8, wireResistance: 1 } }, "wireResistanceOhms"],
    ["switch.correlation.time", { switch: { ...threshold, correlation: { time: 1 } } }, "timeSeconds"],
  ])("%s", (place, parts, name) => {
    const { given, expected } = refusal(parts);
    expect({ given, expected }).toEqual({ given: `${place} without a unit`, expected: name });
  });
});

test("defaults are those of a cell without imperfections", () => {
  const device: AnalogDevice = parseAnalogDevice({ name: "mine", cell });
  expect(device).toEqual({
    name: "mine",
    sources: [],
    assumptions: [],
    cell: { ...cell, deviceDeviation: 0, stuckOnShare: 0, stuckOffShare: 0 },
  });
});

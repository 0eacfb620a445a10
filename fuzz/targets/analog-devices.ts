/** Analog devices: descriptions and tables of measurements. */

import { analogDeviceIn } from "../../src/substrate/device-file.ts";
import { analogDeviceByName, analogDeviceNames } from "../../src/substrate/devices/devices.ts";
import { refusing } from "../refusing.ts";
import type { FuzzTarget } from "../target.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const programming = [
  "target_uS,measured_uS",
  ...[1, 5, 20].flatMap((g) => [`${g},${1.1 * g}`, `${g},${0.8 * g}`]),
];
const switching = [
  "device,seconds,transmitted",
  ...["a", "b"].flatMap((device) =>
    [0, 0, 1, 1, 1, 0, 0, 0, 1, 1].map((on, k) => `${device},${0.1 * k},${on}`),
  ),
];

export const targets: readonly FuzzTarget[] = [
  {
    name: "analog-device",
    seeds: async () => analogDeviceNames.map((name) => bytesOf(JSON.stringify(analogDeviceByName(name)))),
    read: refusing((bytes) => analogDeviceIn(bytes, "device.json")),
  },
  {
    name: "analog-device-programming",
    seeds: async () => [bytesOf(programming.join("\n"))],
    read: refusing((bytes) => analogDeviceIn(bytes, "programming.csv")),
  },
  {
    name: "analog-device-switching",
    seeds: async () => [bytesOf(switching.join("\n"))],
    read: refusing((bytes) => analogDeviceIn(bytes, "switching.csv")),
  },
];

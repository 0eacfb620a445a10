/** The built-in devices. A new device is one file in this folder and a line in `DEVICES`. */
import { ConfigError } from "../../errors.ts";
import { type AnalogDevice, parseAnalogDevice } from "../device.ts";
import { fefetSelector } from "./fefet-selector.ts";
import { ideal } from "./ideal.ts";
import { pcm } from "./pcm.ts";
import { rram } from "./rram.ts";

const DEVICES = [ideal, fefetSelector, pcm, rram];

/** Names of the devices that `analogDeviceByName` knows. */
export const analogDeviceNames: readonly string[] = DEVICES.map(({ name }) => name);

/** The device of that name. Throws ConfigError for an unknown name. */
export const analogDeviceByName = (name: string): AnalogDevice => {
  const description = DEVICES.find((each) => each.name === name);
  if (description) return parseAnalogDevice(description, name);
  throw new ConfigError("device", {
    given: name,
    expected: analogDeviceNames.join(", "),
    remedy: "Choose one of these; `nsm substrate check FILE` reads a device of your own.",
  });
};

/** An analog device that the user gives. */
import { signal } from "@preact/signals";
import { type AnalogDevice, analogDeviceIn, ConfigError } from "neural-sampling/web";
import type { GivenFile } from "./given-files.ts";
import { requireGiven } from "./require-given.ts";

interface GivenDevice {
  /** Tells it from the others that were given. */
  readonly id: number;
  /** Name of its file. */
  readonly file: string;
  readonly device: AnalogDevice;
}

/** The device that was given to this page, if any. */
export const givenDevice = signal<GivenDevice | undefined>(undefined);

let count = 0;

/** Most bytes of a description or a table of measurements. */
const MOST_BYTES = 2 ** 24;

/**
 * Reads a description in JSON, as `nsm substrate show pcm --json` prints one, or a table of measurements. Throws ConfigError
 * for any other file.
 */
export const readGivenDevice = async ({ path, file }: GivenFile): Promise<GivenDevice> => {
  if (file.size > MOST_BYTES)
    throw new ConfigError(path, {
      given: `${file.size} bytes`,
      expected: `at most ${MOST_BYTES}: a device in JSON, or measurements in a .csv file`,
      remedy: "Choose another file.",
    });
  const device = analogDeviceIn(new Uint8Array(await file.arrayBuffer()), path);
  return { id: ++count, file: path, device };
};

/** Throws ConfigError where a link asks for a device that was not given here. */
export const requireGivenDevice = (): AnalogDevice =>
  requireGiven(givenDevice.peek(), {
    what: "a device from a file",
    expected: "a device in JSON",
    remedy: "Drop it on the page, or choose another device.",
  }).device;

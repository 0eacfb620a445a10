/** Devices from files. Node only. */
import { readWhole } from "../storage/files.ts";
import type { AnalogDevice } from "./device.ts";
import { analogDeviceIn } from "./device-file.ts";

/** Most bytes of a description or a table: about a million reads. */
const MAX_BYTES = 1 << 24;

/**
 * The device that a file describes: a description in JSON, or a table of measurements, whose name ends in .csv. Throws
 * ConfigError for an invalid description or table, StorageError for a file that cannot be read.
 */
export const readAnalogDevice = async (file: string): Promise<AnalogDevice> =>
  analogDeviceIn(await readWhole(file, MAX_BYTES), file);

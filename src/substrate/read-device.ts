/** Devices from files. Node only. */
import { basename, extname } from "node:path";
import { ConfigError, DataError } from "../errors.ts";
import { linesOf } from "../files/text-lines.ts";
import { readWhole } from "../storage/files.ts";
import { jsonFault } from "../storage/json-fault.ts";
import { type AnalogDevice, parseAnalogDevice } from "./device.ts";
import { deviceOfProgramming, PROGRAMMING_HEADER } from "./measurements/programming.ts";
import { deviceOfSwitching, SWITCHING_HEADER } from "./measurements/switching.ts";

/** Most bytes of a description or a table: about a million reads. */
const MAX_BYTES = 1 << 24;

/** Kinds of measurements by the header of their table. */
const TABLES = { [PROGRAMMING_HEADER]: deviceOfProgramming, [SWITCHING_HEADER]: deviceOfSwitching };

/**
 * The device that a file describes: a description in JSON, or a table of measurements, whose name ends in .csv. Throws
 * ConfigError for an invalid description, DataError for an invalid table, StorageError for a file that cannot be read.
 */
export const readAnalogDevice = async (file: string): Promise<AnalogDevice> =>
  analogDeviceIn(await readWhole(file, MAX_BYTES), file);

/** The device in the contents of `file`, as `readAnalogDevice` reads it. */
export const analogDeviceIn = (bytes: Uint8Array, file: string): AnalogDevice =>
  extname(file).toLowerCase() === ".csv" ? deviceOfTable(bytes, file) : deviceOfJson(bytes, file);

const deviceOfJson = (bytes: Uint8Array, file: string): AnalogDevice => {
  const text = new TextDecoder().decode(bytes);
  const fault = jsonFault(text);
  if (fault === undefined) return parseAnalogDevice(JSON.parse(text), file);
  throw new ConfigError(file, {
    given: `no whole JSON document, ${fault}`,
    expected:
      "a device as schema/device.schema.json describes it, or measurements in a file that ends in .csv",
    remedy: "Correct the file; `nsm substrate show pcm --json` prints a device to start from.",
  });
};

/** Most bytes of a header. */
const MAX_HEADER = 200;

const deviceOfTable = (bytes: Uint8Array, file: string): AnalogDevice => {
  const header = linesOf(bytes.subarray(0, MAX_HEADER), file)[0]!
    .text.split(",")
    .map((cell) => cell.trim())
    .join(",");
  const make = Object.entries(TABLES).find(([known]) => known === header)?.[1];
  if (make) return parseAnalogDevice(make(bytes, file, basename(file, extname(file))), file);
  throw new DataError(
    { file, offset: 0 },
    {
      given: `line 1: the columns ${header}`,
      expected: Object.keys(TABLES).join(" or "),
      remedy: "Name the columns so, and give numbers in these units.",
    },
  );
};

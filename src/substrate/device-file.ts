/** Devices in the bytes of files. */
import { ConfigError, DataError } from "../errors.ts";
import { linesOf } from "../files/text-lines.ts";
import { settingFault } from "../setting-file.ts";
import { jsonFault } from "../storage/json-fault.ts";
import { type AnalogDevice, type AnalogDeviceDescription, parseAnalogDevice } from "./device.ts";
import { deviceOfProgramming, PROGRAMMING_HEADER } from "./measurements/programming.ts";
import { deviceOfSwitching, SWITCHING_HEADER } from "./measurements/switching.ts";

/** Kinds of measurements by the header of their table. */
const TABLES = { [PROGRAMMING_HEADER]: deviceOfProgramming, [SWITCHING_HEADER]: deviceOfSwitching };

/** A path's last part, and that without the ending of its name. */
const nameOf = (path: string): string => path.replace(/^.*[\\/]/, "");
const stemOf = (path: string): string => nameOf(path).replace(/(?<=.)\.[^.]*$/, "");

/**
 * The device that the contents of a file describe, as `readAnalogDevice` reads it: a description in JSON, or a table of
 * measurements if the name `file` ends in .csv. Throws ConfigError for either if it is invalid, with the place in a table.
 */
export const analogDeviceIn = (bytes: Uint8Array, file: string): AnalogDevice => {
  if (!ArrayBuffer.isView(bytes))
    throw new ConfigError(`reading ${file}`, {
      given: `a value of type ${typeof bytes}`,
      expected: "the bytes of the file, a Uint8Array",
      remedy: "Encode a text by `new TextEncoder().encode(text)`, or parse it and call `parseAnalogDevice`.",
    });
  return /\.csv$/i.test(file) ? deviceOfTable(bytes, file) : deviceOfJson(bytes, file);
};

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
  try {
    return parseAnalogDevice(measured(bytes, file), file);
  } catch (cause) {
    throw settingFault(cause, file);
  }
};

/** The description of the device that a table measures. Throws DataError for an invalid table. */
const measured = (bytes: Uint8Array, file: string): AnalogDeviceDescription => {
  const [first] = linesOf(bytes.subarray(0, MAX_HEADER), file);
  const header = first!.text
    .split(",")
    .map((cell) => cell.trim())
    .join(",");
  const make = Object.entries(TABLES).find(([known]) => known === header)?.[1];
  if (make) return make(bytes, file, stemOf(file));
  throw new DataError(
    { file, offset: 0 },
    {
      given: `line 1: the columns ${header}`,
      expected: Object.keys(TABLES).join(" or "),
      remedy: "Name the columns so, and give numbers in these units.",
    },
  );
};

/** Devices from files. Node only. */
import { basename, extname } from "node:path";
import { ConfigError, DataError } from "../errors.ts";
import { linesOf } from "../files/text-lines.ts";
import { parseJson, readWhole } from "../storage/files.ts";
import { type AnalogDevice, parseAnalogDevice } from "./device.ts";
import { deviceOfProgramming, PROGRAMMING_HEADER } from "./measurements/programming.ts";
import { deviceOfSwitching, SWITCHING_HEADER } from "./measurements/switching.ts";

/** Most bytes of a description, and of a table of measurements. */
const [MAX_JSON, MAX_TABLE] = [1 << 20, 1 << 26];

/** Kinds of measurements by the header of their table. */
const TABLES = { [PROGRAMMING_HEADER]: deviceOfProgramming, [SWITCHING_HEADER]: deviceOfSwitching };

/**
 * The device that a file describes: a description in JSON, or a table of measurements, whose name ends in .csv. Throws
 * ConfigError for an invalid description, DataError for an invalid table, StorageError for a file that cannot be read.
 */
export const readAnalogDevice = async (file: string): Promise<AnalogDevice> =>
  extname(file).toLowerCase() === ".csv" ? deviceOfTable(file) : deviceOfJson(file);

const deviceOfJson = async (file: string): Promise<AnalogDevice> => {
  const document = parseJson(new TextDecoder().decode(await readWhole(file, MAX_JSON)));
  if (document !== undefined) return parseAnalogDevice(document, file);
  throw new ConfigError(file, {
    given: "no whole JSON document",
    expected:
      "a device as schema/device.schema.json describes it, or measurements in a file that ends in .csv",
    remedy: "Correct the file; `nsm substrate show pcm --json` prints a device to start from.",
  });
};

const deviceOfTable = async (file: string): Promise<AnalogDevice> => {
  const bytes = await readWhole(file, MAX_TABLE);
  const header = linesOf(bytes.subarray(0, MAX_HEADER), file)[0]!
    .text.split(",")
    .map((cell) => cell.trim());
  const make = Object.entries(TABLES).find(([known]) => known === header.join(","))?.[1];
  if (make) return parseAnalogDevice(make(bytes, file, basename(file, extname(file))), file);
  throw new DataError(
    { file, offset: 0 },
    {
      given: `the columns ${header.join(",")}`,
      expected: Object.keys(TABLES).join(" or "),
      remedy: "Name the columns so, and give numbers in these units.",
    },
  );
};

/** Most bytes of a header. */
const MAX_HEADER = 200;

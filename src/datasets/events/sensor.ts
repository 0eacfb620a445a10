/** Which sensor a recording was made with. */

import { ConfigError, DataError } from "../../errors.ts";
import type { ByteSource } from "./byte-source.ts";
import type { Sensor } from "./events.ts";

export const sizeOf = ({ width, height }: Sensor): string => `${width}x${height}`;

/** What says a sensor's size: the caller, the file, or what recordings of the format are usually made with. */
interface SensorHints {
  readonly given?: Sensor | undefined;
  readonly stated?: Sensor | undefined;
  readonly usual?: Sensor;
}

/**
 * The sensor of the recording `source`: as the file states it, else as given, else the usual one. Throws ConfigError
 * where the caller contradicts the file or gives no sensor at all, DataError where nobody says the size.
 */
export function sensorOf(source: ByteSource, { given, stated, usual }: SensorHints): Sensor {
  if (given && !(isSide(given.width) && isSide(given.height))) {
    throw new ConfigError("opening an event recording", {
      given: `a sensor of ${sizeOf(given)} pixels`,
      expected: "a width and a height from 1 to 65536",
      remedy: "Correct the sensor's size.",
    });
  }
  if (given && stated && sizeOf(given) !== sizeOf(stated)) {
    throw new ConfigError(`opening ${source.name}`, {
      given: `a sensor of ${sizeOf(given)} pixels`,
      expected: `${sizeOf(stated)}, as the file says`,
      remedy: "Leave the sensor's size out.",
    });
  }
  const sensor = stated ?? given ?? usual;
  if (sensor) return sensor;
  throw new DataError(
    { file: source.name },
    {
      given: "a recording that does not say how large its sensor is",
      expected: "its width and height",
      remedy: "Give the sensor's size: as `sensor`, or on the command line as `--size WIDTHxHEIGHT`.",
    },
  );
}

/** Coordinates are 16 bits wide. */
const isSide = (pixels: number): boolean => Number.isInteger(pixels) && pixels >= 1 && pixels <= 65536;

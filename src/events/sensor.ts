/** The sensor of a recording. */

import { ConfigError, DataError } from "../errors.ts";
import type { ByteSource } from "../files/byte-source.ts";
import type { Sensor } from "./events.ts";

export const sizeOf = ({ width, height }: Sensor): string => `${width}x${height}`;

/** Sources of a sensor's size: the caller, the file, and the usual sensor of the format. */
interface SensorHints {
  readonly given?: Sensor | undefined;
  readonly stated?: Sensor | undefined;
  readonly usual?: Sensor | undefined;
}

/**
 * The sensor of the recording `source`: as the file states it, else as given, else the usual one. Throws ConfigError
 * where the size given is invalid or not the file's, DataError where the file states an invalid size, or no size is
 * known.
 */
export const sensorOf = (source: ByteSource, { given, stated, usual }: SensorHints): Sensor => {
  if (stated && !isSize(stated))
    throw noSize(source, `a header with a sensor of ${sizeOf(stated)} pixels`, mend);
  if (given && !isSize(given)) throw badOption(source, given, sizes);
  if (given && stated && sizeOf(given) !== sizeOf(stated))
    throw badOption(source, given, `${sizeOf(stated)}, as the file says`);
  const sensor = stated ?? given ?? usual;
  if (!sensor) throw noSize(source, "a recording that does not say how large its sensor is", tell);
  return sensor;
};

/** Most pixels of a sensor, over ten times the largest ones': a damaged header may claim billions. */
export const MOST_PIXELS = 2 ** 24;

/** Coordinates are 16 bits wide. */
const isSize = ({ width, height }: Sensor): boolean =>
  [width, height].every((pixels) => Number.isInteger(pixels) && pixels >= 1 && pixels <= 65536) &&
  width * height <= MOST_PIXELS;

const sizes = `a width and a height from 1 to 65536, of at most ${MOST_PIXELS} pixels`;

const badOption = ({ name }: ByteSource, given: Sensor, expected: string): ConfigError =>
  new ConfigError(`opening ${name}`, {
    given: `a sensor of ${sizeOf(given)} pixels`,
    expected,
    remedy: "Correct the sensor's size, or leave it out where the file states it.",
  });

const tell = "Give the sensor's size: as `sensor`, or on the command line as `--size WIDTHxHEIGHT`.";
const mend = "The file is damaged or of another format: fetch it again, or name its format.";

const noSize = ({ name }: ByteSource, given: string, remedy: string): DataError =>
  new DataError(
    { file: name },
    {
      given,
      expected: sizes,
      remedy,
    },
  );

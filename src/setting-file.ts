/** Faults of files that hold settings. */
import { ConfigError, DataError } from "./errors.ts";

/**
 * The ConfigError for what cannot be used in the file of a setting, such as a network, a noise or a device: damaged data are a
 * wrong setting there, as an invalid description is. The place in the file is kept; any other error is returned as it is.
 */
export const settingFault = (cause: unknown, file: string): unknown => {
  if (!(cause instanceof DataError || cause instanceof ConfigError)) return cause;
  const { place = { file }, given, expected, remedy } = cause;
  return new ConfigError(place, { given, expected, remedy }, cause);
};

/** An error of this package as a JSON document. */
import type { Explanation, NsmError, Place } from "./errors.ts";

/** A failure as `--json` prints it and the studio's server answers it, in the field `error` of a document. */
export interface FailureReport extends Explanation {
  /** The class of the error, such as "ConfigError", or "unexpected" for one that this package did not raise. */
  readonly kind: string;
  readonly message: string;
  /** The file, and the byte offset in it, where reading went wrong. */
  readonly place?: Place;
}

export const failureReport = ({
  name: kind,
  message,
  given,
  expected,
  remedy,
  place,
}: NsmError): FailureReport => ({
  ...{ kind, message, given, expected, remedy },
  ...(place && { place }),
});

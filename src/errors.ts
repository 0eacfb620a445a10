/**
 * Every error that this package raises on purpose. Each says what was given, what was expected and what to do,
 * both as fields for programs and as one message for people.
 */

/** What each error is made of. */
export interface Explanation {
  /** What was found, in the words or values of the caller. */
  readonly given: string;
  /** What would have been accepted. */
  readonly expected: string;
  /** The next step that mends it. */
  readonly remedy: string;
}

/** A place in a file, or in bytes that have a name. */
export interface Place {
  readonly file: string;
  /** In bytes from the file's start; of compressed files, of their uncompressed contents. */
  readonly offset?: number;
}

/** Base of all errors of this package; `name` tells the kinds apart across realms and packages. */
export abstract class NsmError extends Error implements Explanation {
  readonly given: string;
  readonly expected: string;
  readonly remedy: string;
  /** Where reading went wrong, if that is one file. */
  readonly place?: Place;

  constructor(subject: string | Place, { given, expected, remedy }: Explanation, cause?: unknown) {
    super(
      `${typeof subject === "string" ? subject : readingAt(subject)}: got ${given}; expected ${expected}. ${remedy}`,
      cause === undefined ? undefined : { cause },
    );
    this.name = new.target.name;
    if (typeof subject !== "string") this.place = subject;
    this.given = given;
    this.expected = expected;
    this.remedy = remedy;
  }
}

const readingAt = ({ file, offset }: Place): string =>
  offset === undefined ? `reading ${file}` : `reading ${file}, byte ${offset}`;

/** Operands whose shapes or types do not fit an operator. Raised when a program is built, never when it runs. */
export class ShapeError extends NsmError {}

/** A setting outside its range, an unknown name, or a file of settings that does not fit its schema. */
export class ConfigError extends NsmError {}

/** A command line that cannot be understood. */
export class UsageError extends NsmError {}

/** Data that are missing, truncated, of another format, or not those whose checksum was published. */
export class DataError extends NsmError {}

/** A download that failed for good. */
export class DownloadError extends NsmError {}

/** A run folder or checkpoint that is damaged, foreign, or of another configuration. */
export class CheckpointError extends NsmError {}

/** A file that could not be read or written: no such file, no right, no space. */
export class StorageError extends NsmError {}

/** A device or execution provider that is not there. */
export class DeviceError extends NsmError {}

/** An optional dependency that is not installed. */
export class PackageError extends NsmError {}

/** A worker thread that failed, ended or was closed while its result was awaited. */
export class WorkerError extends NsmError {}

/** Arithmetic that left the numbers: a loss or a weight that is NaN or infinite. */
export class NumericError extends NsmError {}

/**
 * The typed errors of this package. Each says what was given, what was expected and what to do, both as
 * fields for programs and as one message for people.
 */

/** The three parts of every error. */
export interface Explanation {
  /** Value or text that was found, in the caller's words. */
  readonly given: string;
  /** What would have been accepted. */
  readonly expected: string;
  /** Next step that mends it. */
  readonly remedy: string;
}

/** A place in a file, or in named bytes. */
export interface Place {
  readonly file: string;
  /** Byte offset from the file's start; for a compressed file, in its uncompressed contents. */
  readonly offset?: number;
}

/**
 * Base class of all errors of this package. `name` identifies the kind where `instanceof` fails, across
 * realms and package copies.
 */
export abstract class NsmError extends Error implements Explanation {
  readonly given: string;
  readonly expected: string;
  readonly remedy: string;
  /** The place in the file that could not be read, if there is one. */
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

/**
 * Operands whose shapes or types do not fit an operator. Thrown while a program is built, never while it
 * runs.
 */
export class ShapeError extends NsmError {}

/** A setting out of range, an unknown name, or a settings file that does not match its schema. */
export class ConfigError extends NsmError {}

/** A command line that cannot be parsed. */
export class UsageError extends NsmError {}

/** Data that are missing, truncated, in another format, or whose checksum differs from the published one. */
export class DataError extends NsmError {}

/** A download that failed after all retries. */
export class DownloadError extends NsmError {}

/** A run folder or checkpoint that is damaged, written by another program, or of another configuration. */
export class CheckpointError extends NsmError {}

/** A file that could not be read or written: it does not exist, permission is denied, or the disk is full. */
export class StorageError extends NsmError {}

/** A device or execution provider that is not available. */
export class DeviceError extends NsmError {}

/** An optional dependency that is not installed. */
export class PackageError extends NsmError {}

/** A worker thread that failed, exited or was closed before it returned a result. */
export class WorkerError extends NsmError {}

/** A non-finite loss or weight. */
export class NumericError extends NsmError {}

/** Errors on their way between threads: a structured clone keeps neither the class nor the fields of ours. */
import * as errors from "../errors.ts";

/** An error as a message. */
export interface Failure {
  readonly failure: {
    readonly name: string;
    readonly message: string;
    readonly stack: string | undefined;
    /** The fields of an NsmError. */
    readonly fields: Readonly<Record<string, unknown>>;
    readonly cause?: Failure;
  };
}

const FIELDS = ["given", "expected", "remedy", "place"] as const;

export const encodeFailure = (error: unknown): Failure => {
  const { name, message, stack, cause } =
    error instanceof Error
      ? error
      : { name: "Error", message: String(error), stack: undefined, cause: undefined };
  const fields =
    error instanceof errors.NsmError
      ? Object.fromEntries(FIELDS.flatMap((field) => (field in error ? [[field, error[field]]] : [])))
      : {};
  return {
    failure: {
      ...{ name, message, stack, fields },
      ...(cause !== undefined && { cause: encodeFailure(cause) }),
    },
  };
};

export const isFailure = (message: unknown): message is Failure =>
  typeof message === "object" && message !== null && "failure" in message;

/** The error, of its own class where that is one of ours or JavaScript's Error. */
export const decodeFailure = ({ failure: { name, message, stack, fields, cause } }: Failure): Error => {
  const error = new Error(message, cause && { cause: decodeFailure(cause) });
  const Class = (errors as Readonly<Record<string, unknown>>)[name];
  if (typeof Class === "function") Object.setPrototypeOf(error, Class.prototype);
  Object.assign(error, fields);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
};

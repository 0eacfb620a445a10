/** A request that the studio's server does not answer, as a typed error with the status of HTTP. */
import { type Explanation, NsmError } from "../errors.ts";

export class Refused extends NsmError {
  readonly status: number;

  constructor(status: number, subject: string, explanation: Explanation, cause?: unknown) {
    super(subject, explanation, cause);
    this.status = status;
  }
}

/** Throws the refusal of a thing that is not there. */
export const notFound = (subject: string, given: string, expected: string): never => {
  throw new Refused(404, subject, { given, expected, remedy: "Reload the page for what is there now." });
};

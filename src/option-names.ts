/** Check of the names of options. */
import { ConfigError } from "./errors.ts";
import { didYouMean } from "./nearest-names.ts";

/**
 * Throws ConfigError, naming `subject`, for an option that is not among `known`. `others` maps names that are easily
 * mistaken to the right ones, such as samples to passes.
 */
export const checkOptionNames = (
  subject: string,
  options: object,
  known: readonly string[],
  others: Readonly<Record<string, string>> = {},
): void => {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const right = Object.hasOwn(others, unknown) ? others[unknown] : undefined;
  throw new ConfigError(subject, {
    given: `the unknown option "${unknown}"${right === undefined ? didYouMean(unknown, known) : ""}`,
    expected: known.join(", "),
    remedy: right === undefined ? "Correct its name, or leave it out." : `Here it is called "${right}".`,
  });
};

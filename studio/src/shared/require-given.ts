/** Files that a link asks for, and that only the user can give. */
import { ConfigError } from "neural-sampling/web";

interface Words {
  readonly what: string;
  readonly expected: string;
  readonly remedy: string;
}

/** Returns what was given. Throws ConfigError where nothing was given in this tab. */
export const requireGiven = <Given>(given: Given | undefined, { what, expected, remedy }: Words): Given => {
  if (given !== undefined) return given;
  throw new ConfigError(what, {
    given: "none in this tab",
    expected,
    remedy: `${remedy} A link does not carry files.`,
  });
};

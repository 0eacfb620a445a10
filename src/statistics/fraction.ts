import { ConfigError } from "../errors.ts";

/** Throws ConfigError unless 0 < value < 1. `name` appears in the message. */
export const checkFraction = (name: string, value: number): void => {
  if (value > 0 && value < 1) return;
  throw new ConfigError(name, {
    given: String(value),
    expected: "a number with 0 < value < 1",
    remedy: `Choose another ${name}.`,
  });
};

/** What a failed command prints, and its exit status: 1 for a failure, 2 for wrong usage. */
import { CommanderError } from "commander";
import { ConfigError, NsmError, ShapeError, UsageError } from "../errors.ts";
import { say } from "./print.ts";

export const FAILURE = 1;
const USAGE = 2;

/** Settings that cannot be used: those of the command line, and the network that it names. */
const isUsage = (error: unknown): boolean =>
  error instanceof UsageError || error instanceof ConfigError || error instanceof ShapeError;

const isDebugging = (): boolean => (process.env.NSM_DEBUG ?? "") !== "";

/** Says on standard error why a command failed; returns the exit status. */
export const report = (error: unknown): number => {
  // Commander has said it already; help and version are no failures.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (isDebugging()) say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  else if (error instanceof NsmError) say(`nsm: ${error.message}`);
  else
    say(
      `nsm: unexpected failure: ${error instanceof Error ? error.message : error}\n` +
        "Run it again with NSM_DEBUG=1 to see where, and report it.",
    );
  return isUsage(error) ? USAGE : FAILURE;
};

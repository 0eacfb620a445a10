/** Output of a failed command, and its exit status: 2 for settings that cannot be used, 1 for any other failure. */
import { CommanderError } from "commander";
import { ConfigError, NsmError, ShapeError, UsageError } from "../errors.ts";
import { type FailureReport, failureReport } from "../failure-report.ts";
import { printJson, say } from "./print.ts";

export const FAILURE = 1;
const USAGE = 2;

/**
 * Settings that cannot be used: those of the command line, and those in the file of a network, a noise or a device that it
 * names, in any format. A file that cannot be read at all is no setting.
 */
const isUsage = (error: unknown): boolean =>
  error instanceof UsageError || error instanceof ConfigError || error instanceof ShapeError;

const isDebugging = (): boolean => (process.env.NSM_DEBUG ?? "") !== "";

/**
 * Says on standard error why a command failed, and where `isJson`, also as a document on standard output. Returns the
 * exit status.
 */
export const report = (error: unknown, isJson: boolean): number => {
  // Help and version end by an error of Commander's that is no failure.
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  if (isJson) printJson({ error: reportOf(error) });
  // Commander has said it on standard error already.
  if (error instanceof CommanderError) return USAGE;
  if (isDebugging()) say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  else if (error instanceof NsmError) say(`nsm: ${error.message}`);
  else say(`nsm: unexpected failure: ${messageOf(error)}\n${UNEXPECTED}`);
  return isUsage(error) ? USAGE : FAILURE;
};

const UNEXPECTED = "Run it again with NSM_DEBUG=1 to see where, and report it.";

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The fields of a failure. */
export const reportOf = (error: unknown): FailureReport => {
  if (error instanceof NsmError) return failureReport(error);
  const message = messageOf(error).replace(/^error: /, "");
  if (error instanceof CommanderError)
    return {
      ...{ kind: UsageError.name, message, given: message },
      expected: "a command line as its --help shows it",
      remedy: "See the command's --help.",
    };
  return { kind: "unexpected", message, given: message, expected: "no such failure", remedy: UNEXPECTED };
};

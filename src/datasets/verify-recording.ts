/** Verifies an event recording: reads it to its end, or to where it is damaged. Node only. */

import type { RecordingOptions } from "../events/open-source.ts";
import { openRecording } from "../events/recording.ts";
import { type RecordingSummary, type Summing, summing } from "../events/summary.ts";
import { attempt } from "./report.ts";
import { type DataProblem, describe } from "./verify.ts";

export interface RecordingVerification {
  /** Whether there were no problems. */
  readonly ok: boolean;
  /** Path as it was opened. */
  readonly name: string;
  /** Summary of the events, in a damaged recording of those before the damage; null if it could not be opened. */
  readonly summary: RecordingSummary | null;
  /** At most one: what comes after it is not read. */
  readonly problems: readonly DataProblem[];
}

/**
 * Reads all that can be read of the recording at `path`. Damage is a problem, not an error. Throws ConfigError for
 * options that do not fit it.
 */
export const verifyRecording = async (
  path: string,
  options: RecordingOptions = {},
): Promise<RecordingVerification> => {
  const problems: DataProblem[] = [];
  let sum: Summing | undefined;
  await attempt(
    (problem) => problems.push(describe(problem, path)),
    async () => {
      sum = summing(await openRecording(path, options));
      for await (const _ of sum.stream.chunks);
    },
  );
  return { ok: problems.length === 0, name: path, summary: sum?.summary() ?? null, problems };
};

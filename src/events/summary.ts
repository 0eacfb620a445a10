/** Summary of a recording. */

import type { EventStream, Events } from "./events.ts";

export interface RecordingSummary {
  /** Name of the file format. */
  readonly format: string;
  readonly events: number;
  /** Events by polarity. */
  readonly on: number;
  readonly off: number;
  /** Size of the sensor, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Times of the first and the last event, microseconds; null where there are none. */
  readonly firstUs: number | null;
  readonly lastUs: number | null;
  /** Notes on what was left out. */
  readonly remarks: readonly string[];
}

/** A summary that grows with the events that have passed. */
export interface Summing {
  /** The stream, whose events are counted as they pass. */
  readonly stream: EventStream;
  /** Summary of the events that have passed so far. */
  readonly summary: () => RecordingSummary;
}

export const summing = (stream: EventStream): Summing => {
  const { format, sensor, chunks, remarks = () => [] } = stream;
  let [events, on] = [0, 0];
  let [firstUs, lastUs]: (number | null)[] = [null, null];
  const add = ({ t, polarity }: Events): void => {
    events += t.length;
    for (let k = 0; k < polarity.length; k++) on += polarity[k]!;
    firstUs ??= t[0] ?? null;
    lastUs = t.at(-1) ?? lastUs!;
  };
  const passing = async function* () {
    for await (const chunk of chunks) {
      add(chunk);
      yield chunk;
    }
  };
  return {
    stream: { format, sensor, chunks: passing(), remarks },
    summary: () => ({
      ...{ format, events, on, off: events - on, ...sensor },
      ...{ firstUs: firstUs!, lastUs: lastUs!, remarks: remarks() },
    }),
  };
};

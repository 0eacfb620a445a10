/** The limit of time of a browser's decoder, with a worker that never answers. */
import { afterEach, expect, it, vi } from "vitest";
import type { Refuse } from "../../../src/files/compression/damage.ts";
import { decodeZstdInWorker } from "../../../src/files/compression/zstd-web.ts";

/** A frame of one stored block of six bytes. */
const frame = Buffer.concat([
  Buffer.from("28b52ffda0", "hex"),
  Buffer.from("06000000", "hex"),
  Buffer.from("310000", "hex"),
  Buffer.from("events"),
]);

class Refused extends Error {}
const refuse: Refuse = (_offset, given) => {
  throw new Refused(given);
};

let [started, ended] = [0, 0];

class SilentWorker {
  constructor() {
    started++;
  }
  postMessage(): void {}
  terminate(): void {
    ended++;
  }
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("ends the worker, refuses the frame, and takes another worker for the next", async () => {
  vi.useFakeTimers();
  vi.stubGlobal("Worker", SilentWorker);
  for (const number of [1, 2]) {
    const refused = expect(decodeZstdInWorker(frame, 1 << 20, refuse)).rejects.toThrow(
      "a damaged Zstandard frame (no end after 5 seconds)",
    );
    await vi.advanceTimersByTimeAsync(4900);
    expect([started, ended]).toEqual([number, number - 1]);
    await vi.advanceTimersByTimeAsync(200);
    await refused;
    expect([started, ended]).toEqual([number, number]);
  }
});

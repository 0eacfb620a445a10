import { describe, expect, it } from "vitest";
import { contained } from "../../src/datasets/contained.ts";
import { WorkerError } from "../../src/errors.ts";

/** How `moody-worker.ts` is asked to answer. */
const start = (seconds: number) =>
  contained<string, string>("./moody-worker.js", import.meta.url, "a test", seconds);

describe("contained", () => {
  it("answers in order, with a fresh thread after one that crashed", async () => {
    const { ask } = start(60);
    const answers = ["a", "crash", "b", "exit", "c"].map((mood) => ask(mood).catch((error) => error));
    const [a, crash, b, exit, c] = await Promise.all(answers);
    expect([a, b, c]).toEqual(["a 1", "b 1", "c 1"]);
    expect(crash).toBeInstanceOf(WorkerError);
    expect(crash.message).toMatch(/a test: got a failure \(crashed\)/);
    expect(exit).toBeInstanceOf(WorkerError);
  });

  it("keeps its thread from one answer to the next", async () => {
    const { ask } = start(60);
    expect([await ask("a"), await ask("b")]).toEqual(["a 1", "b 2"]);
  });

  it("ends a thread that does not answer in time", async () => {
    const { ask } = start(0.1);
    await expect(ask("hang")).rejects.toThrow(/a test: got no answer for 0\.1 s/);
  });
});

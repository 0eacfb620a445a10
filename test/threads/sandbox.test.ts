import { describe, expect, it } from "vitest";
import { WorkerError } from "../../src/errors.ts";
import { sandboxed } from "../../src/threads/sandbox.ts";

/** How `failing-worker.ts` is asked to answer. */
const start = () => sandboxed<string, string>("./failing-worker.js", import.meta.url, "a test");

describe("sandboxed", () => {
  it("answers in order, with a fresh thread after one that crashed", async () => {
    const { ask } = start();
    const answers = ["a", "crash", "b", "exit", "c"].map((mood) => ask(mood, 60).catch((error) => error));
    const [a, crash, b, exit, c] = await Promise.all(answers);
    expect([a, b, c]).toEqual(["a 1", "b 1", "c 1"]);
    expect(crash).toBeInstanceOf(WorkerError);
    expect(crash.message).toMatch(/a test: got a failure \(crashed\)/);
    expect(exit).toBeInstanceOf(WorkerError);
  });

  it("keeps its thread from one answer to the next", async () => {
    const { ask } = start();
    expect([await ask("a", 60), await ask("b", 60)]).toEqual(["a 1", "b 2"]);
  });

  it("ends a thread that does not answer in time", async () => {
    const { ask } = start();
    await expect(ask("hang", 0.1)).rejects.toThrow(/a test: got no answer for 0\.1 s/);
  });
});

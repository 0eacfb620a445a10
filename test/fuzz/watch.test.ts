import { describe, expect, it } from "vitest";
import { run } from "../../fuzz/run.ts";
import { watch } from "../../fuzz/watch.ts";
import { targets } from "./faulty-targets.ts";

const module = new URL("./faulty-targets.ts", import.meta.url).href;
const inputs = { seed: 1, first: 0, count: 64 };
const limits = { timeMs: 2000, heapMb: 64, maxCrashes: 2 };

describe("the watch over a target", () => {
  it("counts what a sound reader does, as a run in this process does", async () => {
    const tally = await watch({ module, name: "sound", inputs }, limits);
    expect(tally).toEqual(await run(targets.find(({ name }) => name === "sound")!, inputs));
    expect(tally.read + tally.refused).toBe(inputs.count);
    expect(tally.findings).toEqual([]);
  });

  it.each([
    ["untyped", /^SyntaxError/],
    ["greedy", /^13\d{7} bytes of arrays for a file of \d+ bytes/],
  ])("finds the faults of a reader that is %s, and goes on behind each", async (name, problem) => {
    const { read, refused, findings } = await watch({ module, name, inputs }, limits);
    expect(findings.length).toBeGreaterThan(1);
    expect(read + refused + findings.length).toBe(inputs.count);
    for (const finding of findings) expect(finding.problem).toMatch(problem);
  });

  it.each([
    ["hangs", /^timed out after 2000 ms/],
    ["ends", /^the process exited with SIG/],
    ["fills the memory", /^the process exited with .*heap out of memory/s],
  ])("finds a reader that %s, and continues behind it until it is enough", async (name, problem) => {
    const { findings } = await watch({ module, name, inputs }, limits);
    expect(findings.length).toBe(2);
    expect(findings[0]!.index).toBeLessThan(findings[1]!.index);
    for (const finding of findings) expect(finding.problem).toMatch(problem);
  });
});

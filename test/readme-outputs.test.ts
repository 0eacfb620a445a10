/** The outputs that the README shows are those that its commands print. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { blocksIn, compareOutput, runCommand } from "../scripts/readme-outputs.ts";

describe("compareOutput", () => {
  const lines = ["trained for 5 epochs: 15.2 s", "  error  4.15 %  of 2,000", "...", "done"];
  const compare = (output: string, isExact = false) => compareOutput({ lines }, output, isExact);

  it("takes times as they come and results that are close, and brings the output's numbers", () => {
    const output = "trained for 5 epochs: 99.1 s\n  error  3.2 %  of 2,000\nmore\nand more\ndone\n";
    expect(compare(output)).toEqual({
      lines: ["trained for 5 epochs: 99.1 s", "  error  3.2 %  of 2,000", "...", "done"],
      problems: [],
    });
    expect(compare(output, true).problems).toEqual(["4.15 is 3.2 in:   error  3.2 %  of 2,000"]);
  });

  it.each([
    ["another count", "trained for 6 epochs: 1.0 s\n  error  4.15 %  of 2,000\ndone", /^5 is 6 in/],
    ["a result far away", "trained for 5 epochs: 1.0 s\n  error  9.15 %  of 2,000\ndone", /^4.15 is 9.15/],
    ["other words", "trained for 5 epochs: 1.0 s\n  mistakes 4.15 %\ndone", /^not printed: {3}error/],
    [
      "a line that is missing",
      "trained for 5 epochs: 1.0 s\n  error  4.15 %  of 2,000\nx",
      /^not printed: done/,
    ],
    [
      "a line more",
      "trained for 5 epochs: 1.0 s\n  error  4.15 %  of 2,000\ndone\nand more",
      /^not shown: and more/,
    ],
  ])("finds %s", (_, output, problem) => {
    expect(compare(output).problems[0]).toMatch(problem);
  });
});

it("holds for the README", { timeout: 600_000 }, async () => {
  const blocks = blocksIn(await readFile(new URL("../README.md", import.meta.url), "utf8"));
  expect(blocks.length).toBeGreaterThan(1);
  const folder = await mkdtemp(join(tmpdir(), "nsm-readme-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const block of blocks) {
    const { problems } = compareOutput(block, await runCommand(block.command, folder));
    expect({ command: block.command, problems }).toEqual({ command: block.command, problems: [] });
  }
});

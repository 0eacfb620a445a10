/** Words of suggested commands are read by a shell as they were meant. */
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shellWord } from "../../src/cli/shell-word.ts";

const read = (words: readonly string[]): string[] =>
  execFileSync("/bin/sh", ["-c", `printf '%s\\0' ${words.join(" ")}`], { encoding: "utf8" })
    .split("\0")
    .slice(0, -1);

test("any words are read by a shell as they were", () => {
  const word = fc.string({ unit: "binary" }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
      expect(read(words.map(shellWord))).toEqual(words);
    }),
    { numRuns: 100, seed: 1 },
  );
});

test("plain words stay as they are", () => {
  expect(shellWord("mnist=../data/mnist-1.0")).toBe("mnist=../data/mnist-1.0");
  expect(shellWord("my data")).toBe("'my data'");
});

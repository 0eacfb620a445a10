/** Findings as text. */
import { expect, test } from "vitest";
import { findingsText } from "../../src/cli/findings-text.ts";
import { findingsOf, rowOf } from "../report/example.ts";

test("rows refer to what differs from the published splits, below the table", () => {
  const own = { dataset: "N-MNIST, test", split: "own split" };
  const rows = [
    rowOf("dCNN", 1, 0.1, own),
    rowOf("bNSM", 1, 0.1, own),
    rowOf("bNSM", 2, 0.1),
    rowOf("dCNN", 3, 0.1, { dataset: "DVS Gesture by lighting", split: "1 user" }),
  ];
  const lines = findingsText(findingsOf("data-table", { rows, remarks: ["A remark."] })).split("\n");
  expect(lines.slice(2, 8).map((line) => line.split(/ {2,}/).slice(0, 2).join(": "))).toEqual([
    "dCNN: N-MNIST, test [1]",
    "bNSM: N-MNIST, test [1]",
    "bNSM: MNIST test, 10,000 images",
    "dCNN: DVS Gesture by lighting [2]",
    "[1] own split",
    "[2] 1 user",
  ]);
  expect(lines.at(-1)).toBe("A remark.");
});

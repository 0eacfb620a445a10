/** The data of experiments: how folders that were given are called, and the notes on their splits. */
import { expect, test } from "vitest";
import { BUDGETS } from "../../../src/experiments/study/budgets.ts";
import { checkSources, isMissing, openData } from "../../../src/experiments/study/data.ts";
import { array, npzFolder } from "../../datasets/npz-folder.ts";

test("a folder whose files do not say what they hold is called by the data set's title", async () => {
  const split = [
    array("x", "|u1", [2, 2, 3], new Uint8Array(12)),
    array("y", "|u1", [2], Uint8Array.of(0, 7)),
  ];
  const folder = await npzFolder(split, split);
  const sources = { data: { nmnist: folder }, notes: { nmnist: "by index", emnist: "other" } };
  const data = await openData("nmnist", { ...sources, budget: BUDGETS.standard });
  if (isMissing(data)) throw new Error("the folder was not opened");
  expect(data.test.name).toBe(`N-MNIST: npz data in ${folder}, test, 2 images`);
  expect(data.note!.words).toBe(
    "own split: 2 training and 2 test examples of 8 of 10 classes, published: 60,000 and 10,000; by index",
  );
});

test("a note on an unknown data set is refused", () => {
  expect(() => checkSources({ data: {}, notes: { minst: "x" } })).toThrow(/got "minst"; expected mnist or /);
});

/** The data of experiments: how folders that were given are called, and what is said of them. */
import { expect, test } from "vitest";
import { BUDGETS } from "../../../src/experiments/study/budgets.ts";
import { isMissing, lackingClasses, openData } from "../../../src/experiments/study/data.ts";
import { array, npzFolder } from "../../datasets/npz-folder.ts";

test("a folder whose files do not say what they hold is called by the data set's title", async () => {
  const split = [
    array("x", "|u1", [2, 2, 3], new Uint8Array(12)),
    array("y", "|u1", [2], Uint8Array.of(0, 7)),
  ];
  const folder = await npzFolder(split, split);
  const data = await openData("nmnist", { data: { nmnist: folder }, budget: BUDGETS.standard });
  if (isMissing(data)) throw new Error("the folder was not opened");
  expect(data.test.name).toBe(`N-MNIST: npz data in ${folder}, test, 2 images`);
  expect(lackingClasses("nmnist", data.train)).toEqual([
    "These data of N-MNIST have 8 of its 10 classes: errors do not compare with the paper's.",
  ]);
});

test("nothing is said of data with all classes", () => {
  expect(lackingClasses("nmnist", { classes: 10 })).toEqual([]);
});

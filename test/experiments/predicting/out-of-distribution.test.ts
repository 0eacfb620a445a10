/** Images of another kind: which they are, in which order, and which names and shapes are refused. */
import { describe, expect, test } from "vitest";
import { encodeIdx } from "../../../src/datasets/idx/idx.ts";
import { ConfigError, StorageError } from "../../../src/errors.ts";
import type { ExperimentContext } from "../../../src/experiments/experiment.ts";
import { outOfDistribution } from "../../../src/experiments/predicting/out-of-distribution.ts";
import { BUDGETS } from "../../../src/experiments/study/budgets.ts";
import { folderOf } from "../../datasets/folder.ts";
import { smallSplit } from "../../training/digits.ts";

const digits = smallSplit(4);

/** Of the digits and these folders; Fashion-MNIST is nowhere. */
const kinds = (ood: ExperimentContext["ood"], images = 2) => {
  const budget = { ...BUDGETS.quick, testImages: images };
  const context: Pick<ExperimentContext, "data" | "ood" | "budget"> = {
    ...{ ood, budget },
    data: { "fashion-mnist": "/nowhere" },
  };
  return outOfDistribution(context as ExperimentContext, digits);
};

/** A folder of images without labels. */
const imagesOf = (count: number, side: number): Promise<string> => {
  const data = Uint8Array.from({ length: count * side * side }, (_, k) => Math.floor(k / (side * side)));
  return folderOf({ "t10k-images-idx3-ubyte": encodeIdx({ dims: [count, side, side], data }) });
};

test("what the user named comes under that name, as many as the budget has", async () => {
  const { others, left } = await kinds({ letters: await imagesOf(5, 6), few: await imagesOf(1, 6) });
  expect(others.map(({ name, count }) => [name, count])).toEqual([
    ["letters", 2],
    ["few", 1],
    ["uniform noise", 4],
    ["digits blurred by 3 pixels", 4],
  ]);
  const [letters] = others;
  expect(letters).toMatchObject({ shape: [1, 6, 6] });
  expect(letters!.images).toHaveLength(2 * 36);
  expect(new Set(letters!.images).size).toBe(2);
  expect(left.join()).toMatch(/^Without Fashion-MNIST: .*\/nowhere/);
});

describe("refused", () => {
  test.each(["Fashion-MNIST", "uniform noise", "digits blurred by 3 pixels"])(
    "%s, the name of a set that is there anyway, before any folder is read",
    async (name) => {
      const wrong = kinds({ letters: "/nowhere", [name]: "/nowhere" });
      await expect(wrong).rejects.toThrow(ConfigError);
      await expect(wrong).rejects.toThrow(`got the name "${name}"; expected another name than Fashion-MNIST`);
    },
  );

  test("images of another size, and a folder that is not there", async () => {
    const wrong = kinds({ letters: await imagesOf(1, 5) });
    await expect(wrong).rejects.toThrow(ConfigError);
    await expect(wrong).rejects.toThrow(/letters: got images of 1 x 5 x 5; expected 1 x 6 x 6/);
    await expect(kinds({ letters: "/nowhere" })).rejects.toThrow(StorageError);
  });
});

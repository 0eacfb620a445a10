/** Images of `reproduce depth`: held out, of half the size, and refused where they do not suit. */
import { describe, expect, test } from "vitest";
import { openDataset } from "../../../src/datasets/open.ts";
import { DataError } from "../../../src/errors.ts";
import { depthData } from "../../../src/experiments/depth/data.ts";
import { scaleOf } from "../../../src/experiments/depth/scale.ts";
import { depth } from "../../../src/experiments/depth.ts";
import type { ExperimentContext } from "../../../src/experiments/experiment.ts";
import { BUDGETS, type BudgetName } from "../../../src/experiments/study/budgets.ts";
import { halfSizeSplit } from "../../../src/loading/half-size-split.ts";
import { array, npzFolder } from "../../datasets/npz-folder.ts";

const contextOf = (budget: BudgetName, data: ExperimentContext["data"] = {}): ExperimentContext =>
  ({ budget: BUDGETS[budget], data, ood: {} }) as unknown as ExperimentContext;

const open = (budget: BudgetName, data?: ExperimentContext["data"]) =>
  depthData(contextOf(budget, data), scaleOf(BUDGETS[budget]));

/** A folder of colour images of that size. */
const pictures = (count: number, side: number): Promise<string> => {
  const pixels = Uint8Array.from({ length: count * 3 * side * side }, (_, k) => (k * 7) % 251);
  const split = [
    array("x", "|u1", [count, 3, side, side], pixels),
    array(
      "y",
      "|u1",
      [count],
      Uint8Array.from({ length: count }, (_, k) => k % 10),
    ),
  ];
  return npzFolder(split, split);
};

describe("without a folder, at the quick budget", () => {
  test("the embedded training digits at half size, the last quarter held out, not mirrored", async () => {
    const { train, validation, others, augmentation } = await open("quick");
    const whole = await halfSizeSplit((await openDataset()).train);
    const pixels = 14 * 14;
    expect([train.count, validation.count, train.shape]).toEqual([750, 250, [1, 14, 14]]);
    expect(train.images).toEqual(whole.images.subarray(0, 750 * pixels));
    expect(validation.images).toEqual(whole.images.subarray(750 * pixels, 1000 * pixels));
    expect(validation.name).toMatch(/^embedded MNIST subset, last 250 of 1,000 training images$/);
    expect(others.map(({ name, count }) => [name, count])).toEqual([
      ["uniform noise", 250],
      ["blurred by 2 pixels", 250],
    ]);
    expect(augmentation).toBeUndefined();
  });
});

describe("with folders", () => {
  test("CIFAR-10's images, mirrored, and CIFAR-100's as foreign ones, as many as are held out", async () => {
    const data = { cifar10: await pictures(40, 8), cifar100: await pictures(30, 8) };
    const { train, validation, others, augmentation } = await open("quick", data);
    expect([train.count, validation.count, train.shape]).toEqual([30, 10, [3, 4, 4]]);
    expect(others.map(({ name, count, shape }) => [name, count, shape])).toEqual([
      ["CIFAR-100", 10, [3, 4, 4]],
      ["uniform noise", 10, [3, 4, 4]],
      ["blurred by 2 pixels", 10, [3, 4, 4]],
    ]);
    expect(augmentation).toEqual({ flip: true });
  });

  test("images of odd width are refused", async () => {
    await expect(open("quick", { cifar10: await pictures(40, 7) })).rejects.toThrow(
      /7 x 7 pixels; expected an even height and width/,
    );
  });

  test("a folder that is not there is refused before anything is trained", async () => {
    await expect(depth.find(contextOf("standard", { cifar10: "/nowhere" }))).rejects.toThrow(/\/nowhere/);
  });
});

test("no CIFAR-10 at the standard budget: what fetches it, and what else to do", async () => {
  const { XDG_CACHE_HOME } = process.env;
  process.env.XDG_CACHE_HOME = "/nowhere";
  try {
    const found = open("standard");
    await expect(found).rejects.toThrow(DataError);
    await expect(found).rejects.toThrow(
      /no CIFAR-10 here.*nsm data fetch cifar10.*--data cifar10=FOLDER.*--budget quick/,
    );
  } finally {
    if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
  }
});

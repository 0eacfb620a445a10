/** Dispatchers that later calls find open. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Dispatcher } from "../../src/inference/dispatcher.ts";
import { withKeptDispatcher } from "../../src/inference/dispatcher-cache.ts";
import type { Model } from "../../src/networks/model.ts";
import { randomModel } from "./models.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(async () => {
  await vi.advanceTimersByTimeAsync(60_000);
  vi.useRealTimers();
});

/** Uses of dispatchers, which are numbered as they are opened and closed. */
const setup = (failing = 0) => {
  const [opened, closed]: number[][] = [[], []];
  const open = async (): Promise<Dispatcher> => {
    const number = opened!.length;
    opened!.push(number);
    if (number < failing) throw new Error("no device");
    return { number, close: async () => void closed!.push(number) } as never;
  };
  const copy = ({ network, parameters }: Model): Model => ({
    network,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, values]) => [name, values.slice()]),
    ),
  });
  const call = (model: Model, options = "", use = async (): Promise<void> => {}): Promise<number> =>
    withKeptDispatcher(model, options, copy, open, async (dispatcher) => {
      await use();
      return (dispatcher as unknown as { number: number }).number;
    });
  return { call, closed: closed! };
};

test("the same model and options have one dispatcher, which is closed seconds after the last call", async () => {
  const { call, closed } = setup();
  const model = randomModel();
  expect(await Promise.all([call(model), call(model)])).toEqual([0, 0]);
  await vi.advanceTimersByTimeAsync(4000);
  expect(await call({ ...model })).toBe(0);
  await vi.advanceTimersByTimeAsync(4000);
  expect(closed).toEqual([]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(closed).toEqual([0]);
  expect(await call(model)).toBe(1);
});

test("other options, another network and changed parameters have another", async () => {
  const { call } = setup();
  const model = randomModel();
  expect(await call(model)).toBe(0);
  expect(await call(model, "other")).toBe(1);
  expect(await call(randomModel({ name: "other" }))).toBe(2);
  model.parameters["readout.bias"]![0]! += 1;
  expect(await call(model)).toBe(3);
});

test("two are kept without a call; one in use is never closed", async () => {
  const { call, closed } = setup();
  const model = randomModel();
  let finish = (): void => {};
  const long = call(model, "long", () => new Promise((resolve) => (finish = resolve)));
  for (const options of ["a", "b", "c"]) await call(model, options);
  await vi.advanceTimersByTimeAsync(0);
  expect(closed).toEqual([1]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(closed).toEqual([1, 2, 3]);
  finish();
  expect(await long).toBe(0);
});

test("one that does not open is not kept", async () => {
  const { call } = setup(1);
  const model = randomModel();
  await expect(call(model)).rejects.toThrow("no device");
  expect(await call(model)).toBe(1);
});

import { expect, test } from "vitest";
import { inOrder } from "../../src/threads/in-order.ts";

test("work is done in the order that it was asked for, after failures too, and each asker learns of its own", async () => {
  const done: number[] = [];
  const inTurn = inOrder();
  const after = (milliseconds: number, k: number) => async () => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    done.push(k);
    if (k === 2) throw new Error("two");
    return k;
  };
  const asked = [inTurn(after(20, 1)), inTurn(after(5, 2)), inTurn(after(0, 3))];
  expect(await Promise.allSettled(asked)).toMatchObject([
    { status: "fulfilled", value: 1 },
    { status: "rejected", reason: new Error("two") },
    { status: "fulfilled", value: 3 },
  ]);
  expect(done).toEqual([1, 2, 3]);
});

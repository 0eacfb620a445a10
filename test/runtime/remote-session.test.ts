/** Sessions on an engine thread, as the calling thread sees them. */
import { expect, test } from "vitest";
import { sessionProgram } from "../../src/runtime/engine.ts";
import { engineThread } from "../../src/runtime/remote-session.ts";
import { add } from "../../src/tensor/elementwise.ts";
import { lower } from "../../src/tensor/lower.ts";
import { input } from "../../src/tensor/tensor.ts";
import { sharedFloats } from "../../src/threads/shared-memory.ts";

test("a message that cannot be sent leaves shared arrays for the next", async () => {
  const program = lower({ sum: add(input("x", [2]), input("y", [2])) });
  const session = await engineThread({ device: "cpu", threads: 1 }).open(sessionProgram(program));
  const [x, sum] = [sharedFloats(Float32Array.of(1, 2)), sharedFloats(new Float32Array(2))];
  const detached = new Float32Array(2);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  await expect(session.run({ x, y: detached }, { sum })).rejects.toThrow(/detached/);
  await session.run({ x, y: Float32Array.of(10, 20) }, { sum });
  expect([...sum]).toEqual([11, 22]);
  await session.release();
});

/** The passes of the room Inside: what is counted of them. */
import { expect, test } from "vitest";
import type { TracedPass } from "../../src/inference/tracing/trace.ts";
import type { Tracer } from "../../src/inference/tracing/tracer.ts";
import { playerOf, type Shown } from "../../studio/src/rooms/inside/player.ts";

/** A tracer of one unit that always fires. */
const tracer = {
  trace: async () =>
    ({
      layers: { unit: { spikes: Float32Array.of(1) } },
      probabilities: Float32Array.of(0.25, 0.75),
    }) as unknown as TracedPass,
} as unknown as Tracer;

test("counts of a pass that is still shown stay when later passes are seen", async () => {
  const shown: Shown[] = [];
  const failures: unknown[] = [];
  const player = playerOf(
    tracer,
    (pass) => shown.push(pass),
    (cause) => failures.push(cause),
  );
  const image = new Uint8Array(1);
  for (const pass of [0, 1, 2]) {
    player.show(image, pass);
    await expect.poll(() => shown.length).toBe(pass + 1);
  }
  expect(shown.map(({ seen }) => seen)).toEqual([1, 2, 3]);
  expect(shown.map(({ fired }) => [...fired.unit!])).toEqual([[1], [2], [3]]);
  player.close();
  expect(failures).toEqual([]);
});

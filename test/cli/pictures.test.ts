/** The examples that `nsm predict` is given, as a run's network takes them. */
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AnyRun } from "../../src/cli/open-run.ts";
import { isFailed, readPictures } from "../../src/cli/pictures.ts";
import { writeNpz } from "../../src/files/arrays/npz-write.ts";
import { emptyFolder } from "./nsm.ts";

test("counts of an example are the same alone and beside others, if run.json says that training had counts", async () => {
  const folder = await emptyFolder();
  const pixelsIn = async (counts: readonly number[], data: { readonly binary?: boolean }) => {
    const path = join(folder, "x.npz");
    const x = { type: "u1", shape: [counts.length / 4, 2, 2], data: Uint8Array.from(counts) } as const;
    await writeNpz(path, { x });
    const run = { network: { input: [1, 2, 2] }, description: { data } } as unknown as AnyRun;
    const [first] = await readPictures([path], run, {});
    return isFailed(first!) ? first.error : [...first!.pixels];
  };
  expect(await pixelsIn([0, 1, 0, 1, 2, 0, 0, 0], { binary: false })).toEqual([0, 1, 0, 1]);
  expect(await pixelsIn([0, 1, 0, 1], { binary: false })).toEqual([0, 1, 0, 1]);
  for (const data of [{ binary: true }, {}])
    expect(await pixelsIn([0, 1, 0, 1], data)).toEqual([0, 255, 0, 255]);
});

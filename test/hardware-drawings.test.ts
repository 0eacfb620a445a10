/** The pictures of docs/hardware.md. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { hardwareDrawings } from "../scripts/draw-hardware.ts";

test.each(Object.entries(hardwareDrawings()))(
  "docs/%s is what `npx tsx scripts/draw-hardware.ts` draws, of finite numbers",
  async (name, drawing) => {
    expect(drawing).not.toMatch(/NaN|Infinity|undefined/);
    expect(await readFile(new URL(`../docs/${name}`, import.meta.url), "utf8")).toBe(drawing);
    expect(await readFile(new URL("../docs/hardware.md", import.meta.url), "utf8")).toContain(`](${name})`);
  },
);

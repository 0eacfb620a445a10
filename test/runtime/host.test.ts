/** The host's main thread while this package works: its event loop goes on, and its arithmetic stays as it was. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const child = fileURLToPath(new URL("./host-child.ts", import.meta.url));

/**
 * Milliseconds of processor time that the event loop may be held. On an idle machine it is held for less than 20; beside
 * other programs the same work takes up to three times as long, as caches are shared.
 */
const LONGEST = 60;

test.runIf(existsSync("/proc/self/schedstat"))(
  "is held for a moment only, and keeps its floating-point mode",
  () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", import.meta.resolve("tsx"), child],
      { encoding: "utf8" },
    );
    expect(status, stderr).toBe(0);
    const { held, numbers } = JSON.parse(stdout) as {
      held: Record<string, number>;
      numbers: Record<string, boolean>;
    };
    expect(Object.values(numbers)).toEqual(Array(6).fill(true));
    for (const [work, milliseconds] of Object.entries(held)) expect(milliseconds, work).toBeLessThan(LONGEST);
  },
);

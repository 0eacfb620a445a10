/**
 * npm run fuzz [-- --format NAME] [--inputs N] [--seed N] [--first N]: feeds damaged files to every reader,
 * or to the one of that name. Each must be read correctly or refused with a typed error. Other outcomes are
 * printed with a command that reproduces them.
 */

import { readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { inputOf } from "./run.ts";
import type { FuzzTarget } from "./target.ts";
import { watch } from "./watch.ts";

const { values } = parseArgs({
  options: {
    format: { type: "string" },
    inputs: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
  },
});

interface LocatedTarget {
  readonly module: string;
  readonly target: FuzzTarget;
}

/** All targets, with the modules that define them. */
const allTargets = async (): Promise<LocatedTarget[]> => {
  const folder = new URL("./targets/", import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".ts")).sort();
  const rooms = names.map(async (name) => {
    const module = new URL(name, folder).href;
    const { targets } = (await import(module)) as { targets: readonly FuzzTarget[] };
    return targets.map((target) => ({ module, target }));
  });
  return (await Promise.all(rooms)).flat();
};

const all = await allTargets();
const chosen = all.filter(({ target }) => values.format === undefined || target.name === values.format);
if (chosen.length === 0) {
  console.error(
    `fuzz: got --format ${values.format}; expected ${all.map(({ target }) => target.name).join(", ")}.`,
  );
  process.exit(2);
}

const inputs = { seed: Number(values.seed), first: Number(values.first), count: Number(values.inputs) };
if (!Object.values(inputs).every((number) => Number.isSafeInteger(number) && number >= 0)) {
  console.error(
    `fuzz: got ${JSON.stringify(inputs)}; expected whole numbers for --inputs, --seed and --first.`,
  );
  process.exit(2);
}
let found = 0;
for (const { module, target } of chosen) {
  const start = performance.now();
  const { read, refused, findings } = await watch({ module, name: target.name, inputs });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${target.name}: ${read} read, ${refused} refused, ${findings.length} found, ${seconds} s`);
  for (const { index, problem } of findings) {
    const path = join(tmpdir(), `fuzz-${target.name}-${inputs.seed}-${index}`);
    await writeFile(path, await inputOf(target, inputs.seed, index));
    console.log(
      `  --format ${target.name} --seed ${inputs.seed} --first ${index} --inputs 1 (${path}): ${problem}`,
    );
  }
  found += findings.length;
}
process.exitCode = found > 0 ? 1 : 0;

/**
 * Currents of random crossbars by ngspice (Debian's package), the fixture of test/substrate/crossbar.test.ts:
 *
 *     npx tsx scripts/make-crossbar-fixture.ts
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fillUniform } from "../src/random/fill.ts";
import { key } from "../src/random/key.ts";

if (spawnSync("ngspice", ["--version"]).error) {
  console.error("ngspice is not installed: apt-get install ngspice. The fixture stays as it is.");
  process.exit(1);
}

const uniform = (stream: string, count: number, low: number, high: number): number[] => {
  const out = new Float32Array(count);
  fillUniform(key(1, stream), out);
  return Array.from(out, (u) => Number((low + ((high - low) * (u + 1)) / 2).toPrecision(6)));
};

/** Netlist of a crossbar: voltage sources at the rows' left ends and at the columns' lower ends, where they measure. */
const netlist = (
  rows: number,
  columns: number,
  ohms: number,
  microsiemens: number[],
  volts: number[],
): string => {
  const lines = ["* crossbar", ".options reltol=1e-9 abstol=1e-18 vntol=1e-15"];
  for (let i = 0; i < rows; i++) {
    lines.push(`VR${i} r${i}_in 0 DC ${volts[i]}`);
    for (let j = 0; j < columns; j++) {
      lines.push(`RR${i}_${j} ${j === 0 ? `r${i}_in` : `r${i}_${j - 1}`} r${i}_${j} ${ohms}`);
      lines.push(`RG${i}_${j} r${i}_${j} c${i}_${j} ${1e6 / microsiemens[i * columns + j]!}`);
      lines.push(`RC${i}_${j} c${i}_${j} ${i === rows - 1 ? `out${j}` : `c${i + 1}_${j}`} ${ohms}`);
    }
  }
  for (let j = 0; j < columns; j++) lines.push(`VC${j} out${j} 0 DC 0`);
  lines.push(".control", "set numdgt=12", "op");
  for (let j = 0; j < columns; j++) lines.push(`print i(VC${j})`);
  return [...lines, "quit 0", ".endc", ".end", ""].join("\n");
};

const folder = mkdtempSync(join(tmpdir(), "crossbar-"));
const cases = [
  { rows: 1, columns: 1, ohms: 100, low: 1, high: 50 },
  { rows: 8, columns: 6, ohms: 2.5, low: 1, high: 50 },
  { rows: 6, columns: 16, ohms: 50, low: 1, high: 100 },
  { rows: 32, columns: 32, ohms: 10, low: 0.1, high: 40 },
].map(({ rows, columns, ohms, low, high }, n) => {
  const microsiemens = uniform(`crossbar ${n}`, rows * columns, low, high);
  const volts = uniform(`volts ${n}`, rows, -0.2, 0.2);
  const file = join(folder, "crossbar.cir");
  writeFileSync(file, netlist(rows, columns, ohms, microsiemens, volts));
  const said = execFileSync("ngspice", ["-b", file], { encoding: "utf8" });
  const currents = [...said.matchAll(/i\(vc\d+\) = (\S+)/gi)].map(([, value]) => 1e6 * Number(value));
  if (currents.length !== columns || currents.some(Number.isNaN)) throw new Error(`ngspice said: ${said}`);
  const microamperes = currents.map((value) => Number(value.toPrecision(9)));
  return { rows, columns, wireResistanceOhms: ohms, microsiemens, volts, microamperes };
});
rmSync(folder, { recursive: true });

const [, version] = /ngspice-(\S+)/.exec(execFileSync("ngspice", ["--version"], { encoding: "utf8" }))!;
const file = new URL("../test/fixtures/crossbars.json", import.meta.url);
writeFileSync(file, `${JSON.stringify({ by: `ngspice ${version}`, cases })}\n`);

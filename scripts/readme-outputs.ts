/**
 * Runs the commands whose outputs the README shows, and updates the numbers in it:
 *
 *     npx tsx scripts/readme-outputs.ts            # needs a build
 *     npx tsx scripts/readme-outputs.ts --check    # writes nothing; status 1 if the README differs
 *
 * An output is a text block below a comment with its command, <!-- output: COMMAND -->. All commands run in
 * one new folder, in the README's order. A line "..." stands for omitted lines.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = join(root, "README.md");

const BLOCK = /(<!-- output: (.+?) -->\n```text\n)(.*?)(\n```)/gs;
const NUMBER = /\d[\d,]*(?:\.\d+)?/g;

/** Text after a number that differs between runs and machines: a time or a rate. */
const MEASURED = /^(?: (?:s|ms|images\/s)\b| % of it waiting)/;

/** Tolerance of results on machines that round differently. */
const [FACTOR, OFFSET] = [2, 0.05];

export interface Block {
  readonly command: string;
  readonly lines: readonly string[];
}

/** A line of a block and the line of the output that it shows. */
interface Pair {
  readonly shown: string;
  readonly printed: string;
}

export interface Comparison {
  /** The block's lines with the output's numbers. */
  readonly lines: readonly string[];
  /** Differences between the block and the output, as text. */
  readonly problems: readonly string[];
}

/** The blocks of a README. */
export const blocksIn = (text: string): readonly Block[] =>
  [...text.matchAll(BLOCK)].map(([, , command, body]) => ({ command: command!, lines: body!.split("\n") }));

/** A line without its numbers and the widths of its spaces. */
const shapeOf = (line: string): string => line.replace(NUMBER, "#").replace(/ +/g, " ");

/** Compares a block with the output of its command. With `isExact`, results must be equal, not only close. */
export const compareOutput = (
  { lines }: Pick<Block, "lines">,
  output: string,
  isExact = false,
): Comparison => {
  const printed = output.trimEnd().split("\n");
  const problems: string[] = [];
  let at = 0;
  let mayLeaveOut = false;
  const found = lines.map((shown) => {
    if (shown === "...") {
      mayLeaveOut = true;
      return shown;
    }
    const end = mayLeaveOut ? printed.length : at + 1;
    const next = printed.slice(at, end).findIndex((line) => shapeOf(line) === shapeOf(shown));
    if (next < 0) {
      problems.push(`not printed: ${shown}`);
      return shown;
    }
    at += next + 1;
    mayLeaveOut = false;
    const pair = { shown, printed: printed[at - 1]! };
    problems.push(...differences(pair, isExact));
    return pair.printed;
  });
  if (at < printed.length && !mayLeaveOut) problems.push(`not shown: ${printed[at]}`);
  return { lines: found, problems };
};

/** Differences between the numbers of two lines of the same shape, as text. */
const differences = ({ shown, printed }: Pair, isExact: boolean): string[] => {
  const [ours, theirs] = [shown, printed].map((line) => [...line.matchAll(NUMBER)]);
  const value = ([text]: RegExpMatchArray): number => Number(text!.replaceAll(",", ""));
  return ours!.flatMap((number, k) => {
    const other = theirs![k]!;
    if (MEASURED.test(shown.slice(number.index! + number[0].length))) return [];
    const [a, b] = [value(number), value(other)];
    const isResult = number[0].includes(".");
    const isClose = a <= FACTOR * b + OFFSET && b <= FACTOR * a + OFFSET;
    if (a === b || (isResult && !isExact && isClose)) return [];
    return [`${number[0]} is ${other[0]} in: ${printed}`];
  });
};

/** Standard output of a command of the README, run in `folder`. */
export const runCommand = async (command: string, folder: string): Promise<string> => {
  const words = command.split(" ");
  const args =
    words[0] === "npx" && words[1] === "nsm"
      ? [join(root, "bin", "nsm.js"), ...words.slice(2)]
      : words[0] === "node"
        ? [join(root, words[1]!), ...words.slice(2)]
        : undefined;
  if (!args)
    throw new Error(`the README shows the output of "${command}", which is neither npx nsm nor node`);
  return (await promisify(execFile)(process.execPath, args, { cwd: folder })).stdout;
};

const main = async (isCheck: boolean): Promise<void> => {
  const text = await readFile(readme, "utf8");
  const folder = await mkdtemp(join(tmpdir(), "nsm-readme-"));
  const written = new Map<string, string>();
  try {
    for (const block of blocksIn(text)) {
      const { lines, problems } = compareOutput(block, await runCommand(block.command, folder), true);
      written.set(block.command, lines.join("\n"));
      for (const problem of problems) console.log(`${block.command}: ${problem}`);
      // Numbers are updated; lines that differ otherwise need a person.
      if (isCheck ? problems.length > 0 : problems.some((problem) => problem.startsWith("not ")))
        process.exitCode = 1;
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  if (isCheck) return;
  const renewed = text.replace(
    BLOCK,
    (_, head: string, command: string, _body: string, end: string) => head + written.get(command) + end,
  );
  await writeFile(readme, renewed);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.includes("--check"));

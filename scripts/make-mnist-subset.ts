/**
 * Makes data/mnist-subset from the four published MNIST files. The bytes depend only on the zlib version.
 *
 *     npx tsc -p tsconfig.check.json --noEmit false --outDir dist/tools
 *     node dist/tools/scripts/make-mnist-subset.js FOLDER-OF-MNIST data/mnist-subset
 */

import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { ImageSplit } from "../src/datasets/dataset.ts";
import { mnistEntry } from "../src/datasets/fetching/entries/mnist.ts";
import { encodeIdx } from "../src/datasets/idx/idx.ts";
import { embeddedCounts } from "../src/datasets/known-splits.ts";
import { mnist, mnistFiles } from "../src/datasets/mnist.ts";
import { grouped } from "../src/grouped.ts";

const [from, to] = process.argv.slice(2);
if (!from || !to) throw new Error("usage: make-mnist-subset FOLDER-OF-MNIST OUT");

/** The IDX files of the first `count` images and of their labels. */
const firstOf = ({ images, labels, shape: [, height, width] }: ImageSplit, count: number): Uint8Array[] => [
  encodeIdx({ dims: [count, height, width], data: images.subarray(0, count * height * width) }),
  encodeIdx({ dims: [count], data: Uint8Array.from(labels.subarray(0, count)) }),
];

const write = async (content: Uint8Array, i: number): Promise<string> => {
  const name = `${mnistFiles[i]}.gz`;
  const compressed = gzipSync(content, { level: 9 });
  await writeFile(join(to!, name), compressed);
  return `| ${name} | ${grouped(compressed.length)} | \`${sha256(compressed)}\` | \`${sha256(content)}\` |`;
};

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const readme = (rows: readonly string[]): string => {
  const { train, test } = embeddedCounts;
  return `# A subset of MNIST

The first ${grouped(train)} of the 60,000 training digits and the first ${grouped(test)} of the 10,000 test digits of MNIST, in the published order, pixels and labels unchanged. It is for trying things out and for tests: figures measured on it are not figures on MNIST. \`nsm data fetch mnist\` gets the whole set.

| file | bytes | SHA-256 | SHA-256 of the decompressed contents |
|---|---|---|---|
${rows.join("\n")}

Each file is IDX (two zero bytes, type 08 = unsigned byte, number of dimensions, each dimension as a big-endian 32-bit number, elements), compressed with gzip. Images are 28 x 28, 0 the black ground, 255 the white ink.

Origin: the MNIST database of handwritten digits by ${mnistEntry.authors}, made from NIST's Special Databases 1 and 3. ${mnistEntry.citation}.

Licence: ${mnistEntry.licence} (https://creativecommons.org/licenses/by-sa/3.0/), which also covers this subset. Change against the original: only the first digits of each split are kept. Made by \`scripts/make-mnist-subset.ts\`.
`;
};

const digits = await mnist(from);
if (digits.name !== mnistEntry.title) throw new Error(`${from} does not hold the published MNIST`);
await mkdir(to, { recursive: true });
const contents = [
  ...firstOf(digits.train, embeddedCounts.train),
  ...firstOf(digits.test, embeddedCounts.test),
];
const rows = await Promise.all(contents.map(write));
await writeFile(join(to, "README.md"), readme(rows));

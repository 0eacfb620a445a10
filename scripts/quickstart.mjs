/**
 * npm run quickstart: trains mnist-cnn on the embedded digits from the command line, then shows the test
 * digits about which the network is least and most certain, and how the error falls if a person checks the
 * uncertain ones. Needs a build; every run gets a new folder.
 */
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encode } from "fast-png";
import { mnist, openRun, sample } from "../dist/index.js";

const EPOCHS = 5;
const SAMPLES = 20;
/** Number of digits shown in each group. */
const SHOWN = 3;
/** Fraction of the digits that a person checks, in the last line. */
const ASKED = 0.05;
/** Range of the 28 rows and columns that is drawn: MNIST's digits are centred. */
const [FROM, TO] = [3, 25];

const launcher = fileURLToPath(new URL("../bin/nsm.js", import.meta.url));

const freeFolder = () => {
  for (let k = 1; ; k++) {
    const folder = join("runs", k === 1 ? "quickstart" : `quickstart-${k}`);
    if (!existsSync(folder)) return folder;
  }
};

const trainInto = (folder) => {
  const words = ["train", "mnist-cnn", "--epochs", `${EPOCHS}`, "--samples", `${SAMPLES}`, "--out", folder];
  console.log(`$ npx nsm ${words.join(" ")}\n`);
  const { status } = spawnSync(process.execPath, [launcher, ...words], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};

/** A binarised digit as lines of half blocks, two pixel rows each, as the network sees it. */
const draw = (pixels) => {
  const ink = (row, column) => pixels[row * 28 + column] >= 128;
  const lines = [];
  for (let row = FROM; row < TO; row += 2) {
    let line = "";
    for (let column = FROM; column < TO; column++)
      line += ink(row, column) ? (ink(row + 1, column) ? "█" : "▀") : ink(row + 1, column) ? "▄" : " ";
    lines.push(line);
  }
  return lines;
};

const caption = ({ probabilities, entropy, label, truth }) => {
  const [first, second] = probabilities
    .map((probability, digit) => ({ probability, digit }))
    .sort((a, b) => b.probability - a.probability);
  const doubt = second.probability >= 0.01 ? ` or ${second.digit} (${second.probability.toFixed(2)})` : "";
  return [
    `${first.digit} (${first.probability.toFixed(2)})${doubt}`,
    `entropy ${entropy.toFixed(2)}`,
    label === truth ? "right" : `wrong: it is a ${truth}`,
  ];
};

const show = (title, digits) => {
  console.log(`\n${title}\n`);
  const blocks = digits.map((digit) => [...draw(digit.pixels), "", ...caption(digit)]);
  for (const k of blocks[0].keys())
    console.log(`  ${blocks.map((block) => block[k].padEnd(TO - FROM + 3)).join("")}`.trimEnd());
};

const errorOf = (digits) => {
  const wrong = digits.filter(({ label, truth }) => label !== truth).length;
  return `${((100 * wrong) / digits.length).toFixed(2)} %`;
};

const folder = freeFolder();
trainInto(folder);

const { test } = await mnist();
const size = test.images.length / test.count;
const images = Array.from({ length: test.count }, (_, k) => test.images.subarray(k * size, (k + 1) * size));
const predictions = await sample(await openRun(folder), images, { samples: SAMPLES });
const digits = predictions
  .map((prediction, k) => ({ ...prediction, pixels: images[k], truth: test.labels[k] }))
  .sort((a, b) => b.entropy - a.entropy);

show("The test digits it is least sure of:", digits.slice(0, SHOWN));
show("Those it is most sure of:", digits.slice(-SHOWN));

const asked = Math.round(ASKED * digits.length);
console.log(
  `\nLeft to itself it errs on ${errorOf(digits)} of the ${test.name}.\n` +
    `If a person looks at the ${asked} digits that it is least sure of, it errs on ${errorOf(digits.slice(asked))} of the rest.`,
);

const picture = join(folder, "least-sure.png");
writeFileSync(picture, encode({ width: 28, height: 28, channels: 1, depth: 8, data: digits[0].pixels }));
console.log(
  `\nTry next:\n  npx nsm predict ${folder} ${picture}\n  npx nsm info ${folder}\n  npx nsm --help`,
);

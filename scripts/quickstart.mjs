/**
 * npm run quickstart: trains mnist-cnn on the embedded digits from the command line and calibrates it on
 * digits that were held out, then shows the test digits about which the network is least and most certain, how
 * the error falls if a person checks the uncertain ones, and which pictures it refuses because they are unlike
 * any digit. Needs a build; every run gets a new folder.
 */
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encode } from "fast-png";
import { mnist, openRun, sample } from "../dist/index.js";

const EPOCHS = 5;
const SAMPLES = 20;
/** Training digits that are held out for the calibration. */
const HELD_OUT = 1000;
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

const nsm = (command) => {
  console.log(`$ npx nsm ${command}\n`);
  const { status } = spawnSync(process.execPath, [launcher, ...command.split(" ")], { stdio: "inherit" });
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
nsm(`train mnist-cnn --epochs ${EPOCHS} --validation ${HELD_OUT} --samples ${SAMPLES} --out ${folder}`);
console.log();
nsm(`calibrate ${folder} --samples ${SAMPLES}`);

const { test } = await mnist();
const size = test.images.length / test.count;
const images = Array.from({ length: test.count }, (_, k) => test.images.subarray(k * size, (k + 1) * size));
const run = await openRun(folder);
const predictions = await sample(run, images);
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

/** Pictures that are no digits, the same at every start. */
const noise = Uint8Array.from({ length: size }, (_, k) => (Math.imul(k + 1, 2654435761) >>> 8) & 255);
const strange = {
  black: new Uint8Array(size),
  white: new Uint8Array(size).fill(255),
  noise,
  "an inverted digit": images[0].map((pixel) => 255 - pixel),
};
const judged = await sample(run, Object.values(strange));
console.log("\nPictures that are no digits, and what it says of them:\n");
for (const [k, name] of Object.keys(strange).entries()) {
  const { label, probabilities, verdict } = judged[k];
  const words = { answer: `a ${label}`, refer: "not sure", unlike: "unlike anything it was trained on" };
  console.log(
    `  ${name.padEnd(18)} ${words[verdict]} (probability of ${label}: ${probabilities[label].toFixed(2)})`,
  );
}
const refused = digits.filter(({ verdict }) => verdict === "unlike").length;
console.log(`\nOf the ${digits.length} test digits it refuses ${refused} in this way.`);

const picture = join(folder, "least-sure.png");
writeFileSync(picture, encode({ width: 28, height: 28, channels: 1, depth: 8, data: digits[0].pixels }));
console.log(
  `\nTry next:\n  npx nsm predict ${folder} ${picture}\n  npx nsm info ${folder}\n  npx nsm --help`,
);

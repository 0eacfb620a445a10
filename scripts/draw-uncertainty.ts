/**
 * Draws the digits about which a run is most and least certain, with their class probabilities, as SVG.
 *     npx tsx scripts/draw-uncertainty.ts RUN OUT.svg [DATA]
 */
import { writeFileSync } from "node:fs";
import { mnist, openRun, type Prediction, sample } from "../src/index.ts";

const SHOWN = 6;
const PIXEL = 4;
const SIZE = 28 * PIXEL;
const GAP = 28;
const BAR = { width: 8, height: 40, gap: 3.2 };
const CARD = { width: SIZE + GAP, height: SIZE + BAR.height + 66 };
const INK = { text: "#444", right: "#2f6f9f", other: "#c9a15a", ground: "#111" };

const digitSvg = (pixels: Uint8Array): string => {
  const lit = [...pixels].flatMap((value, k) =>
    value < 16
      ? []
      : `<rect x="${(k % 28) * PIXEL}" y="${Math.floor(k / 28) * PIXEL}" width="${PIXEL}" height="${PIXEL}" fill-opacity="${(value / 255).toFixed(2)}"/>`,
  );
  return `<rect width="${SIZE}" height="${SIZE}" fill="${INK.ground}"/><g fill="#fff">${lit.join("")}</g>`;
};

const barsSvg = ({ probabilities }: Prediction, truth: number): string =>
  probabilities
    .map((p, k) => {
      const x = k * (BAR.width + BAR.gap);
      const height = Math.max(0.5, p * BAR.height);
      return (
        `<rect x="${x}" y="${(BAR.height - height).toFixed(1)}" width="${BAR.width}" height="${height.toFixed(1)}" fill="${k === truth ? INK.right : INK.other}"/>` +
        `<text x="${x + BAR.width / 2}" y="${BAR.height + 12}" text-anchor="middle">${k}</text>`
      );
    })
    .join("");

const cardSvg = (
  pixels: Uint8Array,
  prediction: Prediction,
  truth: number,
  column: number,
  row: number,
): string =>
  `<g transform="translate(${GAP / 2 + column * CARD.width}, ${30 + row * (CARD.height + 24)})">${digitSvg(pixels)}` +
  `<g transform="translate(0, ${SIZE + 8})">${barsSvg(prediction, truth)}` +
  `<text y="${BAR.height + 28}">entropy ${prediction.entropy.toFixed(2)}, true ${truth}</text></g></g>`;

const [folder, out, data] = process.argv.slice(2);
if (!folder || !out) throw new Error("usage: draw-uncertainty.ts RUN OUT.svg [DATA]");
const run = await openRun(folder);
const { test } = await mnist(data);
const images = Array.from({ length: test.count }, (_, k) => test.images.subarray(k * 784, (k + 1) * 784));
const predictions = await sample(run, images, { samples: 100, seed: 1 });
const order = predictions.map((_, k) => k).sort((a, b) => predictions[a]!.entropy - predictions[b]!.entropy);
const rows = [
  { title: "surest", digits: order.slice(0, SHOWN) },
  { title: "least sure", digits: order.slice(-SHOWN).reverse() },
];
const cards = rows.map(
  ({ title, digits }, row) =>
    `<text x="${GAP / 2}" y="${20 + row * (CARD.height + 24)}" font-size="14" font-weight="bold">${title}</text>` +
    digits.map((k, column) => cardSvg(images[k]!, predictions[k]!, test.labels[k]!, column, row)).join(""),
);
const width = GAP + SHOWN * CARD.width;
const height = 2 * (CARD.height + 24) + 10;
writeFileSync(
  out,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="sans-serif" font-size="11" fill="${INK.text}"><rect width="100%" height="100%" fill="#fff"/>${cards.join("")}</svg>\n`,
);
console.log(`${out}: ${SHOWN} most and ${SHOWN} least certain of ${test.name}`);

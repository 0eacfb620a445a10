/**
 * npx tsx scripts/studio-screenshots.ts [ROOM ..]: pictures of the studio's rooms, docs/studio/ROOM.png, of all rooms or of
 * those that are named. Needs `npm run build:studio` and Chromium.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decode, encode } from "fast-png";
import type { Page } from "playwright-core";
import { openStudio } from "../test/studio/page.ts";

interface Picture {
  /** Settings in the address. */
  readonly settings?: string;
  /** Waits until there is something to see, after whatever it has to do for that. */
  readonly prepare: (page: Page) => Promise<void>;
}

const answered = async (page: Page): Promise<void> => {
  await page.waitForSelector(".said[aria-busy=false] .answer");
  await page.waitForSelector(".twin[aria-busy=false] .twin-answer");
};

/** Settings and preparation of a room's picture; a room without a line is shown as it opens. */
const PICTURES: Readonly<Record<string, Picture>> = {
  draw: { settings: "passes=200", prepare: answered },
  inside: {
    settings: "run=no&digit=3&layer=layers.1&unit=278&pass=4",
    prepare: async (page) => void (await page.waitForSelector(".inside .unit")),
  },
};

const asItOpens: Picture = { prepare: async (page) => page.waitForLoadState("networkidle") };

/** Colours of the palette, and the bits of each channel by which colours count as the same. */
const [COLORS, BITS] = [256, 5];

/** The PNG with its most frequent colours alone, a quarter of its size. */
const withPalette = (png: Uint8Array): Uint8Array => {
  const { width, height, channels, data } = decode(png);
  const colorAt = (k: number): number =>
    (data[k * channels]! << 16) | (data[k * channels + 1]! << 8) | data[k * channels + 2]!;
  const coarse = (color: number): number =>
    [16, 8, 0].reduce((sum, shift) => (sum << BITS) | (((color >> shift) & 255) >> (8 - BITS)), 0);
  // The most frequent colour of each coarse one stands for all of them.
  const counts = new Map<number, Map<number, number>>();
  for (let k = 0; k < width * height; k++) {
    const color = colorAt(k);
    const own = counts.get(coarse(color)) ?? new Map<number, number>();
    counts.set(coarse(color), own.set(color, (own.get(color) ?? 0) + 1));
  }
  const totals = [...counts.values()].map((own) => {
    const sorted = [...own].sort((a, b) => b[1] - a[1]);
    return { color: sorted[0]![0], count: sorted.reduce((sum, [, count]) => sum + count, 0) };
  });
  const palette = totals
    .sort((a, b) => b.count - a.count)
    .slice(0, COLORS)
    .map(({ color }) => [color >> 16, (color >> 8) & 255, color & 255]);
  const nearest = new Map<number, number>();
  const indexOf = (color: number): number => {
    const known = nearest.get(color);
    if (known !== undefined) return known;
    const distances = palette.map(
      ([r, g, b]) => ((color >> 16) - r!) ** 2 + (((color >> 8) & 255) - g!) ** 2 + ((color & 255) - b!) ** 2,
    );
    const index = distances.indexOf(Math.min(...distances));
    nearest.set(color, index);
    return index;
  };
  const indices = Uint8Array.from({ length: width * height }, (_, k) => indexOf(colorAt(k)));
  return encode({ width, height, data: indices, depth: 8, channels: 1, palette });
};

const folder = fileURLToPath(new URL("../docs/studio", import.meta.url));
mkdirSync(folder, { recursive: true });
const studio = await openStudio();
const { page: front, close } = await studio.open();
await front.waitForSelector("nav a");
const names = await front
  .locator("nav a")
  .evaluateAll((links) => links.map((link) => link.getAttribute("href")!.slice(1)));
await close();
const wanted = process.argv.slice(2);
for (const name of names.filter((each) => wanted.length === 0 || wanted.includes(each))) {
  const { settings, prepare } = PICTURES[name] ?? asItOpens;
  const tab = await studio.open(settings ? `${name}?${settings}` : name);
  await tab.page.waitForSelector(`main[data-room=${name}] h2`);
  await prepare(tab.page);
  const png = withPalette(await tab.page.screenshot({ fullPage: true }));
  writeFileSync(join(folder, `${name}.png`), png);
  console.log(`docs/studio/${name}.png: ${Math.round(png.length / 1000)} kB`);
  await tab.close();
}
await studio.close();

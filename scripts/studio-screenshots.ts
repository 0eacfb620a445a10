/**
 * npx tsx scripts/studio-screenshots.ts [ROOM ..]: pictures of the studio's rooms, docs/studio/ROOM.png, of all rooms or of
 * those that are named; of Draw docs/studio/draw-dark.png too. Needs `npm run build`, `npm run build:studio` and Chromium.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decode, encode } from "fast-png";
import type { Page } from "playwright-core";
import { nsmJson } from "../test/cli/nsm.ts";
import { smallNetwork } from "../test/cli/small-network.ts";
import { startStudio } from "../test/server/studio.ts";
import { draw, type Place } from "../test/studio/pad.ts";
import { browse, DARK, dist, openStudio, type Studio, type VisitOptions } from "../test/studio/page.ts";

interface Picture {
  /** Settings in the address. */
  readonly settings?: string;
  /** Waits until there is something to see, after whatever it has to do for that. */
  readonly prepare: (page: Page) => Promise<void>;
  /** Pixels from the top that are shown; without it the whole page. */
  readonly height?: number;
  /** Whether there is a picture in dark too. */
  readonly isDarkToo?: true;
}

/** Browsers of a busy machine take their time. */
const PATIENCE = 300_000;

const answered = async (page: Page): Promise<void> => {
  await page.waitForSelector(".said[aria-busy=false] .answer");
  await page.waitForSelector(".twin[aria-busy=false] .twin-answer");
};

/** A triangle and a bar, shifted and sheared a little from one to the next. */
const lesson = (k: number): readonly (readonly [string, readonly Place[]])[] => {
  const by = 0.05 * (k - 1);
  return [
    [
      "A",
      [
        [0.2 + by, 0.75],
        [0.5, 0.22 + by],
        [0.8 - by, 0.75],
        [0.2 + by, 0.75],
      ],
    ],
    [
      "B",
      [
        [0.5 + by, 0.2],
        [0.5 - by, 0.8],
      ],
    ],
  ];
};

const taught = async (page: Page): Promise<void> => {
  const score = page.getByRole("region", { name: "Score" }).getByRole("status");
  const classes = page.getByRole("group", { name: "This is" }).getByRole("button");
  await page.getByRole("button", { name: "Save learner" }).and(page.locator(":enabled")).waitFor();
  let count = 0;
  for (let k = 0; k < 4; k++)
    for (const [place, [, points]] of lesson(k).entries()) {
      await draw(page, points);
      await classes.nth(place).click();
      await score.filter({ hasText: new RegExp(`^${++count} example`) }).waitFor();
    }
  await draw(page, lesson(1)[0]![1]);
};

/** Settings and preparation of a room's picture; a room without a line is shown as it opens. */
const PICTURES: Readonly<Record<string, Picture>> = {
  draw: { settings: "passes=200", prepare: answered, isDarkToo: true },
  inside: {
    settings: "run=no&digit=3&layer=layers.1&unit=278&pass=4",
    prepare: async (page) => void (await page.waitForSelector(".inside .unit")),
  },
  train: {
    settings: "network=small-mlp&images=1200&validation=60&epochs=4&seed=1&twin=plain",
    async prepare(page) {
      await page.getByRole("button", { name: "Start" }).click();
      await page.getByRole("status").filter({ hasText: "Done" }).waitFor();
    },
    // Pictures of weights take most of the bytes.
    height: 1720,
  },
  teach: { prepare: taught },
  events: {
    settings: "trail=10",
    async prepare(page) {
      await page.getByRole("button", { name: "A made recording" }).click();
      await page.waitForSelector(".frames canvas");
      await page.waitForSelector(".screen canvas");
      await page.waitForSelector(".answer strong");
    },
  },
  runs: {
    settings: "runs=fast|slow&measure=validation-error",
    prepare: async (page) => void (await page.locator(".chart-area circle").nth(6).waitFor()),
  },
};

const asItOpens: Picture = { prepare: async (page) => page.waitForLoadState("networkidle") };

/** The studio on the server of `nsm studio`, with two short runs. */
const withRuns = async (): Promise<Studio> => {
  const server = await startStudio(dist);
  const small = [...(await smallNetwork(server.around)), "--validation", "100", "--threads", "1"];
  for (const [name, rate] of [
    ["slow", "0.002"],
    ["fast", "0.01"],
  ] as const)
    await nsmJson([
      ...["train", ...small, "--epochs", "8", "--samples", "5"],
      ...["--learning-rate", rate, "--out", join(server.runs, name)],
    ]);
  return browse(server.url, () => server.close());
};

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

/** Takes the picture of a room, `suffix` behind its name. */
const take = async (studio: Studio, name: string, options: VisitOptions, suffix: string): Promise<void> => {
  const { settings, prepare, height } = PICTURES[name] ?? asItOpens;
  const tab = await studio.open(settings ? `${name}?${settings}` : name, options);
  tab.page.setDefaultTimeout(PATIENCE);
  await tab.page.waitForSelector(`main[data-room=${name}] h2`);
  await prepare(tab.page);
  const clip = height === undefined ? {} : { clip: { x: 0, y: 0, width: 1280, height } };
  const png = withPalette(await tab.page.screenshot({ fullPage: true, ...clip }));
  writeFileSync(join(folder, `${name}${suffix}.png`), png);
  console.log(`docs/studio/${name}${suffix}.png: ${Math.round(png.length / 1000)} kB`);
  await tab.close();
};

mkdirSync(folder, { recursive: true });
const pages = await openStudio();
const { page: front, close } = await pages.open();
await front.waitForSelector("nav a");
const names = await front
  .locator("nav a")
  .evaluateAll((links) => links.map((link) => link.getAttribute("href")!.slice(1)));
await close();
const wanted = process.argv.slice(2);
for (const name of names.filter((each) => wanted.length === 0 || wanted.includes(each))) {
  const studio = name === "runs" ? await withRuns() : pages;
  await take(studio, name, {}, "");
  if (PICTURES[name]?.isDarkToo) await take(studio, name, DARK, "-dark");
  if (studio !== pages) await studio.close();
}
await pages.close();

/** The report of docs/results in Chromium: it fits wide and narrow screens, and follows the colour scheme. */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXPERIMENTS } from "../../src/experiments/catalogue.ts";
import { writeReport } from "../../src/report/write-report.ts";

const RESULTS = fileURLToPath(new URL("../../docs/results", import.meta.url));
const EXECUTABLES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

let folder: string;
let report: string;
let browser: Browser;
const said: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nsm-report-"));
  for (const name of await readdir(RESULTS))
    if (name.endsWith(".findings.json"))
      await writeFile(join(folder, name), await readFile(join(RESULTS, name)));
  await writeFile(join(folder, "z-standard.findings.json"), "{}");
  report = await writeReport(folder, (line) => said.push(line));
  const executablePath = process.env.CHROMIUM ?? EXECUTABLES.find((path) => existsSync(path));
  if (!executablePath) throw new Error("no Chromium: apt-get install chromium, or set CHROMIUM to one");
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
});

afterAll(async () => {
  await browser?.close();
  if (folder !== undefined) await rm(folder, { recursive: true });
});

const open = async (width: number, colorScheme: "light" | "dark" = "light"): Promise<Page> => {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(`file://${report}`);
  expect(requests).toEqual([`file://${report}`]);
  return page;
};

const unfold = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });

const heightOf = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollHeight);

test("damaged findings are told, and named at the top", async () => {
  expect(said).toEqual([expect.stringContaining("z-standard.findings.json is damaged")]);
  const page = await open(1280);
  expect(await page.locator("header .alert").textContent()).toContain("z-standard.findings.json is damaged");
  await page.close();
});

/** Largest height of the folded report at 1280 pixels, whatever it holds. */
const MOST = 8000;

describe("folded, at 1280 pixels", () => {
  test("the report is below 8,000 pixels: its claims on the first screen and a half", async () => {
    const page = await open(1280);
    expect(await heightOf(page)).toBeLessThan(MOST);
    expect((await page.locator("nav").boundingBox())!.y).toBeLessThan(1350);
    await unfold(page);
    expect(await heightOf(page)).toBeGreaterThan(16_000);
    await page.close();
  });

  test("it would be so with a section of the same mean height for every experiment", async () => {
    const page = await open(1280);
    const sections = page.locator("main > section[id]");
    const top = (await sections.first().boundingBox())!.y;
    const mean = ((await heightOf(page)) - top) / (await sections.count());
    expect(top + EXPERIMENTS.length * mean).toBeLessThan(MOST);
    await page.close();
  });
});

test("printed, everything is unfolded, and no table is cut off", async () => {
  const page = await open(718);
  await page.emulateMedia({ media: "print" });
  const found = await page.evaluate(() => ({
    hidden: [...document.querySelectorAll("details > :not(summary)")].filter((own) => !own.checkVisibility())
      .length,
    folded: document.querySelectorAll("details:not([open])").length,
    width: document.documentElement.scrollWidth,
  }));
  expect(found).toEqual({ hidden: 0, folded: expect.any(Number), width: 718 });
  expect(found.folded).toBeGreaterThan(20);
  await page.close();
});

describe.each([1280, 1100, 800, 390])("at %d pixels", (width) => {
  test("nothing stands out of the page; what is wider scrolls in its box", async () => {
    const page = await open(width);
    await unfold(page);
    const found = await page.evaluate(() => ({
      page: document.documentElement.scrollWidth,
      outside: [...document.querySelectorAll("body *")]
        .filter((own) => own.closest(".box > *") === null && own.closest("svg > *") === null)
        .filter((own) => own.getBoundingClientRect().right > innerWidth + 1)
        .map((own) => `${own.tagName} ${own.textContent!.slice(0, 40)}`),
      scrolling: [...document.querySelectorAll(".box")].filter((own) => own.scrollWidth > own.clientWidth + 1)
        .length,
    }));
    expect(found.page).toBe(width);
    expect(found.outside).toEqual([]);
    // No column is cut off where there is room.
    if (width >= 1100) expect(found.scrolling).toBe(0);
    await page.close();
  });

  test("figures fill the page, in letters that can be read", async () => {
    const page = await open(width);
    await unfold(page);
    const figures = await page.evaluate(() =>
      [...document.querySelectorAll("figure svg")]
        .filter((own) => own.getBoundingClientRect().width > 0)
        .map((own) => {
          const { left, right, width: wide } = own.getBoundingClientRect();
          const scale = wide / Number(own.getAttribute("viewBox")!.split(" ")[2]);
          const names = [...own.querySelectorAll('[aria-label="line names"] text')];
          return {
            part: wide / innerWidth,
            letters: scale * Number.parseFloat(getComputedStyle(own).fontSize),
            isInside: names.every((name) => {
              const box = name.getBoundingClientRect();
              return box.left >= left && box.right <= right;
            }),
          };
        }),
    );
    expect(figures.length).toBeGreaterThanOrEqual(22);
    for (const { part, letters, isInside } of figures) {
      expect(part).toBeGreaterThan(0.88);
      expect(letters).toBeGreaterThan(9.5);
      expect(isInside).toBe(true);
    }
    await page.close();
  });
});

test("a narrow screen stacks the cells of a claim, each below its heading", async () => {
  const page = await open(390);
  const cells = page.locator("#claim-quality > *");
  const boxes = await Promise.all([0, 1, 2].map((k) => cells.nth(k).boundingBox()));
  for (const [k, box] of boxes.entries()) {
    expect(box!.width).toBeGreaterThan(300);
    if (k > 0) expect(box!.y).toBeGreaterThanOrEqual(boxes[k - 1]!.y + boxes[k - 1]!.height - 1);
  }
  await page.close();
});

test.each([
  ["light", "rgb(31, 35, 40)", "rgb(255, 255, 255)"],
  ["dark", "rgb(230, 237, 243)", "rgb(13, 17, 23)"],
] as const)("the %s scheme colours texts, also of figures", async (scheme, text, ground) => {
  const page = await open(1280, scheme);
  const found = await page.evaluate(() => ({
    ground: getComputedStyle(document.body).backgroundColor,
    text: getComputedStyle(document.querySelector("h1")!).color,
    figure: getComputedStyle(document.querySelector("figure svg text")!).fill,
  }));
  expect(found).toEqual({ ground, text, figure: text });
  await page.close();
});

test("figures are written as SVG files, black on a ground of their own", async () => {
  const page = await browser.newPage({ viewport: { width: 1000, height: 400 } });
  const file = join(folder, "figures", "uncertainty-standard-passes-nll.svg");
  await page.goto(`file://${file}`);
  const fill = await page.evaluate(() => getComputedStyle(document.querySelector("text")!).fill);
  expect(fill).toBe("rgb(0, 0, 0)");
  await page.close();
});

/** The room Teach: classes of one's own are taught by example, and what is unsure is asked back. */
import { readFileSync } from "node:fs";
import { encode } from "fast-png";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readModel } from "../../src/networks/model-file.ts";
import { overflowOf, violationsOf } from "./axe.ts";
import { draw } from "./pad.ts";
import { LOOKS, openStudio, type Studio } from "./page.ts";

/** Browsers of a busy machine take their time. */
const PATIENCE = 100_000;

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

const openRoom = async (options = {}) => {
  const tab = await studio.open("teach", options);
  tab.page.setDefaultTimeout(PATIENCE);
  await tab.page.getByRole("button", { name: "Save learner" }).and(tab.page.locator(":enabled")).waitFor();
  return tab;
};

const score = (page: Page) => page.getByRole("region", { name: "Score" });

/** Waits for the score's words. */
const scored = (page: Page, words: RegExp | string): Promise<void> =>
  score(page).getByRole("status").filter({ hasText: words }).waitFor();

const ROOF = [
  [0.2, 0.7],
  [0.5, 0.25],
  [0.8, 0.7],
] as const;
const BAR = [
  [0.5, 0.2],
  [0.5, 0.8],
] as const;

const teach = async (page: Page, points: typeof ROOF | typeof BAR, name: string): Promise<void> => {
  await draw(page, points);
  await page.getByRole("group", { name: "This is" }).getByRole("button", { name }).click();
};

/** A picture of a bright bar, as a file. */
const picture = (name: string) => ({
  name,
  mimeType: "image/png",
  buffer: Buffer.from(
    encode({
      ...{ width: 28, height: 28, channels: 1, depth: 8 },
      data: Uint8Array.from({ length: 28 * 28 }, (_, k) => (k % 28 > 11 && k % 28 < 16 ? 255 : 0)),
    }),
  ),
});

const bytesOf = async (page: Page, button: string): Promise<Buffer> => {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  return readFileSync((await download.path())!);
};

describe("a lesson", () => {
  it("predicts before it learns, takes back, forgets, and is saved and loaded", async () => {
    const { page, complaints, close } = await openRoom();
    await page.getByLabel("Name of class 1").fill("roof");
    await page.getByLabel("Name of class 2").fill("bar");
    await page.keyboard.press("Tab");
    await teach(page, ROOF, "roof");
    await scored(page, /^1 example, [01] mistakes?, mean loss 0\.69 nats/);
    await teach(page, BAR, "bar");
    await scored(page, "2 examples");
    await score(page).getByRole("button", { name: "Undo" }).click();
    await scored(page, "1 example,");
    await teach(page, BAR, "bar");
    await scored(page, "2 examples");
    const whole = await score(page).getByRole("status").textContent();
    const learner = await bytesOf(page, "Save learner");
    const { network } = readModel(await bytesOf(page, "Save network"));
    expect(network).toMatchObject({ classes: 2, name: "Teach: roof, bar" });

    await page.getByRole("button", { name: "Forget example 1 of roof" }).click();
    await scored(page, "1 example,");
    await page.getByRole("button", { name: "Forget all" }).click();
    await scored(page, "No example");
    const file = { name: "learner.safetensors", mimeType: "", buffer: learner };
    await page.getByLabel("Load learner").setInputFiles(file);
    await scored(page, whole!);
    expect(await page.getByLabel("Name of class 1").inputValue()).toBe("roof");
    await page.getByLabel("Name of class 2").fill("pole");
    await page.keyboard.press("Tab");
    const renamed = await bytesOf(page, "Save learner");
    await page.getByLabel("Load learner").setInputFiles({ ...file, buffer: renamed });
    await scored(page, whole!);
    await expect.poll(() => page.getByLabel("Name of class 2").inputValue()).toBe("pole");
    expect(complaints).toEqual([]);
    await close();
  });

  it("asks back what is unsure, and learns the answer", async () => {
    const { page, complaints, close } = await openRoom();
    await page.getByRole("button", { name: "Add a class" }).click();
    await page.getByLabel("Pictures … for A").setInputFiles([picture("a.png"), picture("b.png")]);
    await scored(page, "2 examples");
    await page.getByRole("button", { name: "Ask me" }).click();
    await page.getByRole("group", { name: "Which is this?" }).getByRole("button", { name: "B" }).click();
    await scored(page, "3 examples");
    await page.getByRole("button", { name: "None of these" }).click();
    await page.getByRole("button", { name: "Stop asking" }).click();
    await page.getByText("498 are left").waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it("survives a reload in the midst, and another tab does not touch it", async () => {
    const { page, complaints, close } = await openRoom();
    await page.getByLabel("Pictures … for B").setInputFiles([picture("a.png"), picture("b.png")]);
    await scored(page, "2 examples");
    const before = await score(page).getByRole("status").textContent();
    const other = await page.context().newPage();
    other.setDefaultTimeout(PATIENCE);
    await other.goto(`${studio.url}#teach`);
    await other.getByText("This tab does not keep the lesson").waitFor();
    await other.getByLabel("Pictures … for A").setInputFiles(picture("c.png"));
    await scored(other, "1 example,");
    await other.close();
    await page.reload();
    await scored(page, before!);
    await page.getByText("The lesson is kept in this browser").waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it("does not take a new example for the one that it forgets at the same time", async () => {
    const { page, close } = await openRoom();
    await teach(page, ROOF, "A");
    await scored(page, "1 example,");
    await teach(page, BAR, "B");
    await scored(page, "2 examples");
    const before = (await score(page).getByRole("status").textContent())!;
    await draw(page, ROOF);
    await page.evaluate(() => {
      const click = (selector: string): void => document.querySelector<HTMLElement>(selector)!.click();
      click('[aria-label^="Forget example 1 of B"]');
      click(".this-is button:nth-of-type(2)");
    });
    await score(page).getByRole("status").filter({ hasText: "2 examples", hasNotText: before }).waitFor();
    await close();
  });

  it("is taught a stroke whose pen is still down, and nothing by keys that change the tab", async () => {
    const { page, close } = await openRoom();
    await page.getByRole("application", { name: "Drawing pad" }).focus();
    for (const key of ["Space", "ArrowDown", "Space", "Control+2", "Alt+2", "Meta+2"])
      await page.keyboard.press(key);
    expect(await page.locator(".thumbnail").count()).toBe(0);
    for (const key of ["Space", "ArrowRight", "2"]) await page.keyboard.press(key);
    await scored(page, "1 example,");
    const isDrawn = page
      .getByRole("group", { name: "This is" })
      .getByRole("button")
      .and(page.locator(":enabled"));
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    expect(await isDrawn.count()).toBe(0);
    await close();
  });

  it("is taught by the keyboard alone", async () => {
    const { page, close } = await openRoom();
    await page.getByRole("application", { name: "Drawing pad" }).focus();
    for (const key of ["Space", "ArrowDown", "ArrowDown", "ArrowRight", "Space", "2"])
      await page.keyboard.press(key);
    await scored(page, "1 example,");
    await page.getByRole("button", { name: "Forget example 1 of B" }).focus();
    await page.keyboard.press("Enter");
    await scored(page, "No example");
    await close();
  });
});

describe("files", () => {
  it.each([
    ["a picture that is none", "Pictures … for A", "a.png", /reading a\.png: got a file that the browser/],
    ["a learner that is none", "Load learner", "learner.safetensors", /safetensors|learner/],
  ])("are refused in a sentence: %s", async (_name, label, name, sentence) => {
    const { page, complaints, close } = await openRoom();
    await page.getByLabel(label).setInputFiles({ name, mimeType: "", buffer: Buffer.from("hostile") });
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toMatch(sentence);
    await page.getByLabel("Pictures … for A").setInputFiles(picture("a.png"));
    await scored(page, "1 example,");
    expect(complaints).toEqual([]);
    await close();
  });
});

it.each(LOOKS)(
  "the room has nothing that axe-core finds, nor sideways scrolling: %s",
  async (_name, options) => {
    const { page, close } = await openRoom(options);
    await page.getByLabel("Pictures … for A").setInputFiles(picture("a.png"));
    await scored(page, "1 example,");
    await page.getByRole("button", { name: "Ask me" }).click();
    await page.getByRole("group", { name: "Which is this?" }).waitFor();
    await page.mouse.move(0, 0);
    expect(await violationsOf(page)).toEqual([]);
    expect(await overflowOf(page)).toBe(0);
    await close();
  },
);

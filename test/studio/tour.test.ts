/** The tour: at the first visit, by keys, never twice unasked. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { overflowOf, violationsOf } from "./axe.ts";
import { LOOKS, openStudio, type Studio } from "./page.ts";

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

it("has seven steps, by keyboard alone, and does not come back after a reload", async () => {
  const { page, complaints, close } = await studio.open("", { isFirstVisit: true });
  await page.waitForSelector("dialog[open]");
  const titles = new Set<string | null>();
  for (let step = 1; step <= 7; step++) {
    expect(await page.textContent(".tour-count")).toBe(`${step} of 7`);
    titles.add(await page.textContent("#tour-title"));
    if (step === 3) {
      await page.keyboard.press("ArrowLeft");
      expect(await page.textContent(".tour-count")).toBe("2 of 7");
      await page.keyboard.press("ArrowRight");
    }
    await page.keyboard.press("Enter");
  }
  expect(titles.size).toBe(7);
  await page.waitForSelector("dialog:not([open])", { state: "attached" });
  await page.reload();
  await page.waitForSelector("main h2");
  expect(await page.locator("dialog[open]").count()).toBe(0);
  await page.click("text=Tour");
  await page.waitForSelector("dialog[open]");
  expect(complaints).toEqual([]);
  await close();
});

it("is skipped by its button or the escape key", async () => {
  for (const skip of ["button", "Escape"]) {
    const { page, close } = await studio.open("", { isFirstVisit: true });
    await page.waitForSelector("dialog[open]");
    if (skip === "button") await page.getByRole("button", { name: "Skip", exact: true }).click();
    else await page.keyboard.press(skip);
    await page.waitForSelector("dialog:not([open])", { state: "attached" });
    await page.reload();
    await page.waitForSelector("main h2");
    expect(await page.locator("dialog[open]").count()).toBe(0);
    await close();
  }
});

it("is shown where the browser keeps nothing", async () => {
  const { page, complaints, close } = await studio.open("nowhere", { isFirstVisit: true });
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get: () => {
        throw new DOMException("refused", "SecurityError");
      },
    });
  });
  await page.reload();
  await page.waitForSelector("dialog[open]");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog:not([open])", { state: "attached" });
  expect(complaints).toEqual([]);
  await close();
});

it.each(LOOKS)("has nothing that axe-core finds, nor sideways scrolling: %s", async (_name, options) => {
  const { page, close } = await studio.open("", { ...options, isFirstVisit: true });
  await page.waitForSelector("dialog[open]");
  expect(await violationsOf(page)).toEqual([]);
  expect(await overflowOf(page)).toBe(0);
  await close();
});

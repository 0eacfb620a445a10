/** The room Runs, on the server of `nsm studio` and without it. */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStudio as openServer } from "../../src/server/studio.ts";
import { nsmJson } from "../cli/nsm.ts";
import { smallNetwork } from "../cli/small-network.ts";
import { startStudio, type TestStudio } from "../server/studio.ts";
import { overflowOf, violationsOf } from "./axe.ts";
import { browse, dist, LOOKS, openStudio, type Studio } from "./page.ts";

let server: TestStudio;
let studio: Studio;
beforeAll(async () => {
  server = await startStudio(dist);
  const small = [...(await smallNetwork(server.around)), "--samples", "2", "--threads", "1"];
  for (const [name, ...flags] of [
    ["first", "--validation", "100"],
    ["second", "--seed", "7"],
  ])
    await nsmJson(["train", ...small, "--epochs", "3", "--out", join(server.runs, name!), ...flags]);
  studio = await browse(server.url, () => server.close());
});
afterAll(() => studio?.close());

const row = (page: Page, name: string) =>
  page.locator(".run").filter({ has: page.locator(".run-name", { hasText: name }) });

const settingsOf = (page: Page): URLSearchParams =>
  new URLSearchParams(new URL(page.url()).hash.split("?")[1]);

const legendOf = (page: Page) => page.locator(".chart-legend li").allTextContents();

it("shows runs over each other, by mouse, and keeps what is shown in the address", async () => {
  const { page, complaints, close } = await studio.open("runs");
  await row(page, "first").locator(".run-status", { hasText: "finished, 3 of 3 epochs" }).waitFor();
  expect(await page.getByRole("heading", { level: 2, name: /^Runs/ }).textContent()).toBe("Runs runs/");
  expect(await page.locator(".folder").getAttribute("title")).toBe(server.runs);
  await page.getByRole("checkbox", { name: "first" }).check();
  await page.getByRole("checkbox", { name: "second" }).check();
  expect(await legendOf(page)).toEqual(["first", "second"]);
  await page.locator(".chart-area circle").nth(5).waitFor();
  await page.getByLabel("By").selectOption("second");
  await page.getByLabel("Measure").selectOption("validation-error");
  await page.getByText("Nothing of this to show yet: second.").waitFor();
  await page.getByLabel("Smoothing").fill("0.5");
  expect(await page.locator(".mark.faint polyline").count()).toBe(2);
  // The address follows within moments: browsers limit how often it may change.
  await expect
    .poll(() => Object.fromEntries(settingsOf(page)))
    .toEqual({ runs: "first|second", by: "second", measure: "validation-error", smoothing: "0.5" });
  // A line that a reload shows again.
  const line = page.locator(".chart-area .marked.colour-0 polyline[points*=' ']");
  const points = await line.getAttribute("points");
  await page.reload();
  await line.waitFor();
  expect(await line.getAttribute("points")).toBe(points);
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByLabel("Only what differs").check();
  const differing = page.locator("tr.differs", { hasText: "training.seed" });
  expect(await differing.locator("td").allTextContents()).toEqual(["1", "7"]);
  expect(await page.locator(".side-by-side tbody tr:not(.differs)").count()).toBe(0);
  expect(complaints).toEqual([]);
  await close();
});

it("is worked by the keyboard alone: runs are marked, views changed, values read", async () => {
  const { page, close } = await studio.open("runs");
  const press = async (name: string, until: string): Promise<void> => {
    for (let k = 0; k < 40; k++) {
      await page.keyboard.press("Tab");
      const found = await page.evaluate(() => {
        const { textContent, ariaLabel, labels } = document.activeElement as HTMLInputElement;
        return `${textContent} ${ariaLabel} ${labels?.[0]?.textContent}`;
      });
      if (found.includes(until)) return page.keyboard.press(name);
    }
    throw new Error(`${until} is not reached by Tab`);
  };
  await row(page, "second").waitFor();
  await press("Space", "first");
  await page.locator(".chart-area circle").nth(2).waitFor();
  await press("End", "Arrow keys read");
  const last = await page.locator(".reading").textContent();
  expect(last).toMatch(/^Epoch 3: first \d/);
  await page.keyboard.press("ArrowLeft");
  expect(await page.locator(".reading").textContent()).toMatch(/^Epoch 2: first \d/);
  await page.locator("#content").focus();
  await press("Enter", "Settings");
  await page.locator(".side-by-side th", { hasText: "training.epochs" }).waitFor();
  await close();
});

describe("what a run errs and doubts on", () => {
  it("is computed when asked for, and shown", async () => {
    const { page, complaints, close } = await studio.open("runs?runs=second&view=doubt&passes=3");
    await page.getByText("Not assessed yet.").waitFor();
    await page.getByRole("button", { name: "Assess" }).click();
    await page.locator(".gallery img").first().waitFor();
    const counts = await page.locator(".confusion tbody td").allTextContents();
    expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(100);
    expect(await page.locator(".doubt .gallery").count()).toBe(2);
    expect(await page.locator("figcaption", { hasText: "Risk by coverage" }).count()).toBe(1);
    expect(complaints).toEqual([]);
    await close();
  });

  it.each(LOOKS)(
    "has nothing that axe-core finds, nor sideways scrolling, in any view: %s",
    async (_name, options) => {
      const { page, close } = await studio.open("runs?runs=first|second&of=second", options);
      await page.locator(".chart-area circle").nth(5).waitFor();
      await page.getByRole("button", { name: "New training" }).click();
      for (const [view, shown] of [
        ["Curves", ".chart-area"],
        ["Doubt", ".gallery img"],
        ["Settings", ".side-by-side td"],
        ["Experiments", ".note code"],
      ] as const) {
        await page.getByRole("button", { name: view, exact: true }).click();
        await page.locator(shown).first().waitFor();
        expect(await violationsOf(page)).toEqual([]);
        expect(await overflowOf(page)).toBe(0);
      }
      await close();
    },
  );
});

it("starts a training, grows with it in two tabs, over a reload, and stops it from the other", async () => {
  const [one, other] = [await studio.open("runs"), await studio.open("runs")];
  await one.page.getByRole("button", { name: "New training" }).click();
  await one.page.getByLabel("Network").selectOption("mnist-mlp");
  await one.page.getByLabel("Name of the run").fill("live");
  await one.page.getByLabel("Epochs").fill("400");
  await one.page.getByLabel("Examples held out").fill("");
  await one.page.getByLabel("Data: a folder").fill(join(server.around, "digits"));
  await one.page.getByRole("button", { name: "Start training" }).click();
  for (const { page } of [one, other]) await row(page, "live").waitFor();
  const epochsOf = async (page: Page): Promise<number> =>
    Number(
      /(\d+) of 400 epochs/.exec((await row(page, "live").locator(".run-status").textContent())!)?.[1] ?? 0,
    );
  const grown = async (page: Page, least: number): Promise<void> => {
    await row(page, "live")
      .locator(".run-status", { hasText: /training, [1-9]\d* of/ })
      .waitFor();
    while ((await epochsOf(page)) < least) await page.waitForTimeout(50);
  };
  await grown(one.page, 1);
  expect(await legendOf(one.page)).toEqual(["live"]);
  await one.page.reload();
  const before = await epochsOf(other.page);
  await grown(other.page, before + 2);
  await grown(one.page, before + 2);
  await other.page.getByRole("button", { name: "Stop live" }).click();
  for (const { page } of [one, other])
    await row(page, "live").locator(".run-status", { hasText: "stopped at" }).waitFor();
  const done = await epochsOf(one.page);
  await one.page.getByRole("button", { name: "Resume live" }).click();
  await one.page.getByLabel("up to epoch").fill(String(done + 1));
  await one.page.getByRole("button", { name: "Start", exact: true }).click();
  for (const { page } of [one, other])
    await row(page, "live")
      .locator(".run-status", { hasText: `finished, ${done + 1} of` })
      .waitFor();
  expect([...one.complaints, ...other.complaints]).toEqual([]);
  await one.close();
  await other.close();
});

it("says why a training does not start", async () => {
  const { page, close } = await studio.open("runs");
  await page.getByRole("button", { name: "New training" }).click();
  await page.getByLabel("Name of the run").fill("../outside");
  await page.getByRole("button", { name: "Start training" }).click();
  await page.getByRole("alert").filter({ hasText: "Choose another name." }).waitFor();
  await close();
});

it("says what a run does now, rather than how its last training here failed", async () => {
  const { page, close } = await studio.open();
  const run = { network: "small", epochs: 3, epochsDone: 3, training: { state: "failed", words: "no data" } };
  const changed = [
    { ...run, name: "a", status: "training", owner: "process 7", epochsDone: 1 },
    { ...run, name: "b", status: "finished" },
    { ...run, name: "c", status: "stopped", epochsDone: 1 },
    { ...run, name: "d", status: "missing" },
  ];
  await page.route("**/api/changes", (route) =>
    route.fulfill({
      contentType: "text/event-stream",
      body: `data: ${JSON.stringify({ changed, gone: [], isWhole: true })}\n\n`,
    }),
  );
  await page.goto(`${server.url}#runs`);
  await row(page, "a").waitFor();
  expect(await page.locator(".run-status").allTextContents()).toEqual([
    "training by process 7, 1 of 3 epochs",
    "finished, 3 of 3 epochs; a training started here failed: no data",
    "failed: no data",
    "failed: no data",
  ]);
  await close();
});

it("asks for an assessment again when the server is back, and leaves a failure to its run", async () => {
  const own = await startStudio(dist);
  for (const name of ["one", "two"])
    await cp(join(server.runs, "first"), join(own.runs, name), { recursive: true });
  const { page, close } = await studio.open();
  let answer: "computing" | "none" | "failure" = "computing";
  await page.route("**/assessment", (route) => {
    if (answer === "failure" && route.request().url().includes("one")) return route.abort();
    if (answer === "computing")
      return route.fulfill({ json: { state: "computing", images: 0, total: null } });
    return route.continue();
  });
  await page.goto(`${own.url}#runs?runs=one|two&view=doubt`);
  const assess = page.getByRole("button", { name: "Assess" });
  await page.getByText("Reading the data").waitFor();
  expect(await assess.isDisabled()).toBe(true);
  answer = "failure";
  await page.getByRole("alert").waitFor();
  expect(await assess.isDisabled()).toBe(false);
  await page.locator(".doubt select").selectOption("two");
  await page.getByText("Not assessed yet.").waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);

  answer = "computing";
  await page.locator(".doubt select").selectOption("one");
  await page.getByText("Reading the data").waitFor();
  await own.end();
  await page.getByRole("alert").filter({ hasText: "The server does not answer." }).waitFor();
  answer = "none";
  const again = await openServer({
    ...{ folder: own.runs, page: dist, port: own.port, command: [process.execPath] },
  });
  await page.getByText("Not assessed yet.").waitFor();
  expect(await assess.isDisabled()).toBe(false);
  await close();
  await again.close();
  await own.close();
});

it("says that the server has gone", async () => {
  const own = await startStudio(dist);
  const { page, close } = await studio.open();
  await page.goto(`${own.url}#runs`);
  await page.getByText("None yet.").waitFor();
  await own.close();
  await page.getByRole("alert").filter({ hasText: "The server does not answer." }).waitFor();
  await close();
});

it("says on a static host how to get it", async () => {
  const host = await openStudio();
  const { page, complaints, close } = await host.open("runs");
  await page.getByText("npx nsm studio runs/").waitFor();
  expect(await violationsOf(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
  await host.close();
});

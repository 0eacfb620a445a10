/** Room Inside: passes that are Node's, run, halted and stepped; units by mouse and by keys; what the address keeps. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mnist } from "../../src/datasets/mnist.ts";
import { exportSafetensors } from "../../src/export/safetensors.ts";
import { explainUnit } from "../../src/inference/tracing/explain.ts";
import { openTracer } from "../../src/inference/tracing/node-tracer.ts";
import type { TracedPass } from "../../src/inference/tracing/trace.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { readModel } from "../../src/networks/model-file.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { overflowOf, violationsOf } from "./axe.ts";
import { dropFiles, LOOKS, openStudio, type Studio, type StudioTab } from "./page.ts";

const DIGIT = 3;
/** Seed of the room's passes. */
const SEED = 1;
const PAUSED = `inside?run=no&digit=${DIGIT}`;
/** A unit whose mean lies so near to its noise may go either way: the engines round differently. */
const TIE = 1e-5;

const modelFile = fileURLToPath(new URL("../../studio/dist/models/mnist-cnn.safetensors", import.meta.url));

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

const openRoom = async (hash: string, options = {}): Promise<StudioTab> => {
  const tab = await studio.open(hash, options);
  await tab.page.waitForSelector(".inside .unit");
  return tab;
};

const passOnShow = async (page: Page): Promise<number> => Number(await page.textContent(".pass output"));

const waitForPass = (page: Page, pass: number): Promise<unknown> =>
  page.waitForFunction(
    (wanted) => document.querySelector(".pass output")?.textContent === wanted,
    String(pass),
  );

/** Colours of the pixels of a layer's units on its canvas number `which`: 0 probabilities, 1 spikes. */
const colourOfUnits = (page: Page, layer: string, which: number): Promise<readonly number[]> =>
  page.evaluate(
    ([label, number]) => {
      const section = document.querySelector(`section[aria-label="${label}"]`)!;
      const canvas = section.querySelectorAll("canvas")[number]!;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      return [...new Uint32Array(data.buffer)];
    },
    [layer, which] as const,
  );

/** The pass in Node, of the digit and the model that the page has. */
const passInNode = async (
  pass: number,
): Promise<{ readonly traced: TracedPass; readonly pixels: Uint8Array }> => {
  const { test } = await mnist();
  const pixels = test.images.slice(DIGIT * 784, (DIGIT + 1) * 784);
  const tracer = await openTracer(readModel(new Uint8Array(readFileSync(modelFile))));
  const traced = await tracer.trace(pixels, { seed: SEED, pass });
  await tracer.close();
  return { traced, pixels };
};

/** Pixel of unit k of a layer of maps side by side: `columns` maps of side x side, a pixel between them. */
const pixelOf = (k: number, side: number, columns: number): number => {
  const [map, place] = [Math.floor(k / side ** 2), k % side ** 2];
  const x = (map % columns) * (side + 1) + (place % side);
  const y = Math.floor(map / columns) * (side + 1) + Math.floor(place / side);
  return y * (columns * (side + 1) - 1) + x;
};

const LAYERS = [
  { name: "layers.0", title: "Layer 1", at: (k: number) => pixelOf(k, 12, 8) },
  { name: "layers.1", title: "Layer 2", at: (k: number) => pixelOf(k, 4, 16) },
  { name: "layers.2", title: "Layer 3", at: (k: number) => k },
] as const;

/** Expects the maps of spikes to be those of a pass in Node. */
const expectSpikes = async (page: Page, pass: number): Promise<void> => {
  const { traced } = await passInNode(pass);
  for (const { name, title, at } of LAYERS) {
    const { mean, uniform, spikes } = traced.layers[name]!;
    const ties = mean.filter((m, k) => Math.abs(m - uniform[k]!) < TIE).length;
    const colours = await colourOfUnits(page, title, 1);
    const inked = [...spikes.keys()].map((k) => colours[at(k)]!);
    const firing = inked[spikes.indexOf(1)]!;
    const different = inked.filter((colour, k) => (colour === firing) !== spikes[k]! > 0).length;
    // Ties are about one in 10^5 units: there is none in most passes.
    expect(different, `${title}, ${ties} ties`).toBeLessThanOrEqual(ties);
    expect(new Set(inked).size).toBe(2);
  }
};

describe("passes", () => {
  it("show the spikes of the same key as in Node, one step after the other", async () => {
    const { page, complaints, close } = await openRoom(`${PAUSED}&pass=41`);
    await page.getByRole("button", { name: "Step", exact: true }).click();
    await waitForPass(page, 42);
    await expectSpikes(page, 42);
    await page.getByRole("button", { name: "Step back" }).click();
    await waitForPass(page, 41);
    expect(complaints).toEqual([]);
    await close();
  });

  it("run, at the speed that is asked for or as fast as they are computed, and halt", async () => {
    const { page, complaints, close } = await openRoom(`inside?run=yes&digit=${DIGIT}&speed=60`);
    await page.waitForFunction(() => Number(document.querySelector(".pass output")?.textContent) > 20);
    const measured = await page.evaluate(async () => {
      const canvas = document.querySelectorAll<HTMLCanvasElement>('section[aria-label="Layer 1"] canvas')[1]!;
      const context = new OffscreenCanvas(canvas.width, 12).getContext("2d", { willReadFrequently: true })!;
      const began = performance.now();
      let [frames, changes, longest, last, before] = [0, 0, 0, began, ""];
      while (performance.now() < began + 3000) {
        const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
        // Of some units of several maps, any of which changes with nearly every pass.
        context.drawImage(canvas, 0, 0);
        const seen = context.getImageData(0, 0, canvas.width, 12).data.join();
        if (seen !== before) changes++;
        before = seen;
        frames++;
        longest = Math.max(longest, now - last);
        last = now;
      }
      const seconds = (performance.now() - began) / 1000;
      return { passes: changes / seconds, frames: frames / seconds, longest };
    });
    console.log(
      `${measured.passes.toFixed(1)} passes and ${measured.frames.toFixed(1)} frames a second, ` +
        `${measured.longest.toFixed(0)} ms between two frames at most`,
    );
    expect(measured.passes).toBeGreaterThan(2);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.waitForSelector("button:has-text('Run')");
    const pass = await passOnShow(page);
    await page.waitForTimeout(300);
    expect(await passOnShow(page)).toBe(pass);
    expect(await page.textContent(".speed .hint")).toBe("paused");
    expect(complaints).toEqual([]);
    await close();
  });

  it("that are halted are those that texts and address tell of", async () => {
    const { page, complaints, close } = await openRoom(`inside?run=yes&digit=${DIGIT}&speed=60`);
    await page.waitForFunction(() => Number(document.querySelector(".pass output")?.textContent) > 20);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.waitForSelector("button:has-text('Run')");
    // The page learns of a change in its next frame.
    await page.waitForTimeout(300);
    const pass = await passOnShow(page);
    await page.waitForURL(new RegExp(`[?&]pass=${pass}(&|$)`));
    await expectSpikes(page, pass);
    expect(complaints).toEqual([]);
    await close();
  });

  it("stand still at first where motion is unwanted", async () => {
    const { page, close } = await openRoom("inside", { reducedMotion: "reduce" });
    await page.waitForSelector("button:has-text('Run')");
    expect(await passOnShow(page)).toBe(0);
    await close();
  });
});

describe("a unit", () => {
  const unitOf = (page: Page) =>
    page.locator(".unit").evaluate(({ dataset: { layer, unit } }) => ({ layer, unit: Number(unit) }));

  it("is chosen by the mouse in either map, and explained by the numbers of its pass", async () => {
    const { page, complaints, close } = await openRoom(`${PAUSED}&pass=7`);
    const canvas = page.locator('section[aria-label="Layer 2"] canvas').nth(1);
    const box = (await canvas.boundingBox())!;
    // Map 17 of 64 is the first of the second row; its row 2, column 3 from 0.
    const cell = box.width / 79;
    await page.mouse.click(box.x + 3.5 * cell, box.y + (5 + 2.5) * cell);
    const unit = 16 * 16 + 2 * 4 + 3;
    expect(await unitOf(page)).toEqual({ layer: "layers.1", unit });
    expect(await page.textContent("#unit-title")).toBe("Layer 2, map 17, row 3, column 4");
    const { traced } = await passInNode(7);
    const model = readModel(new Uint8Array(readFileSync(modelFile)));
    const { draw, units } = explainUnit(model, traced, "layers.1", unit);
    expect(await page.locator(".parts button").count()).toBe(4);
    expect(await page.textContent(".unit p strong.number")).toBe(((1 + draw!.mean) / 2).toFixed(3));
    await page.getByRole("button", { name: "Unit 1 of the window" }).click();
    const [first] = units;
    const terms = await page.locator(".terms dd").allTextContents();
    const { gain, drive, bias, deviation, norm } = first as Extract<typeof first, { type: "noisy" }>;
    expect(terms.map((text) => Number(text.replace("−", "-")))).toEqual(
      [gain, drive, bias, deviation, norm].map((x) => Number(x.toFixed(3))),
    );
    // It looks at 6 x 6 units of each map of layer 1, and at 16 x 16 pixels.
    const rects = page.locator('section[aria-label="Layer 1"] [role=grid] rect');
    expect(await rects.count()).toBe(32);
    expect(await rects.first().getAttribute("width")).toBe("6");
    expect(await page.locator('section[aria-label="Picture"] rect').getAttribute("height")).toBe("16");
    expect(complaints).toEqual([]);
    await close();
  });

  it("is gone to by the keyboard alone, and so is everything else", async () => {
    const { page, complaints, close } = await openRoom(PAUSED);
    const tabTo = async (selector: string): Promise<void> => {
      for (let k = 0; k < 40; k++) {
        await page.keyboard.press("Tab");
        if (await page.evaluate((wanted) => document.activeElement!.matches(wanted), selector)) return;
      }
      throw new Error(`${selector} is not reached by Tab`);
    };
    await tabTo(".passes button:nth-child(3)");
    await page.keyboard.press("Enter");
    await waitForPass(page, 1);
    await tabTo(".speed input");
    await page.keyboard.press("End");
    await page.waitForSelector("output:has-text('60 passes a second')");
    await tabTo(".choice input");
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((digit) => location.hash.includes(`digit=${digit}`), DIGIT + 1);
    await tabTo('section[aria-label="Layer 1"] [role=gridcell]');
    for (const key of ["ArrowRight", "ArrowDown", "PageDown", "End", "ArrowLeft", "ArrowUp"])
      await page.keyboard.press(key);
    // Right, down, a map down; to the last column, 96 of 8 maps; left; up.
    expect(await unitOf(page)).toEqual({ layer: "layers.0", unit: 15 * 144 + 10 });
    expect(await page.evaluate(() => document.activeElement!.getAttribute("aria-label"))).toBe(
      "Layer 1, map 16, row 1, column 11",
    );
    await page.keyboard.press("Control+Home");
    expect(await unitOf(page)).toEqual({ layer: "layers.0", unit: 0 });
    await page.keyboard.press("ArrowUp");
    expect(await unitOf(page)).toEqual({ layer: "layers.0", unit: 0 });
    await tabTo('section[aria-label="Layer 3"] [role=gridcell]');
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    expect(await unitOf(page)).toEqual({ layer: "layers.2", unit: 64 });
    await tabTo(".readout button");
    await page.keyboard.press("Enter");
    expect(await unitOf(page)).toEqual({ layer: "readout", unit: 0 });
    expect(complaints).toEqual([]);
    await close();
  });

  it("stays with the pass and the picture when the page is loaded again, while passes run too", async () => {
    const { page, complaints, close } = await openRoom(`${PAUSED}&pass=12&layer=layers.2&unit=77`);
    await page.reload();
    await page.waitForSelector(".inside .unit");
    expect(await passOnShow(page)).toBe(12);
    expect(await unitOf(page)).toEqual({ layer: "layers.2", unit: 77 });
    expect(await page.inputValue(".choice input")).toBe(String(DIGIT));
    await page.getByRole("button", { name: "Run" }).click();
    await page.waitForFunction(() => Number(/pass=(\d+)/.exec(location.hash)?.[1]) > 20);
    await page.reload();
    await page.waitForSelector(".inside .unit");
    expect(await passOnShow(page)).toBeGreaterThan(20);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe("the room", () => {
  it.each(LOOKS)("has nothing that axe-core finds, nor sideways scrolling: %s", async (_name, options) => {
    for (const unit of ["layer=layers.1&unit=5", "layer=readout&unit=3"]) {
      const { page, complaints, close } = await openRoom(`${PAUSED}&${unit}`, options);
      expect(await violationsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
      expect(complaints).toEqual([]);
      await close();
    }
  });

  it("shows what an address says wrongly as if it said nothing", async () => {
    const { page, complaints, close } = await openRoom(
      "inside?run=perhaps&digit=1e9&pass=-3&layer=nowhere&unit=NaN&speed=fast",
      { reducedMotion: "reduce" },
    );
    expect(await passOnShow(page)).toBe(0);
    expect(await page.inputValue(".choice input")).toBe("0");
    expect(await page.textContent("#unit-title")).toBe("Layer 1, map 1, row 1, column 1");
    expect(complaints).toEqual([]);
    await close();
  });

  it("takes the network of a dropped file, which an address only names, with its grey pixels", async () => {
    const { page, complaints, close } = await studio.open("inside?network=file&run=no");
    await page.getByRole("alert").filter({ hasText: "Drop it on the page" }).waitFor();
    const network = parseNetwork({
      ...{ name: "grey", encoding: "real", input: [1, 28, 28], classes: 10 },
      layers: [{ type: "dense", units: 20 }],
    });
    const parameters = initialParameters(parametersOf(network), 1);
    await dropFiles(page, [{ name: "notes.txt", bytes: [72, 105] }]);
    await page.getByRole("alert").filter({ hasText: "notes.txt" }).waitFor();
    await dropFiles(page, [
      { name: "grey.safetensors", bytes: [...exportSafetensors({ network, parameters })] },
    ]);
    await page.waitForSelector(".inside .unit");
    expect(await page.getByRole("alert").count()).toBe(0);
    await page.getByLabel(/^A \d, in pixels from 0 to 1$/).waitFor();
    await page.getByText("Inputs z", { exact: true }).waitFor();
    await dropFiles(page, [{ name: "notes.txt", bytes: [72, 105] }]);
    await page.getByRole("button", { name: "Close" }).click();
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByText("grey.safetensors: grey").waitFor();
    await page.getByRole("button", { name: "Back to the page's network" }).click();
    await page.getByText("Spikes z that come in", { exact: true }).waitFor();
    expect(await page.getByText("grey.safetensors").count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it("says so where the network can't be had, and tries again", async () => {
    // A room that loads no network.
    const { page, close } = await studio.open("events");
    await page.waitForSelector("main[data-room=events] h2");
    await page.route("**/mnist-cnn.safetensors", (route) => route.abort());
    await page.goto(`${studio.url}#${PAUSED}`);
    await page.waitForSelector("main[data-room=inside] [role=alert]");
    await page.unroute("**/mnist-cnn.safetensors");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.waitForSelector(".inside .unit");
    expect(await page.locator("[role=alert]").count()).toBe(0);
    await close();
  });
});

/** Draw: the network's answers to drawings, by every way of drawing, and what the settings do to them. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mnist } from "../../src/datasets/mnist.ts";
import { exportOnnx } from "../../src/export/onnx.ts";
import { exportSafetensors } from "../../src/export/safetensors.ts";
import { modelOnChip } from "../../src/inference/chips/open-chips.ts";
import { openPredictor } from "../../src/inference/node.ts";
import { conventional } from "../../src/networks/catalogue.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { readModel } from "../../src/networks/model-file.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { analogDeviceByName } from "../../src/substrate/devices/devices.ts";
import { overflowOf, violationsOf } from "./axe.ts";
import { beginStroke, draw, onPad, type Place } from "./pad.ts";
import { DARK, dist, dropFiles, openStudio, PHONE, type Studio, type StudioTab } from "./page.ts";

/** Browsers of a busy machine take their time. */
const PATIENCE = 100_000;

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

interface Told {
  readonly kind: string;
  readonly passes: number;
  readonly entropy: number;
  readonly headline: string;
  /** Probabilities in whole per cent. */
  readonly probabilities: readonly string[];
}

const buttonOf = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const press = (page: Page, name: string): Promise<void> => buttonOf(page, name).click();

/** What the network says once all passes are done. */
const answerOf = async (page: Page): Promise<Told> => {
  // The page learns of a change in its next frame.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  await page.waitForSelector(".said[aria-busy=false] .answer");
  return page.evaluate(() => {
    const { kind, passes, entropy } = document.querySelector<HTMLElement>(".answer")!.dataset;
    const textsOf = (selector: string) =>
      [...document.querySelectorAll(selector)].map(({ textContent }) => textContent ?? "");
    return {
      kind: kind!,
      ...{ passes: Number(passes), entropy: Number(entropy) },
      headline: textsOf(".verdict strong")[0]!,
      probabilities: textsOf(".bar .number"),
    };
  });
};

const twinOf = async (page: Page): Promise<string | null> => {
  await page.waitForSelector(".twin[aria-busy=false] .twin-answer");
  return page.textContent(".twin-answer");
};

const settingsOf = (page: Page): URLSearchParams =>
  new URLSearchParams(new URL(page.url()).hash.split("?")[1]);

/** Milliseconds, several of the page's intervals between two writes of its address. */
const STANDS = 1000;

/** The drawing in the address, once it is there and stands: the page writes it now and then while a stroke is drawn. */
const drawingOf = async (page: Page): Promise<string> => {
  const read = () => settingsOf(page).get("drawing")!;
  await page.waitForFunction(() => /drawing=[^&]/.test(location.hash));
  let [before, drawing] = ["", read()];
  while (drawing !== before) {
    await page.waitForTimeout(STANDS);
    [before, drawing] = [drawing, read()];
  }
  return drawing;
};

/** Sets a slider as its user would hear of it. */
const slide = async (page: Page, label: string, value: number): Promise<void> => {
  await page.getByLabel(label, { exact: true }).fill(String(value));
};

/** A ring, and a line from top to bottom, in shares of the pad. */
const RING = Array.from({ length: 33 }, (_, k): Place => {
  const angle = (2 * Math.PI * k) / 32;
  return [0.5 + 0.24 * Math.sin(angle), 0.5 - 0.34 * Math.cos(angle)];
});
const LINE: readonly Place[] = [
  [0.52, 0.15],
  [0.5, 0.5],
  [0.48, 0.85],
];

describe("a drawing", () => {
  let tab: StudioTab;
  let page: Page;
  beforeAll(async () => {
    tab = await studio.open("draw?passes=50");
    page = tab.page;
  });
  afterAll(async () => {
    expect(tab.complaints).toEqual([]);
    await tab.close();
  });
  beforeEach(() => press(page, "Clear"));

  it("by mouse is answered, undone, and cleared", async () => {
    await draw(page, RING);
    expect(await answerOf(page)).toMatchObject({ kind: "answer", headline: "0", passes: 50 });
    await press(page, "Clear");
    await page.waitForSelector(".waiting");
    await draw(page, LINE);
    const line = await answerOf(page);
    expect(line.headline).toBe("1");
    await draw(page, RING);
    expect((await answerOf(page)).entropy).not.toBe(line.entropy);
    await press(page, "Undo");
    expect(await answerOf(page)).toEqual(line);
  });

  it("by keyboard alone is answered, erased and cleared", async () => {
    await page.locator(".pad-frame").focus();
    for (let k = 0; k < 3; k++) await page.keyboard.press("Shift+ArrowUp");
    await page.keyboard.press("Space");
    for (let k = 0; k < 6; k++) await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Space");
    expect((await answerOf(page)).headline).toBe("1");
    const drawn = await drawingOf(page);
    await page.keyboard.press("e");
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+ArrowUp");
    await page.keyboard.press("Space");
    await page.waitForFunction((before) => !location.hash.endsWith(before), drawn);
    expect(await buttonOf(page, "Eraser").getAttribute("aria-pressed")).toBe("true");
    await page.keyboard.press("e");
    await page.keyboard.press("Control+z");
    await page.waitForFunction((before) => location.hash.endsWith(before), drawn);
    await page.keyboard.press("Delete");
    await page.waitForSelector(".waiting");
  });

  it("is in the address: a reload, in the midst of a stroke too, and another visitor have the same", async () => {
    await draw(page, RING);
    const told = await answerOf(page);
    await drawingOf(page);
    await page.reload();
    expect(await answerOf(page)).toEqual(told);
    const hash = new URL(page.url()).hash.slice(1);
    const other = await studio.open(hash);
    expect(await answerOf(other.page)).toEqual(told);
    expect(other.complaints).toEqual([]);
    await other.close();
    await beginStroke(page, [
      [0.2, 0.2],
      [0.3, 0.25],
    ]);
    await page.waitForFunction((before) => location.hash.slice(1) !== before, hash);
    await page.reload();
    await page.mouse.up();
    expect((await drawingOf(page)).length).toBeGreaterThan(
      new URLSearchParams(hash.split("?")[1]).get("drawing")!.length,
    );
    expect((await answerOf(page)).entropy).not.toBe(told.entropy);
  });

  it("in two tabs of one browser is answered in each", async () => {
    const second = await page.context().newPage();
    await second.goto(page.url().replace(/#.*/, "#draw?passes=50"));
    await draw(page, RING);
    await draw(second, RING);
    expect((await answerOf(second)).headline).toBe("0");
    await second.close();
    expect((await answerOf(page)).headline).toBe("0");
  });
});

it("a drawing by finger on a phone is answered, and does not scroll the page", async () => {
  const { page, complaints, close } = await studio.open("draw?drawing=", PHONE);
  await page.waitForSelector(".pad canvas");
  const [first, ...rest] = await onPad(page, RING);
  const touch = await page.context().newCDPSession(page);
  const at = ([x, y]: Place) => ({ touchPoints: [{ x, y }] });
  const before = await page.evaluate(() => scrollY);
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", ...at(first!) });
  for (const place of rest) await touch.send("Input.dispatchTouchEvent", { type: "touchMove", ...at(place) });
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  expect((await answerOf(page)).headline).toBe("0");
  expect(await page.evaluate(() => scrollY)).toBe(before);
  expect(await overflowOf(page)).toBe(0);
  expect(await violationsOf(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});

it.each([
  ["light", {}],
  ["dark", DARK],
])("axe-core finds nothing where the network has answered: %s", async (_name, options) => {
  const { page, complaints, close } = await studio.open("draw", options);
  await answerOf(page);
  await twinOf(page);
  expect(await violationsOf(page)).toEqual([]);
  expect(await overflowOf(page)).toBe(0);
  expect(complaints).toEqual([]);
  await close();
});

describe("settings", () => {
  let tab: StudioTab;
  let page: Page;
  beforeAll(async () => {
    tab = await studio.open("draw");
    page = tab.page;
    await page.locator(".examples button").first().click();
    await answerOf(page);
  });
  afterEach(() => press(page, "Usual settings"));
  afterAll(async () => {
    expect(tab.complaints).toEqual([]);
    await tab.close();
  });

  it("a digit that the network is sure of makes it unsure when it is rotated", async () => {
    const upright = await answerOf(page);
    expect(upright).toMatchObject({ kind: "answer", passes: 100 });
    const entropies: number[] = [];
    for (const angle of [45, 90, 135]) {
      await slide(page, "Rotation", angle);
      entropies.push((await answerOf(page)).entropy);
    }
    // The difference between one digit for certain and two as likely is log 2.
    expect(Math.max(...entropies)).toBeGreaterThan(upright.entropy + 0.3);
  });

  it("all weights times c change the twin, and not the network", async () => {
    const [told, twin] = [await answerOf(page), await twinOf(page)];
    await slide(page, "All hidden weights × c", -4);
    expect(await answerOf(page)).toEqual({ ...told, kind: expect.any(String), headline: expect.any(String) });
    await page.waitForFunction(
      (before) => document.querySelector(".twin-answer")?.textContent !== before,
      twin,
    );
  });

  it("other noise of the synapses changes the passes; the address says which", async () => {
    const told = await answerOf(page);
    await page.selectOption("select", "gaussian");
    const gaussian = await answerOf(page);
    expect(gaussian.entropy).not.toBe(told.entropy);
    await slide(page, "σ", 3);
    expect((await answerOf(page)).entropy).not.toBe(gaussian.entropy);
    await page.waitForFunction(() => location.hash.includes("noise=gaussian&parameter=3"));
  });

  it("a chip answers as the same chip in Node does; its twin is on one too", async () => {
    const twin = await twinOf(page);
    await page.getByLabel("Noise of the synapses").selectOption("pcm");
    await slide(page, "Chip", 3);
    await slide(page, "Time", 8);
    await slide(page, "Passes", 5);
    await page.waitForFunction(() => /device=pcm&chip=3&after=315576000/.test(location.hash));
    const told = await answerOf(page);
    await page.waitForFunction(
      (before) => document.querySelector(".twin-answer")?.textContent !== before,
      twin,
    );
    const index = Number(settingsOf(page).get("digit"));
    const model = readModel(readFileSync(`${dist}/models/mnist-cnn.safetensors`));
    const chip = { seed: 1, chip: 3, seconds: 315_576_000 };
    const predictor = await openPredictor(await modelOnChip(model, analogDeviceByName("pcm"), chip), {
      ...{ passes: 50, threads: 1 },
    });
    const { images } = (await mnist()).test;
    const { probabilities } = await predictor.predict(images.slice(784 * index, 784 * (index + 1)));
    await predictor.close();
    // The page rounds to whole per cent; one spike in some thousands may round to the other side.
    for (const [k, text] of told.probabilities.entries())
      expect(Math.abs(Number.parseInt(text, 10) - 100 * probabilities[k]!)).toBeLessThan(2.5);
  });

  it("more passes come in the same order: the first of them are those of fewer", async () => {
    await slide(page, "Passes", 0);
    expect(await answerOf(page)).toMatchObject({ passes: 1 });
    await slide(page, "Passes", 8);
    expect(await answerOf(page)).toMatchObject({ passes: 500 });
  });
});

it("a chip takes its time: the page says so and answers, another choice or the button ends the wait", async () => {
  const { page, complaints, close } = await studio.open("draw?passes=50");
  page.setDefaultTimeout(PATIENCE);
  const told = await answerOf(page);
  const twin = await twinOf(page);
  // The workers that make chips start when the test lets them.
  let letThem = (): void => {};
  const isLet = new Promise<void>((resolve) => {
    letThem = resolve;
  });
  await page.context().route("**/chip-worker*", async (route) => {
    await isLet;
    await route.continue();
  });
  const noise = page.getByLabel("Noise of the synapses");
  const isMaking = (text: string): Promise<void> =>
    page.getByRole("status").filter({ hasText: text }).waitFor();
  await noise.selectOption("pcm");
  await isMaking("Making chip 0 of pcm …");
  await press(page, "Clear");
  await page.waitForSelector(".waiting");
  await press(page, "Undo");
  await page.waitForSelector(".answer");
  expect(await violationsOf(page)).toEqual([]);
  await press(page, "Cancel");
  expect(await noise.inputValue()).toBe("bernoulli");
  expect(await noise.evaluate((select) => select === document.activeElement)).toBe(true);
  expect(await answerOf(page)).toEqual(told);
  expect(await twinOf(page)).toBe(twin);

  await noise.selectOption("pcm");
  await isMaking("Making chip 0 of pcm …");
  await noise.selectOption("gaussian");
  const gaussian = await answerOf(page);
  expect(gaussian.entropy).not.toBe(told.entropy);

  await noise.selectOption("pcm");
  await isMaking("Making chip 0 of pcm …");
  await noise.selectOption("rram");
  await isMaking("Making chip 0 of rram …");
  letThem();
  expect((await answerOf(page)).entropy).not.toBe(gaussian.entropy);
  expect(await page.getByText("Making chip").count()).toBe(0);
  expect(complaints).toEqual([]);
  await close();
});

it("a network and a device are dropped as files; others are refused in a sentence", async () => {
  const { page, complaints, close } = await studio.open("draw");
  await answerOf(page);
  const network = parseNetwork({
    ...{ name: "of three", encoding: "sign", input: [1, 28, 28], classes: 3 },
    layers: [{ type: "dense", units: 20 }],
  });
  const model = { network, parameters: initialParameters(parametersOf(network), 1) };
  const onnx = exportOnnx(model, { classNames: ["cat", "dog", "a rather long name of a class"] });
  await dropFiles(page, [{ name: "three.onnx", bytes: [...onnx] }]);
  await page.getByText("three.onnx: of three").waitFor();
  await page.waitForSelector(".bar-name:text('dog')");
  const plain = await answerOf(page);
  expect(plain.probabilities.length).toBe(3);
  expect(await violationsOf(page)).toEqual([]);
  expect(await page.getByLabel("Noise of the synapses").inputValue()).toBe("trained");
  const device = JSON.stringify({
    ...analogDeviceByName("pcm"),
    name: "mine",
    description: "A cell of mine.",
  });
  await dropFiles(page, [{ name: "mine.json", bytes: [...Buffer.from(device)] }]);
  await page.getByText("mine.json. A cell of mine.").waitFor();
  expect((await answerOf(page)).entropy).not.toBe(plain.entropy);
  await dropFiles(page, [{ name: "notes.txt", bytes: [72, 105] }]);
  expect(await page.getByRole("alert").textContent()).toContain("expected a network (.safetensors, .onnx)");
  await dropFiles(page, [{ name: "broken.json", bytes: [123] }]);
  await page.getByRole("alert").filter({ hasText: "broken.json" }).waitFor();
  await page.reload();
  await page.getByRole("alert").filter({ hasText: "A link does not carry files" }).waitFor();
  await press(page, "Usual settings");
  await answerOf(page);
  expect(await page.locator("[role=alert]").count()).toBe(0);
  expect(complaints).toEqual([]);
  await close();
});

it("files of a drop and of drops at once: of each kind the last that can be read", async () => {
  const { page, complaints, close } = await studio.open("draw");
  await answerOf(page);
  const fileOf = (name: string) => {
    const network = parseNetwork({
      ...{ name, encoding: "real", input: [1, 28, 28], classes: 3 },
      layers: [{ type: "dense", units: 20 }],
    });
    const model = { network, parameters: initialParameters(parametersOf(network), 1) };
    return { name: `${name}.safetensors`, bytes: [...exportSafetensors(model)] };
  };
  const device = JSON.stringify({
    ...analogDeviceByName("pcm"),
    name: "mine",
    description: "A cell of mine.",
  });
  await dropFiles(page, [fileOf("one"), { name: "mine.json", bytes: [...Buffer.from(device)] }]);
  await dropFiles(page, [fileOf("two")]);
  await dropFiles(page, [{ name: "broken.onnx", bytes: [1, 2, 3] }]);
  await page.getByText("two.safetensors: two").waitFor();
  await page.getByText("mine.json. A cell of mine.").waitFor();
  await page.getByRole("alert").filter({ hasText: "broken.onnx" }).waitFor();
  await answerOf(page);
  expect(await page.getByText("two.safetensors: two").count()).toBe(1);
  expect(complaints).toEqual([]);
  await close();
});

it("a network without noise answers by one pass, and its units are explained without spikes", async () => {
  const { page, complaints, close } = await studio.open("draw?passes=20");
  await answerOf(page);
  const network = conventional(
    parseNetwork({
      ...{ name: "quiet", encoding: "sign", input: [1, 28, 28], classes: 10 },
      layers: [{ type: "dense", units: 20 }],
    }),
  );
  const parameters = initialParameters(parametersOf(network), 1);
  parameters["layers.0.mean"]!.fill(1);
  parameters["layers.0.variance"]!.fill(4);
  await dropFiles(page, [
    { name: "quiet.safetensors", bytes: [...exportSafetensors({ network, parameters })] },
  ]);
  await page.getByText("the only pass of a network without noise").waitFor();
  expect(await answerOf(page)).toMatchObject({ passes: 1 });
  expect(await page.getAttribute(".verdict", "aria-hidden")).toBe("false");
  await page.getByRole("link", { name: "Look inside the network" }).click();
  await page.waitForSelector(".unit");
  await page.evaluate(() => {
    location.hash += "&layer=layers.0&unit=17";
  });
  await page.waitForSelector("#unit-title:text('Layer 1, unit 18')");
  expect(await page.locator(".unit > .hint").first().textContent()).toMatch(/^Output in this pass [\d.]+\.$/);
  const sum = (await page.locator(".unit math").nth(1).textContent())!.replaceAll("−", "-");
  const [scale, drive, offset, potential] = sum.match(/-?[\d.]+/g)!.map(Number);
  expect(scale).toBeCloseTo(0.5, 3);
  expect(scale! * drive! + offset!).toBeCloseTo(potential!, 1);
  expect(await violationsOf(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});

it("another network does not take the parameter of the noise", async () => {
  const { page, close } = await studio.open("draw?noise=gaussian&parameter=0.7");
  const network = page.getByLabel("Network", { exact: true });
  await network.selectOption("file");
  await page.waitForURL(/network=file/);
  await network.selectOption("page");
  await page.waitForFunction(() => location.hash === "#draw");
  await close();
});

it("the drawing and the network are handed to Inside", async () => {
  const { page, complaints, close } = await studio.open(
    "draw?drawing=&noise=gaussian&parameter=0.5&rotation=10",
  );
  await draw(page, RING);
  await answerOf(page);
  const drawn = await drawingOf(page);
  await page.getByRole("link", { name: "Look inside the network" }).click();
  await page.getByLabel(/^The drawing, in pixels/).waitFor();
  expect(Object.fromEntries(settingsOf(page))).toMatchObject({
    ...{ drawing: drawn, noise: "gaussian", parameter: "0.5", rotation: "10" },
  });
  // A ring is a nought.
  await page.waitForFunction(() => {
    const [first] = document.querySelectorAll(".readout .number");
    return Number.parseInt(first?.textContent ?? "", 10) > 50;
  });
  await press(page, "Next");
  await page.getByLabel(/^A \d, in pixels/).waitFor();
  await page.waitForFunction(() => !location.hash.includes("drawing"));
  expect(complaints).toEqual([]);
  await close();
});

it("nonsense in the address is no setting", async () => {
  const { page, complaints, close } = await studio.open(
    "draw?passes=1e9&rotation=up&noise=__proto__&parameter=-1&scale=NaN&digit=99999&drawing=%F0%9F%98%80",
  );
  await page.waitForSelector(".waiting");
  await draw(page, LINE);
  expect(await answerOf(page)).toMatchObject({ passes: 100 });
  expect(complaints).toEqual([]);
  await close();
});

it("a model that is not there is told in a sentence, and fetched again by a button", async () => {
  const { page, close } = await studio.open("nowhere", {});
  const models = "**/mnist-cnn.safetensors";
  await page.route(models, (route) => route.fulfill({ status: 404 }));
  await page.reload();
  await page.waitForSelector("[role=alert]");
  expect(await page.textContent("[role=alert]")).toMatch(/loading the model .*status 404/);
  await page.unroute(models);
  await press(page, "Try again");
  await answerOf(page);
  expect(await page.locator("[role=alert]").count()).toBe(0);
  await close();
});

it("the page's thread computes no network and paints while passes run", async () => {
  const { page, close } = await studio.open("nowhere");
  // Every way in which a thread gets WebAssembly to run.
  await page.addInitScript(() => {
    const calls: string[] = [];
    Object.assign(globalThis, { calls });
    for (const name of ["compile", "compileStreaming", "instantiate", "instantiateStreaming"] as const)
      WebAssembly[name] = () => {
        calls.push(name);
        throw new Error("WebAssembly on the page's thread");
      };
  });
  await page.goto(`${studio.url}#draw?passes=500`);
  await page.reload();
  await answerOf(page);
  const frames = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const range = document.querySelectorAll<HTMLInputElement>("input[type=range]")[1]!;
        let frames = 0;
        let hasBegun = false;
        const paint = (): void => {
          frames++;
          const isBusy = document.querySelector(".said")!.getAttribute("aria-busy") === "true";
          hasBegun ||= isBusy;
          if (hasBegun && !isBusy) resolve(frames);
          else requestAnimationFrame(paint);
        };
        range.value = "45";
        range.dispatchEvent(new Event("input", { bubbles: true }));
        requestAnimationFrame(paint);
      }),
  );
  // 25 messages of 20 passes each: a page that is held meanwhile paints once or twice.
  expect(frames).toBeGreaterThan(5);
  expect(await page.evaluate(() => (globalThis as unknown as { calls: string[] }).calls)).toEqual([]);
  await close();
});

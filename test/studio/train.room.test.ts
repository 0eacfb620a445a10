/** The room Train: a network learns in the page, as it does in Node. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { encode } from "fast-png";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mnist } from "../../src/datasets/mnist.ts";
import { firstImages } from "../../src/datasets/subset.ts";
import { drawValidation } from "../../src/datasets/validation.ts";
import { DeviceError } from "../../src/errors.ts";
import { exportOnnx } from "../../src/export/onnx.ts";
import { exportSafetensors } from "../../src/export/safetensors.ts";
import { baseline } from "../../src/networks/baselines.ts";
import { conventional } from "../../src/networks/catalogue.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { readModel } from "../../src/networks/model-file.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { encodeFailure } from "../../src/threads/failure.ts";
import { train } from "../../src/training/runs/run.ts";
import { array } from "../datasets/npz-folder.ts";
import { zipFile } from "../files/arrays/zip-file.ts";
import { overflowOf, violationsOf } from "./axe.ts";
import { dist, dropFiles, ISOLATING, LOOKS, openStudio, type Studio } from "./page.ts";

const IMAGES = 1000;
const STEPS = 10;
const TEN_STEPS = `train?network=small-mlp&images=${IMAGES}&validation=${IMAGES / 20}&batch=100&epochs=1&seed=5`;
/** A run of two steps. */
const SHORT = "train?network=small-mlp&images=100&validation=5&batch=50&epochs=1";
/** A run that no test waits for. */
const LONG = "train?network=small-mlp&images=1000&validation=50&batch=100&epochs=100";

/** Browsers of a busy machine take their time. */
const PATIENCE = 100_000;
/** Milliseconds, several of the page's intervals between two writes of its address. */
const STANDS = 1000;

let studio: Studio;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "studio-train-"));
  studio = await openStudio();
});
afterAll(async () => {
  await studio?.close();
  rmSync(folder, { recursive: true, force: true });
});

const phaseOf = (page: Page, phase: string): Promise<void> =>
  page.getByRole("status").filter({ hasText: phase }).first().waitFor({ timeout: PATIENCE });

const stepOf = async (page: Page): Promise<number> =>
  Number((await page.locator(".status .number").textContent())!.match(/step ([\d,]+)/)![1]!.replace(",", ""));

const isPast = (page: Page, step: number): Promise<unknown> =>
  page.waitForFunction(
    (least) => Number(document.querySelector<HTMLProgressElement>(".status progress")?.value ?? 0) > least,
    step,
    { timeout: PATIENCE },
  );

/** Holds requests back. Returns what lets them go on. */
const hold = async (page: Page, url: string): Promise<() => void> => {
  let release!: () => void;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(url, async (route) => {
    await released;
    await route.continue();
  });
  return release;
};

/** Bytes that the button hands to the user. */
const saved = async (page: Page, button: string): Promise<Buffer> => {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).first().click(),
  ]);
  return readFileSync((await download.path())!);
};

describe("a training", () => {
  it("has the losses and validation scores of the same run in Node, and saves its network", async () => {
    const { page, complaints, close } = await studio.open(`${TEN_STEPS}&twin=batch`);
    await page.getByRole("button", { name: "Start" }).click();
    await phaseOf(page, "Done");
    const rows = (await saved(page, "CSV")).toString().trim().split("\n");
    const [names, ...lines] = rows.map((line) => line.split(","));
    const column = (name: string): readonly string[] => lines.map((cells) => cells[names!.indexOf(name)]!);
    const model = readModel(await saved(page, "safetensors"));
    const onnx = await saved(page, "ONNX");
    expect(Buffer.compare(onnx, Buffer.from(exportOnnx(model)))).toBe(0);

    const digits = drawValidation(firstImages((await mnist()).train, IMAGES), IMAGES / 20, 1);
    const settings = { epochs: 1, batch: 100, seed: 5, learningRate: 1e-3, threads: 1 } as const;
    for (const [name, network, initialization] of [
      ["Sampling network", model.network, "random"],
      ["Conventional twin", conventional(model.network), "random"],
    ] as const) {
      const theirs: number[] = [];
      const { epochs } = await train(network, digits.train, {
        ...{ ...settings, initialization, validation: digits.validation },
        optimizer: { type: "adam", weightDecay: 1e-5 },
        onStep: ({ loss }) => theirs.push(loss),
      });
      const losses = column(`${name}: loss`).map(Number);
      expect(losses.length).toBe(STEPS);
      // Losses lie between 1 and 4, where float32 numbers are up to 2^-22 apart: sums of hundreds of terms in another order.
      for (const [k, loss] of losses.entries())
        expect(Math.abs(loss - theirs[k]!)).toBeLessThan(16 * 2 ** -22);
      for (const score of ["loss", "error", "nll", "ece"] as const) {
        const found = column(`${name}: validation ${score}`);
        expect(found.slice(0, -1).every((cell) => cell === "")).toBe(true);
        expect(Number(found.at(-1)), `${name}, ${score}`).toBeCloseTo(epochs[0]!.validation![score], 4);
      }
    }
    const row = page.getByRole("row", { name: "Sampling network, epoch 1, mean of 10 passes" });
    expect(await row.textContent()).toContain(
      `${Number(column("Sampling network: validation error").at(-1)).toFixed(2)} %`,
    );
    expect(complaints).toEqual([]);
    await close();
  });

  it.each(["safetensors", "ONNX"])("trains a saved network on, dropped as a file of %s", async (format) => {
    const { page, complaints, close } = await studio.open(TEN_STEPS);
    await page.getByRole("button", { name: "Start" }).click();
    await phaseOf(page, "Done");
    const file = await saved(page, format);
    const lossesOf = async (): Promise<readonly number[]> => {
      const [, ...lines] = (await saved(page, "CSV")).toString().trim().split("\n");
      return lines.map((line) => Number(line.split(",")[1]));
    };
    const before = await lossesOf();
    await page.getByRole("button", { name: "Reset" }).click();
    const name = `mine.${format.toLowerCase()}`;
    await drop(page, [{ name, bytes: [...file] }]);
    await page.getByText(`${name}: small-mlp`).waitFor();
    expect(await page.getByLabel("Network").inputValue()).toBe("file");
    await page.getByRole("button", { name: "Start" }).click();
    await phaseOf(page, "Done");
    expect((await lossesOf())[0]).toBeLessThan(before[0]!);
    expect(complaints).toEqual([]);
    await close();
  });

  it("pauses, steps, goes on and is forgotten; its address repeats it", async () => {
    const { page, complaints, close } = await studio.open("train");
    await page.getByLabel("Network").selectOption("small-mlp");
    await page.getByLabel("Digits").fill("1000");
    await page.getByLabel("Epochs").fill("100");
    await page.getByLabel("Random seed").fill("7");
    await page.keyboard.press("Tab");
    await page.getByLabel("Conventional twin").selectOption("plain");
    await page.getByRole("button", { name: "Start" }).click();
    await isPast(page, 3);
    await page.getByRole("button", { name: "Pause" }).click();
    await phaseOf(page, "Paused");
    await page.getByRole("button", { name: "Step" }).click();
    await phaseOf(page, "Paused");
    const lines = (await saved(page, "CSV")).toString().trim().split("\n");
    const step = lines.length - 1;
    const [names, last] = [lines[0]!, lines.at(-1)!].map((line) => line.split(","));
    // Both networks are at the same step.
    expect(last!.filter((cell, k) => cell === "" && /: (loss|error)$/.test(names![k]!))).toEqual([]);
    await page.getByRole("button", { name: "Go on" }).click();
    await isPast(page, step);
    const settings = new URLSearchParams(new URL(page.url()).hash.split("?")[1]!);
    expect(Object.fromEntries(settings)).toMatchObject({
      ...{ network: "small-mlp", noise: "bernoulli", p: "0.5", optimizer: "adam", rate: "0.001" },
      ...{ batch: "100", epochs: "100", seed: "7", source: "digits", images: "1000" },
      ...{ validation: "50", twin: "plain" },
    });
    await page.getByRole("button", { name: "Reset" }).click();
    await phaseOf(page, "Ready");
    expect(await page.locator("figure").count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it("of a link from before digits were kept out has them all; later addresses say how many", async () => {
    const { page, close } = await studio.open(`train?network=small-mlp&images=${IMAGES}&seed=5`);
    const [seed, kept] = [page.getByLabel("Random seed"), page.getByLabel("Of them held out")];
    expect(await kept.inputValue()).toBe("0");
    await seed.fill("6");
    await seed.press("Tab");
    await page.waitForURL(/validation=0/);
    expect(await kept.inputValue()).toBe("0");
    // The bare room keeps some, and says so with the first setting.
    await page.goto(`${studio.url}#train`);
    await page.waitForFunction(() => location.hash === "#train");
    expect(await kept.inputValue()).toBe("500");
    await seed.fill("7");
    await seed.press("Tab");
    await page.waitForURL(/validation=500/);
    await page.getByLabel("Digits").fill("1000");
    await page.keyboard.press("Tab");
    await page.waitForURL(/validation=50&/);
    expect(await kept.inputValue()).toBe("50");
    await close();
  });

  it("waits while another room is shown", async () => {
    const { page, close } = await studio.open(LONG);
    await page.getByRole("button", { name: "Start" }).click();
    await isPast(page, 1);
    await page.getByRole("link", { name: "Draw" }).click();
    await page.waitForSelector("main[data-room=draw] h2");
    // Its settings are not those of the room that is shown.
    await page.waitForTimeout(STANDS);
    expect(new URL(page.url()).hash).toBe("#draw");
    await page.getByRole("link", { name: "Train" }).click();
    await phaseOf(page, "Paused");
    // The address is written a moment later.
    await page.waitForURL(/network=small-mlp/);
    await close();
  });

  it("waits for the browser's button too, at another room with settings of its own", async () => {
    const { page, close } = await studio.open("draw?drawing=");
    await page.waitForSelector("main[data-room=draw] h2");
    await page.evaluate((hash) => {
      location.hash = hash;
    }, LONG);
    await page.getByRole("button", { name: "Start" }).click();
    await isPast(page, 1);
    await page.goBack();
    await page.waitForSelector("main[data-room=draw] h2");
    await page.waitForTimeout(STANDS);
    expect(new URL(page.url()).hash).toBe("#draw?drawing=");
    await page.goForward();
    await phaseOf(page, "Paused");
    expect(await stepOf(page)).toBeGreaterThan(1);
    await close();
  });

  it("waits for its first step if the room is left while it opens", async () => {
    const { page, close } = await studio.open(LONG);
    const release = await hold(page, "**/learning-worker*");
    await page.getByRole("button", { name: "Start" }).click();
    await phaseOf(page, "Compiling");
    await page.getByRole("link", { name: "Draw" }).click();
    await page.waitForSelector("main[data-room=draw] h2");
    await page.getByRole("link", { name: "Train" }).click();
    await phaseOf(page, "Compiling");
    release();
    await phaseOf(page, "Paused");
    expect(await stepOf(page)).toBe(0);
    await close();
  });

  it("goes one step after a pause while an epoch is scored", async () => {
    const { page, close } = await studio.open(LONG);
    const release = await hold(page, "**/cpu-worker*");
    await page.getByRole("button", { name: "Start" }).click();
    await isPast(page, STEPS - 1);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Step" }).click();
    await phaseOf(page, "Training");
    release();
    await phaseOf(page, "Paused");
    expect(await stepOf(page)).toBe(STEPS + 1);
    await close();
  });

  it("is said to be lost by a reload in the midst, and its settings are kept", async () => {
    const { page, complaints, close } = await studio.open(LONG);
    await page.getByRole("button", { name: "Start" }).click();
    await isPast(page, 2);
    await page.reload();
    await page.getByText(/The page was left at step \d+ of 1,000/).waitFor();
    expect(await page.getByLabel("Network").inputValue()).toBe("small-mlp");
    await page.getByRole("button", { name: "Start" }).click();
    await isPast(page, 1);
    expect(complaints).toEqual([]);
    await close();
  });

  it("is said to be lost in another room too: the bare room has its settings, and says so while it has them", async () => {
    const { page, close } = await studio.open(LONG);
    await page.getByRole("button", { name: "Start" }).click();
    await isPast(page, 2);
    await page.getByRole("link", { name: "Draw" }).click();
    await page.waitForSelector("main[data-room=draw] h2");
    await page.reload();
    await page.getByRole("link", { name: "Train" }).click();
    const note = page.getByText(/The page was left at step \d+ of 1,000/);
    await note.waitFor();
    expect(await page.getByLabel("Network").inputValue()).toBe("small-mlp");
    await page.getByLabel("Random seed").fill("7");
    await page.keyboard.press("Tab");
    await note.waitFor({ state: "detached" });
    await close();
  });

  it("goes on in the background while another tab trains", async () => {
    const { page, complaints, close } = await studio.open(LONG);
    await page.getByRole("button", { name: "Start" }).click();
    await isPast(page, 1);
    const other = await page.context().newPage();
    await other.goto(`${studio.url}#${SHORT}`);
    await other.bringToFront();
    const before = await stepOf(page);
    await other.getByRole("button", { name: "Start" }).click();
    await phaseOf(other, "Done");
    await isPast(page, before);
    expect(complaints).toEqual([]);
    await close();
  });

  it("trains on one thread where the page is not isolated", async () => {
    const plain = await openStudio({ isolated: false });
    const { page, complaints, close } = await plain.open(SHORT);
    await page.getByRole("button", { name: "Start" }).click();
    await phaseOf(page, "Done");
    expect(await page.locator(".status").textContent()).toContain("computes on: WebAssembly, one thread");
    expect(complaints).toEqual([]);
    await close();
    await plain.close();
  });

  it("trains on one thread by steps too small for two", async () => {
    const { page, complaints, close } = await studio.open(SHORT.replace("batch=50", "batch=20"));
    await page.getByRole("button", { name: "Start" }).click();
    await phaseOf(page, "Done");
    expect(await page.locator(".status").textContent()).toContain("computes on: WebAssembly, one thread");
    expect(complaints).toEqual([]);
    await close();
  });

  it("leaves the page to answer", async () => {
    const { page, close } = await studio.open(LONG);
    await page.getByRole("button", { name: "Start" }).click();
    await isPast(page, 1);
    const { longest, whole } = await page.evaluate(async () => {
      const began = performance.now();
      let [last, most] = [began, 0];
      while (last - began < 3000) {
        await new Promise((resolve) => setTimeout(resolve, 4));
        const now = performance.now();
        most = Math.max(most, now - last);
        last = now;
      }
      return { longest: most, whole: last - began };
    });
    console.info(`Train: the longest wait of the page while it trained was ${longest.toFixed(0)} ms`);
    // A page that computes itself waits for all of it.
    expect(longest).toBeLessThan(whole / 2);
    await close();
  });
});

/** Steps before the loss of the GPU. */
const STEPS_ON_GPU = 4;

/**
 * A page whose GPU is fast and then lost, without a GPU: its worker has the CPU's do the work, says that a step takes no time,
 * and in step 5 that the device is lost. test/browser/webgpu.test.ts loses a device of a driver in software.
 */
const withGpuToLose = async (page: Page): Promise<void> => {
  const [onCpu] = readdirSync(join(dist, "assets")).filter((name) => /^learning-worker-.*\.js$/.test(name));
  const lost = new DeviceError("device webgpu", {
    ...{ given: "a device that is lost", expected: "one that computes", remedy: "Go on on the CPU." },
  });
  const worker = `
    const cpu = new Worker(new URL("./${onCpu}", import.meta.url), { type: "module" });
    cpu.onmessage = ({ data }) => postMessage(data);
    let steps = 0;
    onmessage = ({ data }) => {
      if (data.type === "time") return postMessage(1e-6);
      if (data.type === "advance" && ++steps > ${STEPS_ON_GPU}) return postMessage(${JSON.stringify(encodeFailure(lost))});
      if (data.start) data.start.engine = { ...data.start.engine, device: "cpu" };
      cpu.postMessage(data, data.ports ?? []);
    };`;
  await page.route("**/learning-gpu-worker*", (route) =>
    route.fulfill({ body: worker, contentType: "text/javascript", headers: ISOLATING }),
  );
  await page.evaluate(() => {
    const info = { vendor: "a vendor", architecture: "a GPU", device: "", description: "" };
    Object.defineProperty(navigator, "gpu", { value: { requestAdapter: async () => ({ info }) } });
  });
};

describe("a GPU that is lost", () => {
  it("is told with its step, and the training goes on with WebAssembly to its end", async () => {
    const { page, complaints, close } = await studio.open(TEN_STEPS);
    await withGpuToLose(page);
    await page.getByRole("button", { name: "Step" }).click();
    await phaseOf(page, "Paused");
    expect(await page.locator(".status").textContent()).toContain("computes on: WebGPU");
    expect(await page.getByText("The GPU was lost").count()).toBe(0);
    await page.getByRole("button", { name: "Go on" }).click();
    const notice = page.getByRole("status").filter({ hasText: `The GPU was lost at step ${STEPS_ON_GPU}.` });
    await notice.waitFor({ timeout: PATIENCE });
    await phaseOf(page, "Done");
    expect(await page.locator(".status").textContent()).toMatch(/step 10 of 10.*computes on: WebAssembly/);
    const rows = (await saved(page, "CSV")).toString().trim().split("\n");
    expect(rows.length).toBe(1 + STEPS);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole("button", { name: "Reset" }).click();
    expect(await notice.count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe("the form", () => {
  it("is used by the keyboard alone", async () => {
    const { page, close } = await studio.open(SHORT);
    await page.getByLabel("Network").focus();
    const reached: string[] = [];
    while (reached.at(-1) !== "Start" && reached.length < 30) {
      await page.keyboard.press("Tab");
      reached.push(await page.evaluate(() => document.activeElement!.textContent!.trim()));
    }
    await page.keyboard.press("Enter");
    await phaseOf(page, "Done");
    const loss = page.getByRole("region", { name: /^Loss, nats.* Arrow keys read its values/ });
    const reading = page.locator(".chart").first().locator(".reading");
    await loss.focus();
    await page.keyboard.press("End");
    expect(await reading.textContent()).toMatch(
      /^step 2: Sampling network [\d.]+, Sampling network, held out [\d.]+$/,
    );
    await page.keyboard.press("ArrowLeft");
    expect(await reading.textContent()).toMatch(
      /^step 1: Sampling network [\d.]+, Sampling network, held out [\d.]+ \(at 2\)$/,
    );
    await page.keyboard.press("Escape");
    expect(await reading.textContent()).toBe("");
    await close();
  });

  it("keeps a number when another is out of range, and says the range", async () => {
    const { page, close } = await studio.open(SHORT);
    await page.getByLabel("Epochs").fill("1000");
    await page.keyboard.press("Tab");
    expect(await page.getByRole("alert").textContent()).toBe("A whole number from 1 to 100; 1 stays.");
    expect(page.url()).not.toContain("1000000");
    await close();
  });

  it("ends a training whose numbers overflow with a sentence", async () => {
    // No rate does so for certain: rectifiers may die first. Sums of a hundred weights of 1e38 do.
    const network = baseline(
      parseNetwork({
        ...{ name: "huge", encoding: "sign", input: [1, 28, 28], classes: 10 },
        layers: [{ type: "dense", units: 100 }],
      }),
      "relu",
    );
    const parameters = initialParameters(parametersOf(network), 1);
    parameters["layers.0.weight"]!.fill(1e38);
    const { page, complaints, close } = await studio.open(SHORT);
    await drop(page, [{ name: "huge.safetensors", bytes: [...exportSafetensors({ network, parameters })] }]);
    await page.getByText("huge.safetensors: ").waitFor();
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByRole("alert").waitFor({ timeout: PATIENCE });
    expect(await page.getByRole("alert").textContent()).toMatch(/step 1: got a loss of NaN/);
    await phaseOf(page, "Ended by an error");
    expect(complaints).toEqual([]);
    await close();
  });

  it.each(LOOKS)("has nothing that axe-core finds, nor sideways scrolling: %s", async (_name, options) => {
    const { page, close } = await studio.open(`${SHORT}&twin=batch`, options);
    await page.getByRole("button", { name: "Start" }).click();
    await phaseOf(page, "Done");
    await page.mouse.move(0, 0);
    expect(await violationsOf(page)).toEqual([]);
    expect(await overflowOf(page)).toBe(0);
    await close();
  });
});

/** Drops files on the room, once it is there. */
const drop = async (page: Page, files: Parameters<typeof dropFiles>[1]): Promise<void> => {
  await page.getByRole("button", { name: "Start" }).waitFor();
  await dropFiles(page, files);
};

/** Header of an IDX file of so many images of 28 x 28 bytes. */
const idxHeader = (count: number): Buffer => {
  const header = Buffer.from([0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28]);
  header.writeUInt32BE(count, 4);
  return header;
};

/** So many images of zeros are more than a page reads. */
const MANY = 700_000;
const zeros = new Uint8Array(MANY * 784);

/** Pictures of two classes, bright and dark in one half. */
const writePictures = (): string => {
  const place = join(folder, "pictures");
  for (const [k, name] of ["left", "right"].entries()) {
    mkdirSync(join(place, name), { recursive: true });
    for (let n = 0; n < 15; n++) {
      const data = Uint8Array.from({ length: 20 * 20 }, (_, at) =>
        Math.floor((at % 20) / 10) === k ? 200 + n : 5 * n,
      );
      writeFileSync(
        join(place, name, `${n}.png`),
        encode({ width: 20, height: 20, data, channels: 1, depth: 8 }),
      );
    }
  }
  return place;
};

describe("data of one's own", () => {
  it("are pictures in a folder for each class", async () => {
    const { page, complaints, close } = await studio.open(`${SHORT}&batch=9&source=own`);
    await page.getByLabel("Choose a folder").setInputFiles(writePictures());
    await page.getByText("27 images of 1 × 28 × 28 in 2 classes, and 3 held out.").waitFor();
    await page.getByRole("button", { name: "Start" }).click();
    await phaseOf(page, "Done");
    expect(complaints).toEqual([]);
    await close();
  });

  it("are IDX files, dropped anywhere", async () => {
    const { page, close } = await studio.open(SHORT);
    await drop(page, [
      { name: "some-images", bytes: [0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 2, ...Array(16).fill(9)] },
      { name: "some-labels", bytes: [0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 2, 1] },
    ]);
    await page.getByText("4 images of 1 × 2 × 2 in 3 classes.").waitFor();
    await close();
  });

  it("are an .npz archive", async () => {
    const { page, close } = await studio.open(SHORT);
    const archive = zipFile([
      array(
        "x",
        "|u1",
        [4, 2, 2],
        Uint8Array.from({ length: 16 }, (_, at) => 10 * at),
      ),
      array("y", "|u1", [4], Uint8Array.of(0, 1, 2, 1)),
    ]);
    await drop(page, [{ name: "four.npz", bytes: [...archive] }]);
    await page.getByText("4 images of 1 × 2 × 2 in 3 classes.").waitFor();
    await close();
  });

  it.each([
    [
      "an archive of something else",
      [{ name: "other.npz", bytes: [...zipFile([array("weights", "|u1", [2], Uint8Array.of(1, 2))])] }],
      /weights/,
    ],
    ["a text", [{ name: "notes.txt", bytes: [72, 105] }], /1 files: notes\.txt; expected two IDX files/],
    ["a network that is none", [{ name: "a.safetensors", bytes: [1, 2, 3] }], /a\.safetensors/],
    ["an ONNX model that is none", [{ name: "a.onnx", bytes: [8, 8, 255] }], /no whole ONNX model/],
    [
      "damaged IDX files",
      [
        { name: "images", bytes: [0, 0, 8, 3, 255, 255, 255, 255, 0, 0, 0, 28] },
        { name: "labels", bytes: [0, 0, 8, 1] },
      ],
      /reading images/,
    ],
    [
      "a picture that is none",
      [{ name: "a.png", bytes: [137, 80, 78, 71] }],
      /one folder; expected 2 to 256/,
    ],
  ])("are refused in a sentence: %s", async (_name, files, sentence) => {
    const { page, complaints, close } = await studio.open(SHORT);
    await drop(page, files);
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toMatch(sentence);
    await page.getByRole("button", { name: "Start" }).click();
    await phaseOf(page, "Done");
    expect(complaints).toEqual([]);
    await close();
  });

  it.each([
    [
      "images that go on behind their number",
      () => [
        { name: "images", bytes: [...gzipSync(Buffer.concat([idxHeader(1), zeros.subarray(0, 1 << 24)]))] },
        { name: "labels", bytes: [0, 0, 8, 1, 0, 0, 0, 1, 0] },
      ],
      /more data; expected an end after 800 bytes/,
    ],
    [
      "more images than are read",
      () => [
        { name: "images", bytes: [...gzipSync(Buffer.concat([idxHeader(MANY), zeros]))] },
        { name: "labels", bytes: [0, 0, 8, 1, 0, 0, 0, 1, 0] },
      ],
      /promises 548,800,016 bytes; expected at most 536,870,912 bytes/,
    ],
    [
      "an array of more bytes than are read",
      () => {
        // It is refused before its checksum is known.
        const images = { ...array("x", "|u1", [MANY, 28, 28], zeros), crc: 0 };
        return [{ name: "b.npz", bytes: [...zipFile([images, array("y", "|u1", [1], Uint8Array.of(0))])] }];
      },
      /548800000 bytes; expected at most 536870912/,
    ],
  ])("are refused where few bytes expand to many: %s", async (_name, files, sentence) => {
    const given = files();
    expect(given[0]!.bytes.length).toBeLessThan(1e6);
    const { page, complaints, close } = await studio.open(SHORT);
    await drop(page, given);
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toMatch(sentence);
    expect(complaints).toEqual([]);
    await close();
  });

  it("are waited for, the last that were given: there is no start meanwhile", async () => {
    const network = parseNetwork({
      ...{ name: "tiny", encoding: "sign", input: [1, 28, 28], classes: 10 },
      layers: [{ type: "dense", units: 5 }],
    });
    const model = { network, parameters: initialParameters(parametersOf(network), 1) };
    const bytes = [...exportSafetensors(model)];
    const { page, complaints, close } = await studio.open(SHORT);
    await page.evaluate(() => {
      const read = File.prototype.arrayBuffer;
      File.prototype.arrayBuffer = async function () {
        if (this.name === "slow.safetensors")
          await new Promise((resolve) => addEventListener("release", resolve));
        return read.call(this);
      };
    });
    await drop(page, [{ name: "slow.safetensors", bytes }]);
    const buttons = ["Start", "Step"].map((name) => page.getByRole("button", { name, exact: true }));
    for (const button of buttons) await expect.poll(() => button.isDisabled()).toBe(true);
    await drop(page, [{ name: "fast.safetensors", bytes }]);
    await page.getByText("fast.safetensors: tiny").waitFor();
    for (const button of buttons) expect(await button.isDisabled()).toBe(false);
    await page.evaluate(() => dispatchEvent(new Event("release")));
    await page.waitForTimeout(STANDS);
    expect(await page.getByText("fast.safetensors: tiny").count()).toBe(1);
    expect(complaints).toEqual([]);
    await close();
  });

  it("are asked for where a link names them", async () => {
    const { page, complaints, close } = await studio.open(`${SHORT}&source=own`);
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("A link does not carry files");
    expect(complaints).toEqual([]);
    await close();
  });

  it("are asked for where a link names a network from a file", async () => {
    const { page, close } = await studio.open("train?network=file");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("expected a .safetensors or .onnx file");
    await close();
  });
});

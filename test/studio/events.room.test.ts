/** Room Events: recordings that are chosen or dropped are played and transformed; wrong files are refused in a sentence. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { frameRecording, parseFraming } from "../../src/events/transforms/representation.ts";
import { transformRecording } from "../../src/events/transforms/transform.ts";
import { exportSafetensors } from "../../src/export/safetensors.ts";
import { nmnistCnn } from "../../src/networks/catalogue.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { encodeAedat4, sixty, zstdPacket } from "../events/encoders/aedat4.ts";
import { type Event, eventsOf } from "../events/encoders/event.ts";
import { encodeNmnist } from "../events/encoders/nmnist.ts";
import { overflowOf, violationsOf } from "./axe.ts";
import { LOOKS, openStudio, type Studio, type StudioTab } from "./page.ts";

/** A bar that crosses the sensor of N-MNIST within 80 ms, and noise beside it: 5 events each millisecond. */
const bar: readonly Event[] = Array.from({ length: 400 }, (_, k) => {
  const ms = Math.floor(k / 5);
  const isNoise = k % 5 === 4;
  return {
    t: 1000 * ms + (k % 5),
    x: isNoise ? (7 * k) % 34 : Math.floor((34 * ms) / 80),
    y: isNoise ? (11 * k) % 34 : 12 + (k % 5),
    p: isNoise ? 0 : 1,
  };
});

interface Chosen {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const nmnist: Chosen = { name: "00012.bin", bytes: encodeNmnist(bar) };
const aedat4: Chosen = {
  name: "zstd.aedat4",
  bytes: encodeAedat4({
    streams: [{ id: 0, type: "EVTS", width: 346, height: 260 }],
    compression: "ZSTD",
    packets: [zstdPacket],
  }),
};

const untrainedModel = (): Chosen => {
  const network = nmnistCnn();
  const model = { network, parameters: initialParameters(parametersOf(network), 1) };
  return { name: "nmnist.safetensors", bytes: exportSafetensors(model) };
};

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

const openRoom = async (hash = "events", options = {}): Promise<StudioTab> => {
  const tab = await studio.open(hash, options);
  await tab.page.waitForSelector(".events .drop");
  return tab;
};

const choose = (page: Page, { name, bytes }: Chosen): Promise<void> =>
  page.setInputFiles('input[type="file"]', {
    name,
    mimeType: "application/octet-stream",
    buffer: Buffer.from(bytes),
  });

const setSlider = async (page: Page, label: string, value: number): Promise<void> =>
  page.getByLabel(label).fill(String(value));

/** Painted pixels of the screen. */
const paintedPixels = (page: Page): Promise<number> =>
  page.locator(".screen canvas").evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
    let painted = 0;
    for (let k = 3; k < data.length; k += 4) if (data[k]! > 0) painted++;
    return painted;
  });

describe("a recording", () => {
  it("is read, shown at the present time, and transformed as in Node", async () => {
    const { page, complaints, close } = await openRoom();
    await choose(page, nmnist);
    await page.waitForSelector(".screen canvas");
    expect(await page.textContent(".events .number")).toContain(
      "nmnist, 34 × 34 pixels, 320 events brighter and 80 darker in 79.0 ms",
    );
    await setSlider(page, "An event is shown for", 1);
    await setSlider(page, "Time", 500);
    const sensor = { width: 34, height: 34 };
    const now = 39_502;
    const seen = new Set(bar.filter(({ t }) => t >= now - 1000 && t <= now).map(({ x, y }) => 34 * y + x));
    await expect.poll(() => paintedPixels(page)).toBe(seen.size);
    await setSlider(page, "Denoise", 5);
    const left = transformRecording({ events: eventsOf(bar), sensor }, [
      { type: "denoise", filterTime: 5000 },
    ]).events.t.length;
    expect(left).toBeLessThan(400);
    await page.waitForSelector(`text=${left} of 400 events left`);
    await setSlider(page, "Crop: to", 50);
    await page.waitForFunction(
      (before) => !document.querySelector(".panel [role=status]")!.textContent!.startsWith(before),
      `${left} `,
    );
    // The address follows within a moment.
    await page.waitForURL(/denoise=5/);
    expect(complaints).toEqual([]);
    await close();
  });

  it("is dropped, compressed by Zstandard too, and plays", async () => {
    const { page, complaints, close } = await openRoom();
    await page.evaluate(
      ([name, base64]) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], name));
        const target = document.querySelector(".events .drop")!;
        target.dispatchEvent(new DragEvent("dragover", { bubbles: true, cancelable: true, dataTransfer }));
        target.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
      },
      [aedat4.name, Buffer.from(aedat4.bytes).toString("base64")] as const,
    );
    await page.waitForSelector(".screen canvas");
    expect(await page.textContent(".events .number")).toContain(`aedat4, 346 × 260 pixels`);
    expect(await page.textContent(".panel [role=status]")).toContain(`of ${sixty.length} events left`);
    const before = await page.inputValue('input[max="1000"]');
    await page.getByRole("button", { name: "Play" }).click();
    await page.waitForFunction(
      (value) => document.querySelector<HTMLInputElement>('input[max="1000"]')!.value !== value,
      before,
    );
    await page.getByRole("button", { name: "Pause" }).click();
    expect(complaints).toEqual([]);
    await close();
  });

  it("is framed as in Node: by time or by events, of one or both polarities", async () => {
    const { page, complaints, close } = await openRoom(
      "events?frames=4&by=events&polarity=both&output=counts",
    );
    await choose(page, nmnist);
    await page.getByLabel("4 frames of 34 × 34 pixels").waitFor();
    const sensor = { width: 34, height: 34 };
    const litInNode = (representation: object): number => {
      const framing = parseFraming({ representation: { type: "toFrame", ...representation } });
      const { data, shape } = frameRecording({ events: eventsOf(bar), sensor }, framing);
      const [frames, channels] = shape;
      // A pixel with events of both polarities is painted once.
      const places = new Set<number>();
      for (const [k, value] of data.entries())
        if (value > 0) places.add(Math.floor(k / (channels * 34 * 34)) * 34 * 34 + (k % (34 * 34)));
      expect(frames).toBeGreaterThan(1);
      return places.size;
    };
    /** Pixels of the canvas in other colours than that of no event, the most frequent one. */
    const lit = (): Promise<number> =>
      page.locator(".frames canvas").evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
        const counts = new Map<number, number>();
        for (const colour of new Uint32Array(data.buffer))
          if (colour >>> 24 > 0) counts.set(colour, (counts.get(colour) ?? 0) + 1);
        const [, ...others] = [...counts.values()].sort((a, b) => b - a);
        return others.reduce((sum, count) => sum + count, 0);
      });
    await expect.poll(lit).toBe(litInNode({ eventBins: 4 }));
    await page.getByLabel("Cut into").selectOption("time");
    await page.getByLabel("Drawn").selectOption("off");
    await page.getByLabel("A pixel is").selectOption("binary");
    await setSlider(page, "Number of frames", 8);
    await page.getByLabel("8 frames of 34 × 34 pixels").waitFor();
    await expect.poll(lit).toBe(litInNode({ timeBins: 8, polarity: "off", output: "binary" }));
    // The browser warns of this test, which reads the canvas again and again.
    expect(complaints.filter((each) => !each.includes("getImageData"))).toEqual([]);
    await close();
  });

  it("gives way to another while it is transformed, without an alert", async () => {
    const { page, complaints, close } = await openRoom();
    await choose(page, nmnist);
    await page.waitForSelector(".screen canvas");
    // Workers get their requests, but for the first, which opens a file, when the test lets them.
    await page.evaluate(() => {
      const post = Worker.prototype.postMessage;
      const held: (() => void)[] = [];
      const asked: string[] = [];
      Worker.prototype.postMessage = function (message: { readonly type: string }, ...rest: unknown[]) {
        const send = (): void => Reflect.apply(post, this, [message, ...rest]);
        asked.push(message.type);
        if (message.type === "open") send();
        else held.push(send);
      };
      Object.assign(globalThis, {
        transforms: () => asked.filter((type) => type === "transform").length,
        answer: () => {
          for (const send of held.splice(0)) send();
        },
      });
    });
    type Held = { transforms(): number; answer(): void };
    const transforms = (): Promise<number> =>
      page.evaluate(() => (globalThis as unknown as Held).transforms());
    const answer = (): Promise<void> => page.evaluate(() => (globalThis as unknown as Held).answer());
    for (const ms of [2, 3, 4, 5]) await setSlider(page, "Denoise", ms);
    expect(await transforms()).toBe(1);
    await answer();
    // Only the last of the waiting requests is sent.
    await expect.poll(transforms).toBe(2);
    await choose(page, aedat4);
    await page.getByRole("heading", { name: aedat4.name }).waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    await expect.poll(transforms).toBe(3);
    await answer();
    await page.waitForSelector(".screen canvas");
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it("is not opened any more when the room was left while it was made", async () => {
    const { page, close } = await openRoom();
    let goOn = (): void => {};
    const left = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await page.route(/t10k-images/, async (route) => {
      await left;
      await route.continue();
    });
    const asked = page.waitForRequest(/t10k-images/);
    await page.getByRole("button", { name: "A made recording" }).click();
    const request = await asked;
    await page.getByRole("link", { name: "Runs" }).click();
    await page.waitForSelector(".runs");
    const workers = page.workers().length;
    goOn();
    await (await request.response())?.finished();
    await page.waitForTimeout(2000);
    expect(page.workers().length).toBe(workers);
    await close();
  });

  it("is made of a digit, where there is none", async () => {
    const { page, complaints, close } = await openRoom();
    await page.getByRole("button", { name: "A made recording" }).click();
    await page.getByRole("heading", { name: "made of test digit 0, a 7.bin" }).waitFor();
    await page.getByLabel("10 frames of 34 × 34 pixels").waitFor();
    await page.getByRole("button", { name: "A made recording" }).click();
    await page.getByRole("heading", { name: "made of test digit 1, a 2.bin" }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it("is answered by the network that comes with the page", async () => {
    const { page, complaints, close } = await openRoom();
    await page.getByRole("button", { name: "A made recording" }).click();
    await page.getByRole("heading", { name: "made of test digit 0, a 7.bin" }).waitFor();
    await page.waitForSelector(".answer strong");
    expect(await page.textContent(".answer strong")).toBe("7");
    expect(await page.textContent(".answer")).toContain("came with the page");
    // Other frames of ten channels are not what it takes.
    await page.getByLabel("Drawn").selectOption("off");
    await page.getByText("It answers on 10 frames of 34 × 34 pixels.").waitFor();
    await page.getByLabel("Drawn").selectOption("both");
    await setSlider(page, "Number of frames", 5);
    await page.getByLabel("5 frames of 34 × 34 pixels").waitFor();
    expect(await page.locator(".answer strong").count()).toBe(0);
    await choose(page, untrainedModel());
    await page.waitForSelector(".answer strong");
    expect(await page.textContent(".answer")).not.toContain("came with the page");
    expect(complaints).toEqual([]);
    await close();
  });

  it("is answered by a model that is dropped beside it", async () => {
    const { page, complaints, close } = await openRoom();
    await choose(page, untrainedModel());
    await choose(page, nmnist);
    await page.waitForSelector(".answer strong");
    expect(Number(await page.textContent(".answer strong"))).toBeLessThan(10);
    expect(await page.textContent(".answer")).not.toContain("came with the page");
    await setSlider(page, "Number of frames", 9);
    await page.getByText("It answers on 10 frames of 34 × 34 pixels.").waitFor();
    expect(complaints).toEqual([]);
    await close();
  });
});

describe("what is no recording is refused in a sentence, and what was shown stays", () => {
  it("another file, a truncated one, a model that is none", async () => {
    const { page, complaints, close } = await openRoom();
    await choose(page, nmnist);
    await page.waitForSelector(".screen canvas");
    const refusal = async (file: Chosen): Promise<string> => {
      await choose(page, file);
      await page.waitForFunction(
        (name) => document.querySelector("[role=alert]")?.textContent?.includes(name),
        file.name,
      );
      return (await page.textContent("[role=alert]"))!;
    };
    const png = { name: "picture.png", bytes: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]) };
    expect(await refusal(png)).toContain("a file that does not show its format");
    expect(await refusal({ name: "short.bin", bytes: nmnist.bytes.slice(0, 7) })).toContain("byte 5");
    expect(await refusal({ name: "empty.dat", bytes: new Uint8Array() })).toContain("an empty file");
    await choose(page, { name: "x.safetensors", bytes: new Uint8Array(30) });
    await page.waitForFunction(() => /got/.test(document.querySelector("[role=alert]")?.textContent ?? ""));
    expect(await page.locator(".screen canvas").count()).toBe(1);
    await choose(page, nmnist);
    await page.waitForFunction(() => document.querySelector("[role=alert]") === null);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe("the room", () => {
  it("is used by the keyboard alone once a file is chosen", async () => {
    const { page, close } = await openRoom();
    await choose(page, nmnist);
    await page.waitForSelector(".screen canvas");
    const reached = new Set<string>();
    for (let k = 0; k < 30; k++) {
      await page.keyboard.press("Tab");
      reached.add(
        await page.evaluate(() => {
          const { id, textContent, tagName } = document.activeElement!;
          return document.querySelector(`label[for="${id}"]`)?.textContent ?? textContent ?? tagName;
        }),
      );
    }
    for (const name of ["Time", "Play", "Speed", "An event is shown for", "Crop: from", "Crop: to"])
      expect(reached).toContain(name);
    await close();
  });

  it.each(LOOKS)("has nothing that axe-core finds, nor sideways scrolling: %s", async (_name, options) => {
    const { page, complaints, close } = await openRoom("events?denoise=3", options);
    expect(await violationsOf(page)).toEqual([]);
    await choose(page, nmnist);
    await page.waitForSelector(".panel [role=status]");
    expect(await violationsOf(page)).toEqual([]);
    expect(await overflowOf(page)).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });
});

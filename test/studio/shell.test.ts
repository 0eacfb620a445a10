/** The studio's page around its rooms: addresses, history, keyboard, narrow screens, static hosts. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readModel } from "../../src/networks/model-file.ts";
import { overflowOf, violationsOf } from "./axe.ts";
import { LOOKS, openStudio, type Studio } from "./page.ts";

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

/** Names of the rooms, as their links have them. */
const namesOf = (links: readonly (string | null)[]): readonly string[] => links.map((href) => href!.slice(1));

describe("the page", () => {
  it("opens every room by its link, says nothing on the console and calls nobody", async () => {
    const { page, complaints, close } = await studio.open();
    await page.waitForSelector("main[data-room=draw] > *");
    const links = await page.locator("nav a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    const names = namesOf(links);
    expect(names[0]).toBe("draw");
    for (const name of names) {
      await page.click(`nav a[href="#${name}"]`);
      await page.waitForSelector(`main[data-room=${name}] h2`);
      expect(await page.locator("nav a[aria-current=page]").getAttribute("href")).toBe(`#${name}`);
    }
    expect(complaints).toEqual([]);
    await close();
  });

  it.each(["mnist-cnn", "mnist-cnn-relu", "nmnist-cnn"])("comes with the network %s", async (file) => {
    const response = await fetch(new URL(`models/${file}.safetensors`, studio.url));
    expect(response.status).toBe(200);
    const { network } = readModel(new Uint8Array(await response.arrayBuffer()));
    expect(network.input).toEqual(file === "nmnist-cnn" ? [10, 34, 34] : [1, 28, 28]);
  });

  it("shows the first room at an address that names none, and comes back by the browser's button", async () => {
    const { page, close } = await studio.open("nowhere?passes=banana");
    await page.waitForSelector("main[data-room=draw] h2");
    await page.evaluate(() => {
      location.hash = "#draw?passes=7";
    });
    await page.goBack();
    expect(new URL(page.url()).hash).toBe("#nowhere?passes=banana");
    await close();
  });

  it("is reached by the keyboard: past the links, and through them", async () => {
    const { page, close } = await studio.open();
    await page.waitForSelector("main h2");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
    await close();
  });

  it.each(LOOKS)("has nothing that axe-core finds, nor sideways scrolling: %s", async (_name, options) => {
    const { page, close } = await studio.open("", options);
    await page.waitForSelector("main h2");
    for (const link of await page.locator("nav a").all()) {
      await link.click();
      const name = (await link.getAttribute("href"))!.slice(1);
      await page.waitForSelector(`main[data-room=${name}] h2`);
      await page.mouse.move(0, 0);
      expect(await violationsOf(page), name).toEqual([]);
      expect(await overflowOf(page), name).toBe(0);
    }
    await close();
  });
});

/** A first use of the rooms that compute; the tests of the rooms go further. */
describe("the rooms", () => {
  it("answer a digit", async () => {
    const { page, complaints, close } = await studio.open("draw");
    await page.getByText(/of 100 passes/).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it("train a network", async () => {
    const { page, complaints, close } = await studio.open(
      "train?network=small-mlp&images=100&batch=50&epochs=1",
    );
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByRole("status").filter({ hasText: "Done" }).first().waitFor();
    expect(complaints).toEqual([]);
    await close();
  });
});

describe("a static host", () => {
  it("isolates the page from the second load on, by a service worker", async () => {
    const plain = await openStudio({ isolated: false });
    const { page, complaints } = await plain.open();
    await page.waitForSelector("main h2");
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await page.reload();
    await page.waitForSelector("main h2");
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(complaints).toEqual([]);
    await plain.close();
  });
});

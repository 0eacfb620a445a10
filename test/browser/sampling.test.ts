/** The same program, parameters and key in Chromium (WebAssembly) and in Node: the same spikes and probabilities. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { mnist } from "../../src/datasets/mnist.ts";
import { type TracedPass, tracePass } from "../../src/inference/tracing/trace.ts";
import { networkByName } from "../../src/networks/catalogue.ts";
import { encodeImage, encodingTable } from "../../src/networks/images.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { sizeOf } from "../../src/tensor/tensor.ts";
import { openPage, type PageApi, type TestPage } from "./page.ts";

const BATCH = 20;
const SEED = 7;
const PASSES = 3;

/** A unit whose mean lies so near to its noise may go either way: the engines round differently. */
const TIE = 1e-5;

let chromium: TestPage;
beforeAll(async () => {
  chromium = await openPage();
});
afterAll(() => chromium?.close());

const firstDigits = async (name: string): Promise<Float32Array> => {
  const { test } = await mnist();
  const network = networkByName(name);
  const images = new Float32Array(BATCH * sizeOf(network.input));
  for (let k = 0; k < BATCH; k++) encodeImage(test, k, encodingTable(network), images, k);
  return images;
};

const inNode = (name: string, images: Float32Array, pass: number): Promise<TracedPass> => {
  const network = networkByName(name);
  const parameters = initialParameters(parametersOf(network), SEED);
  return tracePass(createEngine({ threads: 1 }), { network, parameters }, images, { seed: SEED, pass });
};

/** Everything but the images is made in the page, from the seed. */
const inBrowser = (name: string, images: Float32Array, pass: number): Promise<TracedPass> =>
  chromium.page.evaluate(
    async ([networkName, pixels, seed, run]) => {
      const { nsm } = globalThis as unknown as { nsm: PageApi };
      const network = nsm.networkByName(networkName);
      const parameters = nsm.initialParameters(nsm.parametersOf(network), seed);
      const engine = nsm.createWebEngine();
      return nsm.tracePass(engine, { network, parameters }, Float32Array.from(pixels), { seed, pass: run });
    },
    [name, [...images], SEED, pass] as const,
  );

/** Images (rows) in which a spike differs though its mean is not near its noise; and ties that went either way. */
const compare = (name: string, node: TracedPass, browser: TracedPass) => {
  const touched = new Set<number>();
  let [units, ties, different, unexplained] = [0, 0, 0, 0];
  for (const [layer, ours] of Object.entries(node.layers)) {
    const theirs = browser.layers[layer]!;
    const width = ours.spikes.length / BATCH;
    const changed: number[] = [];
    for (let k = 0; k < ours.spikes.length; k++) {
      const row = Math.floor(k / width);
      const near = Math.abs(ours.mean[k]! - ours.uniform[k]!) < TIE;
      units++;
      if (near) ties++;
      if (ours.spikes[k] === theirs.spikes[k]) continue;
      different++;
      if (!near && !touched.has(row)) unexplained++;
      changed.push(row);
    }
    // The layers behind a unit that went the other way have other inputs, its neighbours have not.
    for (const row of changed) touched.add(row);
  }
  console.log(`${name}: ${units} units, ${ties} within ${TIE} of their noise, ${different} spikes differ`);
  return { touched, ties, different, unexplained };
};

it.each(["mnist-mlp", "mnist-cnn"])("%s spikes in the browser as in Node", async (name) => {
  const images = await firstDigits(name);
  for (let pass = 0; pass < PASSES; pass++) {
    const node = await inNode(name, images, pass);
    const browser = await inBrowser(name, images, pass);
    for (const [layer, { uniform }] of Object.entries(node.layers))
      expect(browser.layers[layer]!.uniform, `noise of ${layer}`).toEqual(uniform);
    const { touched, unexplained } = compare(name, node, browser);
    expect(unexplained).toBe(0);
    const classes = node.probabilities.length / BATCH;
    for (let k = 0; k < node.probabilities.length; k++)
      if (!touched.has(Math.floor(k / classes)))
        expect(Math.abs(node.probabilities[k]! - browser.probabilities[k]!)).toBeLessThan(1e-5);
  }
});

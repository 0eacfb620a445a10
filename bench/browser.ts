/**
 * Training in headless Chromium against training in Node on as many threads, and against tfjs's WebAssembly backend in the
 * same page, which is cross-origin isolated: with as many threads as tfjs takes, and with as many as ours. Beside tfjs also the
 * products of our step alone.
 */
import { mnist } from "../src/datasets/mnist.ts";
import { mnistCnn, mnistMlp } from "../src/networks/catalogue.ts";
import type { Network } from "../src/networks/network.ts";
import { createEngine } from "../src/runtime/node.ts";
import type { TrainingDescription } from "../src/training/configuration.ts";
import { stateAtStart } from "../src/training/initial-state.ts";
import { trainingLoop } from "../src/training/loop.ts";
import { nodeHost } from "../src/training/node.ts";
import { prepareTraining } from "../src/training/prepare.ts";
import { recipeOf } from "../src/training/recipes.ts";
import { openPage, type PageApi, type TestPage } from "../test/browser/page.ts";
import { type Contestant, type Schedule, timed } from "./interleave.ts";
import { againstGoal, type Race, raceOf } from "./race.ts";
import { trainingWork } from "./work.ts";

/** More epochs than are measured. */
const EPOCHS = 1000;
const EPOCH_IMAGES = 10_000;
const MOST_SECONDS = 25;
const SGEMM = 2048;

/**
 * V8 compiles the functions of WebAssembly again, optimised, while the first steps run: some twenty steps. The ratios are of
 * what follows; the time of a whole epoch has them too.
 */
const SCHEDULE: Schedule = { warmUp: 40, rounds: 10, steps: 4 };

const BESIDE_TFJS: Schedule = { ...SCHEDULE, rounds: 6, steps: 2 };

type PageTraining = Awaited<ReturnType<PageApi["openTraining"]>>;

/** Globals of the benchmark's page. */
interface Held {
  readonly nsm: PageApi;
  readonly digits: import("../src/datasets/dataset.ts").ImageSplit;
  training: PageTraining;
  milliseconds: number[];
  step: () => number;
  product: () => Promise<unknown>;
}

const openDigits = async (): Promise<TestPage> => {
  const opened = await openPage({ isIsolated: true });
  // tsx names functions by this one, which the page does not have.
  await opened.page.evaluate("globalThis.__name = (named) => named");
  await opened.page.evaluate(async () => {
    const { nsm } = globalThis as unknown as Held;
    const file = async (name: string) => (await fetch(`/data/mnist-subset/${name}.gz`)).blob();
    const images = await file("train-images-idx3-ubyte");
    const digits = await nsm.readIdxSplit(images, await file("train-labels-idx1-ubyte"), { classes: 10 });
    Object.assign(globalThis, { digits });
  });
  return opened;
};

const inPage = async (
  { page }: TestPage,
  network: Network,
  settings: TrainingDescription,
  threads: number,
): Promise<Contestant> => {
  await page.evaluate(
    async ([description, given, count]) => {
      const held = globalThis as unknown as Held;
      held.training?.close();
      held.training = await held.nsm.openTraining(description, held.digits, {
        ...given,
        threads: count,
        onStep: ({ milliseconds }) => held.milliseconds.push(milliseconds),
      });
    },
    [network, { ...settings, epochs: EPOCHS }, threads] as const,
  );
  return {
    name: `${network.name} in Chromium, ${threads} ${threads === 1 ? "thread" : "threads"}`,
    run: (steps) =>
      page.evaluate(async (count) => {
        const held = globalThis as unknown as Held;
        held.milliseconds = [];
        await held.training.run(count);
        return held.milliseconds;
      }, steps),
  };
};

const inNode = async (
  network: Network,
  settings: TrainingDescription,
  threads: number,
): Promise<Contestant & { readonly close: () => Promise<void> }> => {
  const engine = createEngine({ threads });
  const prepared = await prepareTraining(network, (await mnist()).train, { ...settings, epochs: EPOCHS });
  const state = await stateAtStart(engine, prepared);
  const loop = trainingLoop({ prepared, host: nodeHost(engine), state });
  return {
    ...timed(
      `Node, ${threads} ${threads === 1 ? "thread" : "threads"}`,
      async () => void (await loop.next()),
    ),
    close: async () => void (await loop.return()),
  };
};

/** tfjs in the page: the step of bench/peers/tfjs, of mnist-cnn with Adam. */
const tfjs = async ({ page }: TestPage, threads: number): Promise<Contestant> => {
  const folder = "/bench/peers/tfjs/node_modules/@tensorflow";
  await page.addScriptTag({ url: `${folder}/tfjs-core/dist/tf-core.min.js` });
  await page.addScriptTag({ url: `${folder}/tfjs-backend-wasm/dist/tf-backend-wasm.min.js` });
  const found = await page.evaluate(
    async ([wasm, count]) => {
      const { tf } = globalThis as unknown as { tf: TfjsInPage };
      tf.wasm.setWasmPaths(wasm);
      tf.wasm.setThreadsCount(count);
      await tf.setBackend("wasm");
      const module = "/bench/peers/tfjs/nsm.mjs";
      const { makeStep } = await import(module);
      Object.assign(globalThis, { step: makeStep(tf) });
      return { version: tf.version_core, threads: tf.wasm.getThreadsCount() };
    },
    [`${folder}/tfjs-backend-wasm/dist/`, threads] as const,
  );
  return {
    name: `tfjs-wasm ${found.version} in Chromium, ${found.threads} threads`,
    run: (steps) =>
      page.evaluate((count) => {
        const { step } = globalThis as unknown as Held;
        return Array.from({ length: count }, () => {
          const began = performance.now();
          step();
          return performance.now() - began;
        });
      }, steps),
  };
};

interface TfjsInPage {
  readonly version_core: string;
  setBackend(name: string): Promise<boolean>;
  readonly wasm: {
    setWasmPaths(folder: string): void;
    setThreadsCount(count: number): void;
    getThreadsCount(): number;
  };
}

/**
 * The products of a training step of 100 images at the rate of a 2048 x 2048 product of the page's engine: what a step would
 * take if all else were free and no product were smaller.
 */
const productsInPage = async ({ page }: TestPage, network: Network, threads: number): Promise<Contestant> => {
  await page.evaluate(
    async ([size, count]) => {
      const { nsm } = globalThis as unknown as Held;
      const [lowering, products, tensors] = ["lower", "matmul", "tensor"].map(
        (name) => `/dist/tensor/${name}.js`,
      );
      const { lower } = (await import(lowering!)) as typeof import("../src/tensor/lower.ts");
      const { matmul } = (await import(products!)) as typeof import("../src/tensor/matmul.ts");
      const { input } = (await import(tensors!)) as typeof import("../src/tensor/tensor.ts");
      const program = lower({ product: matmul(input("a", [size, size]), input("b", [size, size])) });
      const executable = await nsm.createWebEngine({ threads: count }).compile(program);
      const [a, b, product] = ["a", "b", "product"].map(() => new Float32Array(size * size).fill(1));
      Object.assign(globalThis, { product: () => executable.run({ a: a!, b: b! }, { product: product! }) });
    },
    [SGEMM, threads] as const,
  );
  const products = (100 * trainingWork(network)) / (2 * SGEMM ** 3);
  return {
    name: `${network.name}'s products in Chromium, ${threads} threads`,
    run: (count) =>
      page.evaluate(
        async ([times, share]) => {
          const { product } = globalThis as unknown as Held;
          const milliseconds: number[] = [];
          for (let k = 0; k < times; k++) {
            const began = performance.now();
            await product();
            milliseconds.push(share * (performance.now() - began));
          }
          return milliseconds;
        },
        [count, products] as const,
      ),
  };
};

/** Seconds of the first epoch in the page, from the first step on. */
const epochRace = async (opened: TestPage, network: Network, threads: number): Promise<Race> => {
  const { name, run } = await inPage(opened, network, recipeOf(network.name), threads);
  const oursMs = (await run(EPOCH_IMAGES / 100)).reduce((sum, ms) => sum + ms, 0);
  return againstGoal(`${name}, epoch of 10,000 digits`, oursMs, 1000 * MOST_SECONDS);
};

/** Shows the page twice as many processors as threads: tfjs takes half of those it sees. */
const showProcessors = ({ page }: TestPage, threads: number): Promise<unknown> =>
  page.evaluate(
    (value) => void Object.defineProperty(navigator, "hardwareConcurrency", { value }),
    2 * threads,
  );

/** Ours, with the optimiser of the peer. */
const byAdam = (opened: TestPage, threads: number): Promise<Contestant> =>
  inPage(opened, mnistCnn(), {}, threads);

/** Races of training steps of 100 digits, on one thread and on `threads`. Throws Error where Chromium is not there. */
export async function* browserRaces(threads: number): AsyncGenerator<Race, void, void> {
  const opened = await openDigits();
  try {
    for (const [network, goal] of [
      [mnistMlp(), 5],
      [mnistCnn(), 4],
    ] as const)
      for (const count of [1, threads]) {
        const settings = recipeOf(network.name);
        const node = await inNode(network, settings, count);
        yield await raceOf(await inPage(opened, network, settings, count), node, goal, SCHEDULE);
        await node.close();
      }
    yield await epochRace(opened, mnistCnn(), threads);
    const ours = await byAdam(opened, threads);
    const peer = await tfjs(opened, threads);
    yield await raceOf(ours, peer, 0.25, BESIDE_TFJS);
    yield await raceOf(await productsInPage(opened, mnistCnn(), threads), peer, 0.25, BESIDE_TFJS);
  } finally {
    await opened.close();
  }
  const other = await openDigits();
  try {
    await showProcessors(other, threads);
    yield await raceOf(await byAdam(other, threads), await tfjs(other, threads), 0.25, BESIDE_TFJS);
  } finally {
    await other.close();
  }
}

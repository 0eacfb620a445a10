import { expect, it } from "vitest";
import { remoteRunner, runnerAnswers } from "../../src/inference/requests.ts";
import { mnistMlp } from "../../src/networks/catalogue.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import type { Engine } from "../../src/runtime/engine.ts";

const network = mnistMlp();
const model = { network, parameters: initialParameters(parametersOf(network), 1) };
const options = { passes: 2, seed: 1, method: "unit", runners: 1 } as const;

/** An engine that compiles nothing, as where its library does not load. */
const broken: Engine = {
  device: "cpu",
  threads: 1,
  compile: () => Promise.reject(new Error("no library")),
};

it("ends the thread of a runner that could not compile its programs, or was never made", async () => {
  let ended = 0;
  const job = { pixels: new Uint8Array(784), keys: [0], first: 0, end: 2 };
  const answer = runnerAnswers(
    () => broken,
    model,
    options,
    () => void ended++,
  );
  await expect(answer({ type: "predict", job })).rejects.toThrow("no library");
  await answer({ type: "end" }).catch(() => {});
  expect(ended).toBe(1);
  const idle = runnerAnswers(
    () => {
      throw new Error("not asked for");
    },
    model,
    options,
    () => void ended++,
  );
  await idle({ type: "end" });
  expect(ended).toBe(2);
});

it("ends the thread of a runner that does not get ready", async () => {
  let ended = 0;
  const thread = {
    ask: () => Promise.reject(new Error("no library")),
    end: async () => void ended++,
    gone: Promise.resolve(),
  };
  await expect(remoteRunner(thread)).rejects.toThrow("no library");
  expect(ended).toBe(1);
});

it("says that it is ready only after its programs are compiled", async () => {
  const answer = runnerAnswers(
    () => broken,
    model,
    options,
    () => {},
  );
  await expect(answer({ type: "ready" })).rejects.toThrow("no library");
});

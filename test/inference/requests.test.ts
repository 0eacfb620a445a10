import { expect, it } from "vitest";
import { runnerAnswers } from "../../src/inference/requests.ts";
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

/** The engine thread of a runner: see node.ts, which starts it. */
import { workerData } from "node:worker_threads";
import type { Model } from "../networks/model.ts";
import { createLocalEngine, type LocalEngineOptions } from "../runtime/local-engine.ts";
import { answerRequests, stopAnswering } from "../threads/thread.ts";
import { runnerAnswers } from "./requests.ts";
import type { RunnerOptions } from "./runner.ts";

export interface RunnerStart {
  readonly model: Model;
  readonly engine: LocalEngineOptions;
  readonly options: RunnerOptions;
}

const { model, engine, options } = workerData as RunnerStart;
answerRequests(runnerAnswers(() => createLocalEngine(engine), model, options, stopAnswering));

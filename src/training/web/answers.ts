/** A Web Worker's side of a training: see training.ts, which starts it. */

import { openDirectLoader } from "../../loading/loader.ts";
import { type WebEngineOptions, type WebRuntime, webEngineOn } from "../../runtime/web.ts";
import type { Reply } from "../../threads/requests.ts";
import { answerPage, answerPort, portThreadOf } from "../../threads/web-thread.ts";
import { stateAtStart } from "../initial-state.ts";
import { type LoopReport, stepsOf, trainingLoop } from "../loop.ts";
import { prepareTraining } from "../prepare.ts";
import { type ReplicaReply, type ReplicaRequest, replicaAnswers } from "../replicas/replica-requests.ts";
import { replicaCount, setupOf } from "../replicas/setup.ts";
import { type ReplicaThread, type ReplicaThreads, replicaTrainers } from "../replicas/trainer.ts";
import { parametersIn, requireFinite, type StateArrays } from "../state.ts";
import type { Prepared, StepReport, TrainingReply, TrainingRequest, TrainingStart } from "./requests.ts";

/** Answers the page by a training, or another worker by a replica, on a build of onnxruntime-web. */
export const answerByTraining = (ort: WebRuntime): void => {
  let training: WorkerTraining | undefined;
  answerPage<TrainingRequest, TrainingReply>(async (request) => {
    switch (request.type) {
      case "prepare":
        training = await prepareInWorker(ort, request.start);
        return { value: training.prepared };
      case "open":
        return { value: await training!.open(request.ports) };
      case "advance":
        return { value: await training!.advance(request.steps, request.milliseconds) };
      case "model":
        return { value: await training!.model() };
      case "replica":
        answerPort(request.port, answersOfReplica(ort, request.engine));
        return { value: undefined };
    }
  });
};

interface WorkerTraining {
  readonly prepared: Prepared;
  open(ports: readonly MessagePort[]): Promise<undefined>;
  advance(steps: number, milliseconds: number): Promise<readonly StepReport[]>;
  model(): Promise<Readonly<Record<string, Float32Array>>>;
}

const prepareInWorker = async (ort: WebRuntime, start: TrainingStart): Promise<WorkerTraining> => {
  const { device = "cpu", threads = 1 } = start.engine;
  const prepared = await prepareTraining(start.network, start.split, start.settings);
  const { network, training, split } = prepared;
  const replicas = device === "cpu" ? replicaCount(setupOf(network, training), threads) : 1;
  let loop: AsyncGenerator<LoopReport, void, void> | undefined;
  let state: () => Promise<StateArrays>;
  let failure: { readonly cause: unknown } | undefined;
  let step = 0;
  const steps = stepsOf(training, split.count);

  const next = async (): Promise<StepReport | undefined> => {
    const { value } = await loop!.next();
    if (!value) return undefined;
    const { state: stateNow, ...report } = value;
    step = report.position.step;
    state = stateNow;
    if (report.metrics) {
      const found = await stateNow();
      await requireFinite(found, step);
      // The loop frees the trainer when it is asked for a step after the last.
      state = async () => found;
    }
    return report;
  };
  return {
    prepared: { network, settings: training, steps, replicas },
    async open(ports) {
      const first = await stateAtStart(
        webEngineOn(async () => ort, start.engine),
        prepared,
      );
      state = async () => first;
      const host = {
        openTrainer: replicaTrainers({ device, threads }, replicaThreads(ort, start.engine, ports)),
        openLoader: openDirectLoader,
      };
      loop = trainingLoop({ prepared, host, state: first });
      return undefined;
    },
    async advance(most, milliseconds) {
      if (failure) throw failure.cause;
      const until = performance.now() + milliseconds;
      const reports: StepReport[] = [];
      try {
        while (step < steps && reports.length < most && (reports.length === 0 || performance.now() < until)) {
          const report = await next();
          if (!report) break;
          reports.push(report);
        }
        if (step === steps) await loop!.next();
      } catch (cause) {
        failure = { cause };
        // The steps before it are reported first.
        if (reports.length === 0) throw cause;
      }
      return reports;
    },
    async model() {
      if (failure) throw failure.cause;
      return parametersIn(network, await state());
    },
  };
};

const answersOfReplica = (
  ort: WebRuntime,
  options: WebEngineOptions,
): ((request: ReplicaRequest) => Promise<Reply<ReplicaReply>>) =>
  replicaAnswers({
    createEngine: ({ threads }) => webEngineOn(async () => ort, { ...options, threads }),
    whenIdle: (work) => setTimeout(work, 0),
    onEnd: () => {},
  });

/** The calling worker as the thread of one replica, and those behind the ports. */
const replicaThreads = (
  ort: WebRuntime,
  options: WebEngineOptions,
  ports: readonly MessagePort[],
): ReplicaThreads => {
  const answer = answersOfReplica(ort, options);
  const own: ReplicaThread["ask"] = async (request) => {
    // A step holds the worker: the others get their requests before.
    await undefined;
    return (await answer(request)).value;
  };
  const idle = [
    own,
    ...ports.map((port) => portThreadOf<ReplicaRequest, ReplicaReply>(port, "training, a replica").ask),
  ].map((ask): ReplicaThread => ({ ask, end: async (request) => void (await ask(request)) }));
  return {
    take: () => idle.shift()!,
    giveBack: (thread) => void idle.push(thread),
  };
};

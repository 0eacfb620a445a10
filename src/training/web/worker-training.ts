/** A training in a Web Worker: see training.ts, which starts it. */
import { openDirectLoader } from "../../loading/loader.ts";
import type { ParameterArrays } from "../../networks/initialize.ts";
import { checkModel } from "../../networks/model.ts";
import { parametersOf } from "../../networks/plan.ts";
import { type WebEngineOptions, type WebRuntime, webEngineOn } from "../../runtime/web.ts";
import type { Reply } from "../../threads/requests.ts";
import { portThreadOf } from "../../threads/web-thread.ts";
import { stateAtStart } from "../initial-state.ts";
import { type LoopReport, stepsOf, trainingLoop } from "../loop.ts";
import { prepareTraining } from "../prepare.ts";
import { openProbe, type Probe } from "../probe.ts";
import { type ReplicaReply, type ReplicaRequest, replicaAnswers } from "../replicas/replica-requests.ts";
import { replicaCount, setupOf } from "../replicas/setup.ts";
import { type ReplicaThread, type ReplicaThreads, replicaTrainers } from "../replicas/trainer.ts";
import { initialState, parametersIn, requireFinite, type StateArrays } from "../state.ts";
import type { Prepared, Probed, StepReport, TrainingStart } from "./requests.ts";

export interface WorkerTraining {
  readonly prepared: Prepared;
  open(ports: readonly MessagePort[]): Promise<undefined>;
  advance(steps: number, milliseconds: number): Promise<readonly StepReport[]>;
  model(): Promise<ParameterArrays>;
  probe(images: number): Promise<Probed>;
}

/** Checks a training. Throws as `prepareTraining`. */
export const prepareInWorker = async (ort: WebRuntime, start: TrainingStart): Promise<WorkerTraining> => {
  const { device = "cpu", threads = 1 } = start.engine;
  const prepared = await prepareTraining(start.network, start.split, start.settings);
  const { network, training, split } = prepared;
  const replicas = device === "cpu" ? replicaCount(setupOf(network, training), threads) : 1;
  // ONNX Runtime takes the number of threads of the first session in a worker for all.
  const engine = webEngineOn(async () => ort, { ...start.engine, threads: Math.floor(threads / replicas) });
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
  const model = async (): Promise<ParameterArrays> => {
    if (failure) throw failure.cause;
    return parametersIn(network, await state());
  };
  let probe: { readonly count: number; readonly open: Promise<Probe> } | undefined;
  return {
    prepared: { network, settings: training, steps, replicas },
    async open(ports) {
      const first = start.parameters
        ? initialState(network, training, checkModel({ network, parameters: start.parameters }).parameters)
        : await stateAtStart(
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
    model,
    async probe(images) {
      const parameters = await model();
      const count = Math.min(images, split.count);
      if (probe?.count !== count) {
        await probe?.open.then((open) => open.dispose());
        probe = { count, open: openProbe(engine, network, split, count) };
      }
      const lastHiddenInput = await (await probe.open).look(parameters);
      const { name, shape } = parametersOf(network).find(({ kind }) => kind === "weight")!;
      return { firstWeights: { shape, data: parameters[name]! }, lastHiddenInput };
    },
  };
};

/** Answers of the calling worker as the thread of a replica. */
export const answersOfReplica = (
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

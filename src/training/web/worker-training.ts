/** A training in a Web Worker: see training.ts, which starts it. */
import { openDirectLoader } from "../../loading/loader.ts";
import type { ParameterArrays } from "../../networks/initialize.ts";
import { checkModel } from "../../networks/model.ts";
import { parametersOf } from "../../networks/plan.ts";
import type { Engine } from "../../runtime/engine.ts";
import { type WebEngineOptions, type WebRuntime, webEngineOn } from "../../runtime/web.ts";
import type { Reply } from "../../threads/requests.ts";
import { portThreadOf } from "../../threads/web-thread.ts";
import { stateAtStart } from "../initial-state.ts";
import { type LoopReport, stepsOf, trainingLoop } from "../loop.ts";
import { prepareTraining } from "../prepare.ts";
import type { PreparedTraining } from "../prepared.ts";
import { openProbe, type Probe } from "../probe.ts";
import { START } from "../progress.ts";
import { type ReplicaReply, type ReplicaRequest, replicaAnswers } from "../replicas/replica-requests.ts";
import { replicaCount, setupOf } from "../replicas/setup.ts";
import { type ReplicaThread, type ReplicaThreads, replicaTrainers } from "../replicas/trainer.ts";
import { initialState, parametersIn, requireFinite, type StateArrays } from "../state.ts";
import type { Prepared, Probed, Snapshot, StepReport, TrainingStart } from "./requests.ts";

export interface WorkerTraining {
  readonly prepared: Prepared;
  open(ports: readonly MessagePort[]): Promise<undefined>;
  /** Milliseconds of a step, measured before the first; infinite for a training too short to tell. */
  time(): Promise<number>;
  advance(until: number, milliseconds: number): Promise<readonly StepReport[]>;
  model(): Promise<ParameterArrays>;
  probe(images: number): Promise<Probed>;
  /** The last state that was copied from the device. */
  kept(): Snapshot;
}

/**
 * The engine of a worker, of one thread: replicas in workers of their own are what runs side by side. Threads of ONNX Runtime
 * would load this worker's module, in which bundlers have put the runtime together with the training.
 */
const engineOfWorker = (ort: WebRuntime, options: WebEngineOptions): Engine =>
  webEngineOn(async () => ort, { ...options, threads: 1 });

/** Milliseconds of training that are repeated at most when a device is lost. */
const KEPT_MILLISECONDS = 10_000;

/** Steps that are measured: at least so many, over at least so many milliseconds, after a part of both that is not. */
const MEASURED = { warmUp: { steps: 2, milliseconds: 200 }, timed: { steps: 2, milliseconds: 200 } };

/** Checks a training. Throws as `prepareTraining`. */
export const prepareInWorker = async (ort: WebRuntime, start: TrainingStart): Promise<WorkerTraining> => {
  const { device = "cpu", threads = 1 } = start.engine;
  const prepared = await prepareTraining(start.network, start.split, start.settings);
  const { network, training, split } = prepared;
  const replicas = device === "cpu" ? replicaCount(setupOf(network, training), threads) : 1;
  const engine = engineOfWorker(ort, start.engine);
  let loop: AsyncGenerator<LoopReport, void, void> | undefined;
  let startLoop: () => AsyncGenerator<LoopReport, void, void>;
  let state: () => Promise<StateArrays>;
  let kept: Snapshot & { readonly at: number };
  let failure: { readonly cause: unknown } | undefined;
  let position = start.resumed?.position ?? START;
  const steps = stepsOf(training, split.count);

  /** The state, which is kept as the last one. */
  const copyState = async (): Promise<StateArrays> => {
    const found = await state();
    kept = { state: found, position, at: performance.now() };
    return found;
  };
  const next = async (): Promise<StepReport | undefined> => {
    loop ??= startLoop();
    const { value } = await loop.next();
    if (!value) return undefined;
    const { state: stateNow, ...report } = value;
    ({ position } = report);
    state = stateNow;
    if (report.metrics) {
      const found = await copyState();
      await requireFinite(found, position.step);
      // The loop frees the trainer when it is asked for a step after the last.
      state = async () => found;
    } else if (device !== "cpu" && performance.now() - kept.at > KEPT_MILLISECONDS) await copyState();
    return report;
  };
  const model = async (): Promise<ParameterArrays> => {
    if (failure) throw failure.cause;
    return parametersIn(network, await copyState());
  };
  let probe: { readonly count: number; readonly open: Promise<Probe> } | undefined;
  return {
    prepared: { network, settings: training, steps, replicas },
    async open(ports) {
      const first = start.resumed?.state ?? (await firstState(ort, start, prepared));
      state = async () => first;
      kept = { state: first, position, at: performance.now() };
      const host = {
        openTrainer: replicaTrainers({ device, threads }, replicaThreads(ort, start.engine, ports)),
        openLoader: openDirectLoader,
      };
      const begun = position;
      startLoop = () => trainingLoop({ prepared, host, state: first, position: begun });
      return undefined;
    },
    async time() {
      const trial = startLoop();
      try {
        await timeOfSteps(trial, MEASURED.warmUp);
        return await timeOfSteps(trial, MEASURED.timed);
      } finally {
        await trial.return();
      }
    },
    kept: () => ({ state: kept.state, position: kept.position }),
    async advance(until, milliseconds) {
      if (failure) throw failure.cause;
      const end = performance.now() + milliseconds;
      const reports: StepReport[] = [];
      try {
        while (position.step < until && (reports.length === 0 || performance.now() < end)) {
          const report = await next();
          if (!report) break;
          reports.push(report);
        }
        if (position.step === steps) await loop?.next();
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

/** State before the first step: the parameters given, or those of the seed. */
const firstState = async (
  ort: WebRuntime,
  { parameters, engine }: TrainingStart,
  prepared: PreparedTraining,
): Promise<StateArrays> => {
  const { network, training } = prepared;
  if (!parameters) return stateAtStart(engineOfWorker(ort, engine), prepared);
  return initialState(network, training, checkModel({ network, parameters }).parameters);
};

/** Mean time of the next steps, in milliseconds; infinite where there is none left. */
const timeOfSteps = async (
  loop: AsyncGenerator<LoopReport, void, void>,
  { steps: least, milliseconds }: { readonly steps: number; readonly milliseconds: number },
): Promise<number> => {
  const began = performance.now();
  let steps = 0;
  while ((steps < least || performance.now() - began < milliseconds) && !(await loop.next()).done) steps++;
  return steps === 0 ? Number.POSITIVE_INFINITY : (performance.now() - began) / steps;
};

/** Answers of the calling worker as the thread of a replica. */
export const answersOfReplica = (
  ort: WebRuntime,
  options: WebEngineOptions,
): ((request: ReplicaRequest) => Promise<Reply<ReplicaReply>>) =>
  replicaAnswers({
    createEngine: () => engineOfWorker(ort, options),
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

/** Training runs whose state is probed at some of their steps. */
import * as z from "zod";
import type { Network } from "../../networks/network.ts";
import type { Engine } from "../../runtime/engine.ts";
import { createEngine } from "../../runtime/node.ts";
import { parseTraining } from "../../training/configuration.ts";
import { stateAtStart } from "../../training/initial-state.ts";
import { trainingLoop } from "../../training/loop.ts";
import { nodeHost } from "../../training/node.ts";
import { prepareTraining } from "../../training/prepare.ts";
import { splitChecksum } from "../../training/runs/run.ts";
import type { StateArrays } from "../../training/state.ts";
import { engineOf } from "./provenance.ts";
import type { Study, Trial } from "./study.ts";

export interface Probed<T> {
  /** Steps done. */
  readonly step: number;
  readonly found: T;
}

export interface Probe<T> {
  /** Subject of the cached result. */
  readonly name: string;
  /** Last step, at most that of the training settings. */
  readonly until: number;
  readonly isAt: (step: number) => boolean;
  /** Schema of what `look` returns: JSON. */
  readonly schema: z.ZodType<T>;
  readonly look: (engine: Engine, network: Network, state: StateArrays) => Promise<T>;
}

/** A training from its first step on, of which nothing is written, with the state before that step. */
export const beginTraining = async (study: Study, { network, training, split }: Trial) => {
  const prepared = await prepareTraining(network, split, training);
  const engine = createEngine(engineOf(study));
  const state = await stateAtStart(engine, prepared);
  return {
    engine,
    network: prepared.network,
    state,
    loop: trainingLoop({ prepared, host: nodeHost(engine), state }),
  };
};

/** Cached results of the probe, before the first step and after each step that it is at. */
export const probedTraining = async <T>(
  study: Study,
  trial: Trial,
  { name, until, isAt, schema, look }: Probe<T>,
): Promise<readonly Probed<T>[]> => {
  const { title, network, training, split } = trial;
  const settings = parseTraining(training);
  const key = { network, training: settings, data: splitChecksum(split), until, at: stepsAt(until, isAt) };
  const kept = z.array(z.strictObject({ step: z.int(), found: schema }));
  return study.cached(name, key, kept, async () => {
    study.say(`${title}: ${name}`);
    const { engine, network: parsed, state, loop } = await beginTraining(study, trial);
    const found: Probed<T>[] = [{ step: 0, found: await look(engine, parsed, state) }];
    for await (const report of loop) {
      const { step } = report.position;
      if (isAt(step)) found.push({ step, found: await look(engine, parsed, await report.state()) });
      if (step >= until || study.signal.aborted) break;
    }
    study.signal.throwIfAborted();
    return found;
  });
};

const stepsAt = (until: number, isAt: (step: number) => boolean): readonly number[] =>
  Array.from({ length: until }, (_, k) => k + 1).filter(isAt);

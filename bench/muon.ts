/** Time of Muon in the training step of cifar10-allconv. */
import { cifar10Allconv } from "../src/networks/catalogue.ts";
import { createEngine } from "../src/runtime/node.ts";
import type { TrainingDescription } from "../src/training/configuration.ts";
import type { Schedule } from "./interleave.ts";
import { trainingContestant, updateContestant } from "./ours.ts";
import { type Race, raceOf } from "./race.ts";

const ADAM: TrainingDescription = { optimizer: { type: "adam" } };
const MUON: TrainingDescription = { optimizer: { type: "muon" } };
/** Goal: Muon's time of a step relative to the whole step. */
const GOAL = 0.1;
const SCHEDULE: Schedule = { warmUp: 2, rounds: 6, steps: 1 };

/** Yields the update programs' times relative to the step with Adam, and the steps' to each other. */
export async function* optimizerRaces(threads: number, batch: number): AsyncGenerator<Race, void, void> {
  const engine = createEngine({ threads });
  const network = cifar10Allconv();
  const stepOf = (settings: TrainingDescription) => trainingContestant(engine, network, batch, settings);
  const [byAdam, byMuon] = [await stepOf(ADAM), await stepOf(MUON)];
  for (const settings of [ADAM, MUON])
    yield raceOf(await updateContestant(network, batch, settings), byAdam, GOAL, SCHEDULE);
  yield raceOf(byMuon, byAdam, 1 + GOAL, SCHEDULE);
}

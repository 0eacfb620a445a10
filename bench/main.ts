/**
 * npm run bench [-- --json FILE] [--only data|mnist|predict|calibrated|integer|chips|cifar|population|muon|online|browser|studio|webgpu]: compares our training
 * step and sampling with PyTorch, tfjs and the machine's peak, our predictions with our exported model, those of a
 * calibrated model with those of the same model without, passes in integers with those in floating point, passes with correlated
 * noise with those without, our readers with NumPy, Muon with Adam, online learning of an NSM with that of rectifiers, training in
 * Chromium with training in Node, the studio's first answer with its goal, and training on the machine's GPU with training on its
 * CPU.
 * Contestants take turns; the report gives medians, and ratios within rounds. Keep the machine otherwise idle.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { grouped } from "../src/grouped.ts";
import { baseline } from "../src/networks/baselines.ts";
import { cifar10Allconv, mnistCnn, mnistMlp } from "../src/networks/catalogue.ts";
import type { Network } from "../src/networks/network.ts";
import { cifar10Population } from "../src/networks/population-networks.ts";
import { createEngine } from "../src/runtime/node.ts";
import { browserRaces } from "./browser.ts";
import { calibratedRaces } from "./calibrated.ts";
import { chipRaces } from "./chips.ts";
import { decodingRates, loaderRate, type Rate } from "./data.ts";
import { integerRaces } from "./integer.ts";
import { type Contestant, interleave, type Schedule, type Standing } from "./interleave.ts";
import { optimizerRaces } from "./muon.ts";
import { onlineRaces } from "./online.ts";
import { productContestant, samplingContestant, trainingContestant } from "./ours.ts";
import { PeerError, type PeerKind, startPeer } from "./peers/peer.ts";
import { predictionRaces } from "./predict.ts";
import type { Race } from "./race.ts";
import { studioRaces } from "./studio.ts";
import { webgpuRaces } from "./webgpu.ts";
import { samplingWork, trainingWork } from "./work.ts";

/** A row of the report. */
interface Row {
  readonly name: string;
  /** Our median, milliseconds. */
  readonly oursMs: number;
  readonly peer: string;
  /** The peer's median, milliseconds. */
  readonly peerMs: number;
  /** Median over rounds of ours / peer; below 1, ours is faster. */
  readonly ratio: number;
  /** Our arithmetic per second, relative to the engine's own 2048 x 2048 sgemm in the same rounds. */
  readonly peakFraction: number;
}

const THREADS = 2;
const BATCH = 100;
const SGEMM = 2048;

const QUICK: Schedule = { warmUp: 5, rounds: 20, steps: 8 };
const SLOW: Schedule = { warmUp: 2, rounds: 5, steps: 3 };
/** Schedule of steps that take seconds. */
const LARGE: Schedule = { warmUp: 2, rounds: 4, steps: 1 };

/**
 * Compares ours with sgemm and one peer at a time, so that at most one other process holds threads and
 * memory.
 */
const compare = async (
  ours: Contestant,
  work: number,
  peak: Contestant,
  kind: PeerKind | "sgemm",
  schedule = kind === "tfjs-nsm" ? SLOW : QUICK,
): Promise<Row> => {
  const peer = kind === "sgemm" ? undefined : await startPeer(kind);
  const contestants = [ours, peak, ...(peer ? [peer] : [])];
  const standings = await interleave(contestants, schedule);
  await peer?.close();
  const [own, product] = standings as [Standing, Standing];
  const other = standings.at(-1)!;
  const productPerOwn = product.ratio.median;
  return {
    name: ours.name,
    oursMs: own.ms.median,
    peer: peer ? `${peer.name} (${peer.library}, ${peer.threads} threads)` : `sgemm ${SGEMM}`,
    peerMs: other.ms.median,
    ratio: 1 / other.ratio.median,
    peakFraction: (work / (2 * SGEMM ** 3)) * productPerOwn,
  };
};

/** Width of the name column. */
const NAME = 50;

const show = ({ name, oursMs, peer, peerMs, ratio, peakFraction }: Row): string =>
  `${name.padEnd(NAME)} ${oursMs.toFixed(1).padStart(7)} ms   ${peer.padEnd(52)} ${peerMs.toFixed(1).padStart(8)} ms   ` +
  `ratio ${ratio.toFixed(3).padStart(6)}   ${(100 * peakFraction).toFixed(0)} % of peak`;

/** Peers that do the same work as our conventional networks. */
const conventionalPeers: readonly PeerKind[] = ["torch-relu-cnn", "torch-relu-cnn-kept-heap"];
const allconvPeers: readonly PeerKind[] = ["torch-allconv-relu", "torch-allconv-relu-kept-heap"];

const trainingPeers: readonly PeerKind[] = [
  ...conventionalPeers,
  "torch-nsm-three-conv",
  "torch-nsm-one-conv",
  "tfjs-nsm",
];

const cifarPeers: readonly PeerKind[] = [
  "torch-allconv-nsm-three-conv",
  "torch-allconv-nsm-three-conv-kept-heap",
];

type Measure = () => Promise<Row>;

const populationPeers: readonly PeerKind[] = ["torch-population-cnn", "torch-population-cnn-kept-heap"];
const populationReluPeers: readonly PeerKind[] = ["torch-population-relu", "torch-population-relu-kept-heap"];

/** A network against its peers, and its conventional counterpart against its own. */
const pairPlan = async (
  network: Network,
  peers: readonly PeerKind[],
  conventionalPeers: readonly PeerKind[],
): Promise<readonly Measure[]> => {
  const engine = createEngine({ threads: THREADS });
  const peak = await productContestant(engine, SGEMM);
  const step = await trainingContestant(engine, network, BATCH);
  const conventional = baseline(network, "batch-normalization");
  const conventionalStep = await trainingContestant(engine, conventional, BATCH);
  return [
    ...peers.map((kind) => () => compare(step, BATCH * trainingWork(network), peak, kind, LARGE)),
    ...conventionalPeers.map(
      (kind) => () => compare(conventionalStep, BATCH * trainingWork(conventional), peak, kind, LARGE),
    ),
  ];
};

const mnistPlan = async (): Promise<readonly Measure[]> => {
  const engine = createEngine({ threads: THREADS });
  const [cnn, mlp] = [mnistCnn(), mnistMlp()];
  const peak = await productContestant(engine, SGEMM);
  const training = (network: Network) => trainingContestant(engine, network, BATCH);
  const sampling = (network: Network) => samplingContestant(engine, network, BATCH);
  const step = await training(cnn);
  const conventional = baseline(cnn, "relu");
  const conventionalStep = await training(conventional);
  const pass = await sampling(cnn);
  const mlpStep = await training(mlp);
  return [
    () => compare(pass, BATCH * samplingWork(cnn), peak, "sgemm"),
    ...trainingPeers.map((kind) => () => compare(step, BATCH * trainingWork(cnn), peak, kind)),
    ...conventionalPeers.map(
      (kind) => () => compare(conventionalStep, BATCH * trainingWork(conventional), peak, kind),
    ),
    () => compare(mlpStep, BATCH * trainingWork(mlp), peak, "sgemm"),
  ];
};

const showRate = ({ name, rate, unit, peer }: Rate): string => {
  const beside = peer ? `   ${peer.times.toFixed(1)} x ${peer.name}` : "";
  return `${name.padEnd(NAME)} ${grouped(Math.round(rate)).padStart(12)} ${unit}/s${beside}`;
};

const steps = async (plan: readonly Measure[]): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const measure of plan) {
    try {
      const row = await measure();
      rows.push(row);
      console.log(show(row));
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      console.error(`left out: ${error.message}`);
    }
  }
  return rows;
};

const dataRates = async (): Promise<Rate[]> => {
  const rates: Rate[] = [];
  const note = (rate: Rate): void => {
    rates.push(rate);
    console.log(showRate(rate));
  };
  for await (const rate of decodingRates()) note(rate);
  note(await loaderRate());
  return rates;
};

const showRaces = async (found: AsyncIterable<Race>): Promise<Race[]> => {
  const races: Race[] = [];
  for await (const race of found) {
    races.push(race);
    console.log(showRace(race));
  }
  return races;
};

const showRace = ({ name, oursMs, other, otherMs, ratio, goal }: Race): string =>
  `${name.padEnd(NAME)} ${oursMs.toFixed(2).padStart(7)} ms   ${other.padEnd(52)} ${otherMs.toFixed(2).padStart(8)} ms   ` +
  `ratio ${ratio.toFixed(3).padStart(6)}   goal ${goal}`;

const parts: Readonly<Record<string, () => Promise<readonly (Row | Rate | Race)[]>>> = {
  data: dataRates,
  mnist: async () => steps(await mnistPlan()),
  predict: () => showRaces(predictionRaces(THREADS)),
  calibrated: () => showRaces(calibratedRaces(THREADS)),
  integer: () => showRaces(integerRaces(THREADS)),
  chips: () => showRaces(chipRaces(THREADS)),
  cifar: async () => steps(await pairPlan(cifar10Allconv(), [...cifarPeers, ...allconvPeers], allconvPeers)),
  population: async () =>
    steps(
      await pairPlan(cifar10Population(), [...populationPeers, ...populationReluPeers], populationReluPeers),
    ),
  muon: () => showRaces(optimizerRaces(THREADS, BATCH)),
  online: () => showRaces(onlineRaces()),
  browser: () => showRaces(browserRaces(THREADS)),
  studio: () => showRaces(studioRaces()),
  webgpu: () => showRaces(webgpuRaces(THREADS, BATCH)),
};

/** The command line's options. Exits with status 2 for unknown options and parts. */
const parseOptions = (): { readonly json?: string; readonly only: readonly string[] } => {
  const names = Object.keys(parts);
  try {
    const { json, only = names } = parseArgs({
      options: { json: { type: "string" }, only: { type: "string", multiple: true } },
    }).values;
    const unknown = only.find((name) => !names.includes(name));
    if (unknown === undefined) return { only, ...(json !== undefined && { json }) };
    console.error(`bench: got --only ${unknown}; expected ${names.join(", ")}. Correct it or omit it.`);
  } catch (cause) {
    console.error(`bench: ${(cause as Error).message}`);
  }
  process.exit(2);
};

const { json, only } = parseOptions();
const rows: (Row | Rate | Race)[] = [];
for (const name of only) rows.push(...(await parts[name]!()));
if (json !== undefined) await writeFile(json, `${JSON.stringify(rows, null, 2)}\n`);
process.exit(0);

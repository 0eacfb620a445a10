/** Trainings that are executed on WebGPU and on the CPU, on images of 6 x 6 pixels in three classes. */
import { baseline } from "../../src/networks/baselines.ts";
import { type Network, parseNetwork } from "../../src/networks/network.ts";
import type { TrainingDescription } from "../../src/training/configuration.ts";
import { smallNetwork } from "../training/digits.ts";

export interface WebgpuCase {
  readonly name: string;
  readonly network: Network;
  readonly settings: TrainingDescription;
  /** Steps that are executed. With none the programs are compiled. */
  readonly steps: number;
}

/** What crossed between the host and the device in a step, by the names of inputs and outputs. */
export interface StepReport {
  readonly loss: number;
  readonly correct: number;
  readonly uploaded: readonly string[];
  readonly downloaded: readonly string[];
}

export interface WebgpuReport {
  readonly name: string;
  readonly cpu: readonly StepReport[];
  readonly webgpu: readonly StepReport[];
  /** Streams of random numbers. */
  readonly noise: readonly string[];
  /** Root mean square differences of the arrays of the state after the steps. */
  readonly differences: Readonly<Record<string, number>>;
}

/** Dense layers whose weights are several matrices to Muon, of at most 256 rows. */
const wide = parseNetwork({
  name: "wide",
  encoding: "sign",
  input: [1, 6, 6],
  classes: 3,
  layers: [
    { type: "dense", units: 257 },
    { type: "dense", units: 257 },
  ],
});

/** Several channels in pooled windows, sign neurons over batch normalization, a mean over places. */
const pooled = parseNetwork({
  name: "pooled",
  input: [1, 6, 6],
  classes: 3,
  encoding: "real",
  layers: [
    { type: "conv2d", channels: 4, kernel: 3, padding: 1, neuron: "sign", normalization: "batch" },
    { type: "conv2d", channels: 6, kernel: 3, padding: 1, pool: 2 },
    { type: "averagePool", size: 3 },
  ],
});

const MUON: TrainingDescription = {
  optimizer: { type: "muon" },
  clipNorm: 0.5,
  averaging: { decay: 0.9 },
};

export const CASES: readonly WebgpuCase[] = [
  { name: "Adam", network: smallNetwork, settings: {}, steps: 4 },
  { name: "batch normalization", network: pooled, settings: { labelSmoothing: 0.1 }, steps: 4 },
  { name: "Muon, clipped, averaged", network: smallNetwork, settings: MUON, steps: 3 },
  // Its products would take a driver in software seconds a step.
  { name: "Muon, several matrices a parameter", network: wide, settings: MUON, steps: 0 },
  {
    name: "momentum, rectifiers",
    network: baseline(smallNetwork, "relu"),
    settings: { optimizer: { type: "sgd", momentum: 0.9 }, learningRate: 0.01 },
    steps: 4,
  },
];

/** Imperfections of analog devices, each alone at several severities, and all of them together. */
import {
  type AnalogDevice,
  type AnalogDeviceDescription,
  parseAnalogDevice,
} from "../../substrate/device.ts";
import { pcm } from "../../substrate/devices/pcm.ts";
import type { Budget } from "../study/budgets.ts";

/** A device at a time after programming. */
export interface Condition {
  /** What it is at, on the axis of the imperfection. */
  readonly severity: number;
  readonly device: AnalogDevice;
  readonly seconds: number;
}

export interface Imperfection {
  /** Name in the names of figures. */
  readonly name: string;
  readonly title: string;
  /** Label of the severity, with its unit. */
  readonly label: string;
  readonly scale?: "log";
  /** Whether it acts on stochastic neurons only: other networks have no such part. */
  readonly isOfNoise?: true;
  readonly conditions: readonly Condition[];
}

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];
const [MONTH, YEAR] = [30 * DAY, 365 * DAY];

const cell = { gMinMicrosiemens: 1, gMaxMicrosiemens: 50 };
/** Current of the largest weight of a unit: 49 uS at .2 V. */
const [READ_VOLTS, LARGEST_MICROAMPERES] = [0.2, 9.8];

/** Tiles of the array. At the quick budget they are small, as wires of large ones take long to solve. */
const tileOf = ({ embedded }: Budget) => {
  const lines = embedded ? 8 : 64;
  return { rows: lines, columns: lines, readVolts: READ_VOLTS };
};

type Tile = ReturnType<typeof tileOf>;

const half = { type: "probability" as const, probability: 0.5 };

type Parts = Partial<Omit<AnalogDeviceDescription, "cell">> & {
  readonly cell?: Partial<AnalogDeviceDescription["cell"]>;
};

const deviceOf = (name: string, { cell: own, ...parts }: Parts): AnalogDevice =>
  parseAnalogDevice({ name, ...parts, cell: { ...cell, ...own } });

const swept = (
  words: Omit<Imperfection, "conditions">,
  severities: readonly number[],
  parts: (severity: number) => Parts,
): Imperfection => ({
  ...words,
  conditions: severities.map((severity) => ({
    ...{ severity, seconds: 0 },
    device: deviceOf(words.name, parts(severity)),
  })),
});

/** Correlation times, in intervals, that give the process a correlation r from pass to pass. */
const timesOf = (r: number) => ({ timeSeconds: -1 / Math.log(r), intervalSeconds: 1 });

const TIMES = [1, MINUTE, HOUR, DAY, MONTH, YEAR];

/** The imperfections, at the quick budget at their last severity only. */
export const imperfectionsOf = (budget: Budget): readonly Imperfection[] =>
  imperfectionsOn(tileOf(budget)).map(({ conditions, ...rest }) => ({
    ...rest,
    conditions: budget.embedded ? conditions.slice(-1) : conditions,
  }));

const imperfectionsOn = (tile: Tile): readonly Imperfection[] => [
  swept(
    { name: "levels", title: "levels of a cell", label: "levels", scale: "log" },
    [32, 8, 4, 2],
    (levels) => ({ cell: { levels } }),
  ),
  swept(
    { name: "programming", title: "programming noise", label: "deviation (% of the largest conductance)" },
    [2, 5, 10, 20],
    (percent) => ({
      cell: { programming: { deviationMicrosiemens: [(percent / 100) * cell.gMaxMicrosiemens] } },
    }),
  ),
  swept(
    { name: "device-spread", title: "spread of cells", label: "deviation of a cell's factor (%)" },
    [5, 10, 20, 40],
    (percent) => ({ cell: { deviceDeviation: percent / 100 } }),
  ),
  swept(
    { name: "stuck", title: "stuck cells", label: "cells (%), half of them at each end", scale: "log" },
    [0.1, 1, 3, 10],
    (percent) => ({ cell: { stuckOnShare: percent / 200, stuckOffShare: percent / 200 } }),
  ),
  swept(
    {
      name: "wires",
      title: "resistance of wires",
      label: `Ohm a cell, tiles of ${tile.rows} x ${tile.columns}`,
      scale: "log",
    },
    [2, 8, 32],
    (wireResistanceOhms) => ({ array: { ...tile, wireResistanceOhms } }),
  ),
  swept(
    { name: "offset", title: "offsets of comparators", label: "deviation (currents of the largest weight)" },
    [0.5, 1, 2, 4],
    (weights) => ({ array: { ...tile, comparatorOffsetMicroamperes: LARGEST_MICROAMPERES * weights } }),
  ),
  swept(
    {
      name: "comparator-noise",
      title: "noise of comparators",
      label: "deviation (currents of the largest weight)",
    },
    [1, 2, 5, 10],
    (weights) => ({ array: { ...tile, comparatorNoiseMicroamperes: LARGEST_MICROAMPERES * weights } }),
  ),
  swept(
    { name: "readout", title: "resolution of the converters", label: "bits" },
    [8, 6, 4, 3],
    (readoutBits) => ({ array: { ...tile, readoutBits } }),
  ),
  swept(
    {
      ...{ name: "switch-spread", title: "spread of switches", isOfNoise: true },
      label: "deviation of the probability of transmitting, mean .5",
    },
    [0.05, 0.1, 0.2, 0.3],
    (deviceDeviation) => ({ switch: { ...half, deviceDeviation } }),
  ),
  swept(
    {
      ...{ name: "switch-probability", title: "probability of switches", isOfNoise: true },
      label: "probability of transmitting, trained at .5",
    },
    [0.45, 0.4, 0.3, 0.2],
    (probability) => ({ switch: { ...half, probability } }),
  ),
  swept(
    {
      ...{ name: "correlation", title: "correlation from pass to pass", isOfNoise: true },
      label: "correlation of the switches' process",
    },
    [0.3, 0.6, 0.9, 0.99],
    (r) => ({ switch: { ...half, correlation: timesOf(r) } }),
  ),
  {
    ...{ name: "drift", title: "drift of phase-change memory", label: "seconds after programming" },
    scale: "log",
    conditions: TIMES.map((seconds) => ({
      ...{ severity: seconds, seconds },
      device: deviceOf("drift", { cell: { drift: pcm.cell.drift } }),
    })),
  },
  {
    ...{ name: "read-noise", title: "read noise of phase-change memory", label: "seconds after programming" },
    scale: "log",
    conditions: TIMES.map((seconds) => ({
      ...{ severity: seconds, seconds },
      device: deviceOf("read-noise", { cell: { readNoise: pcm.cell.readNoise } }),
    })),
  },
];

/** Exact cells, and switches with the network's own probability. */
export const NONE: Condition = { severity: 0, seconds: 0, device: deviceOf("none", {}) };

/** All imperfections together, each moderate, a day after programming. */
export const togetherOf = (budget: Budget): Condition => ({
  severity: 0,
  seconds: DAY,
  device: deviceOf("together", {
    cell: {
      ...{ levels: 32, deviceDeviation: 0.05, stuckOnShare: 0.001, stuckOffShare: 0.005 },
      programming: { deviationMicrosiemens: [1] },
      ...{ drift: pcm.cell.drift, readNoise: pcm.cell.readNoise },
    },
    switch: { ...half, deviceDeviation: 0.1, correlation: timesOf(0.3) },
    array: {
      ...{ ...tileOf(budget), wireResistanceOhms: 1, readoutBits: 8 },
      comparatorOffsetMicroamperes: LARGEST_MICROAMPERES / 2,
      comparatorNoiseMicroamperes: LARGEST_MICROAMPERES,
    },
  }),
});

/**
 * A device from measurements of switching: a table of reads, transmitted or not, at times that ascend for each device. The
 * probability of a device is its share of transmissions. The covariance of reads that are the median interval apart, summed
 * over all devices, gives the correlation time of the Ornstein-Uhlenbeck process, unless it is within two standard errors of
 * its value for independent reads.
 */
import { DataError } from "../../errors.ts";
import { type Row, rowsBelow } from "../../files/text-lines.ts";
import { median } from "../../statistics/quantile.ts";
import type { AnalogDeviceDescription } from "../device.ts";
import { type Pairs, processCorrelation, varianceOfMean } from "../switches/switching-correlation.ts";
import { numberOf } from "./number.ts";

export const SWITCHING_HEADER = "device,seconds,transmitted";

/** Reads of one device, in order. */
interface Reads {
  readonly seconds: number[];
  /** 1 where the device transmitted, else 0. */
  readonly transmitted: number[];
}

/** The device that the table describes. Throws DataError, with the line, for a table that cannot be used. */
export const deviceOfSwitching = (bytes: Uint8Array, file: string, name: string): AnalogDeviceDescription => {
  const devices = readsOf(bytes, file);
  const correlation = correlationOf(devices);
  return {
    name,
    description: "a switch that was measured, in series with exact cells",
    sources: [`measurements: ${file}`],
    assumptions: [
      "Cells are exact, with any range of conductances: they were not measured.",
      ...fewReads(devices, correlation),
      ...(correlation ? [] : ["Passes are independent: no correlation of successive reads was found."]),
    ],
    cell: { gMinMicrosiemens: 0, gMaxMicrosiemens: 100 },
    switch: {
      type: "measured",
      probabilities: devices.map(({ transmitted }) => meanOf(transmitted)),
      ...(correlation && { correlation }),
    },
  };
};

/** Independent reads of a device from which a probability of 1/2 counts as known, and its standard error then. */
const ENOUGH = 100;
const KNOWN = 0.5 / Math.sqrt(ENOUGH);

/** A warning of devices whose probability is not known to that. */
const fewReads = (
  devices: readonly Reads[],
  correlation: ReturnType<typeof correlationOf>,
): readonly string[] => {
  const least = devices.reduce((few, { seconds }) => Math.min(few, seconds.length), Number.POSITIVE_INFINITY);
  const between = correlation
    ? correlation.intervalSeconds / correlation.timeSeconds
    : Number.POSITIVE_INFINITY;
  const error = 0.5 * Math.sqrt(varianceOfMean(0.5, Math.exp(-between), least));
  if (error <= KNOWN) return [];
  const times = correlation ? `, over ${((least - 1) * between).toPrecision(2)} correlation times` : "";
  return [
    `Few reads: a device has ${least} only${times}, from which a probability of 1/2 has a standard error of ${error.toFixed(2)}; ` +
      `read each ${correlation ? "for longer" : `at least ${ENOUGH} times`}.`,
  ];
};

const readsOf = (bytes: Uint8Array, file: string): readonly Reads[] => {
  const devices = new Map<string, Reads>();
  for (const row of rowsBelow(SWITCHING_HEADER, bytes, file)) {
    const { device, seconds, transmitted } = readOf(row);
    const reads = devices.get(device) ?? { seconds: [], transmitted: [] };
    const last = reads.seconds.at(-1);
    if (last !== undefined && !(seconds > last))
      row.fail(`${seconds} s`, `a time after ${last} s, the last one of device ${device}`);
    reads.seconds.push(seconds);
    reads.transmitted.push(transmitted);
    devices.set(device, reads);
  }
  const all = [...devices.values()];
  if (all.length > 0 && all.every(({ seconds }) => seconds.length >= 2)) return all;
  const few = [...devices].find(([, { seconds }]) => seconds.length < 2)?.[0];
  throw new DataError(
    { file },
    {
      given: few === undefined ? "no reads" : `device ${few} with one read`,
      expected: "at least two reads of every device",
      remedy: "Read every device many times: its probability is known to sqrt(p (1 - p) / reads).",
    },
  );
};

const readOf = ({ cells, fail }: Row) => {
  const [device, time, outcome] = cells as [string, string, string];
  const seconds = numberOf(time);
  if (device === "" || seconds === undefined || !["0", "1"].includes(outcome))
    return fail(cells.join(","), "a device's name, a time in seconds, and 1 or 0 for transmitted or not");
  return { device, seconds, transmitted: Number(outcome) };
};

/** Largest relative difference of an interval between reads from the median, for reads to be successive ones. */
const TOLERANCE = 0.1;

/** Correlation time and interval of the process; undefined if successive reads are not correlated. */
const correlationOf = (devices: readonly Reads[]) => {
  const intervalSeconds = median(
    devices.flatMap(({ seconds }) => seconds.slice(1).map((time, k) => time - seconds[k]!)),
  );
  const pairs: Pairs[] = [];
  let [products, expected, variance] = [0, 0, 0];
  for (const { seconds, transmitted } of devices) {
    const p = meanOf(transmitted);
    // A device that never switches tells nothing of correlation.
    if (p === 0 || p === 1) continue;
    const reads = transmitted.length;
    let count = 0;
    for (let k = 0; k + 1 < transmitted.length; k++) {
      // Reads before and after a pause are no pair.
      if (!(Math.abs((seconds[k + 1]! - seconds[k]!) / intervalSeconds - 1) <= TOLERANCE)) continue;
      products += (transmitted[k]! - p) * (transmitted[k + 1]! - p);
      // Mean, of which the variance of p takes a part, and variance of the product of independent reads.
      expected -= (p * (1 - p)) / (reads - 1);
      variance += (p * (1 - p)) ** 2;
      count++;
    }
    // A device that is read at other intervals has no pairs.
    if (count > 0) pairs.push({ p, reads, count });
  }
  if (!(products - expected > 2 * Math.sqrt(variance))) return undefined;
  const longest = pairs.reduce((most, { reads }) => Math.max(most, reads), 0);
  const most = Math.exp(-1 / longest);
  const r = processCorrelation(pairs, products, most);
  // No record tells of times longer than itself.
  const timeSeconds = intervalSeconds * (r < most * (1 - 1e-9) ? -1 / Math.log(r) : longest);
  return { timeSeconds, intervalSeconds };
};

const meanOf = (numbers: readonly number[]): number =>
  numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

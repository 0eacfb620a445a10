/** An analog device in words. */
import type { AnalogDevice } from "../substrate/device.ts";
import { table } from "./print.ts";

export const ROW_HEADS = ["name", "conductances", "drift", "switch", "device"];

/** A device in one row of a table with `ROW_HEADS`. */
export const deviceRow = (device: AnalogDevice): string[] => {
  const { gMinMicrosiemens, gMaxMicrosiemens, drift } = device.cell;
  return [
    device.name,
    `${gMinMicrosiemens} to ${gMaxMicrosiemens} uS`,
    drift?.type ?? "none",
    device.switch?.type ?? "none",
    device.description ?? "",
  ];
};

/** Properties of a device that training in the loop takes, and those that it leaves out, in words. */
export const inLoopText = ({ name, cell, array, switch: series }: AnalogDevice): string => {
  const { programming, levels, levelsMicrosiemens, drift, readNoise, deviceDeviation } = cell;
  const deviates =
    [programming, levels, levelsMicrosiemens, drift, readNoise, series].some((part) => part !== undefined) ||
    deviceDeviation + cell.stuckOnShare + cell.stuckOffShare > 0 ||
    (array ? array.comparatorOffsetMicroamperes + array.comparatorNoiseMicroamperes : 0) > 0;
  const left = [
    ...(array && array.wireResistanceOhms > 0 ? ["wires"] : []),
    ...(array?.readoutBits === undefined ? [] : ["converters"]),
    ...(series?.correlation ? ["correlation from pass to pass"] : []),
  ];
  return [
    deviates
      ? `every step meets cells, switches and comparators of ${name} that deviate anew`
      : `nothing of ${name} deviates in training, which is that of the network itself`,
    ...(left.length > 0 ? [`training leaves out its ${left.join(", ")}`] : []),
    "the scores below are those of exact weights: nsm evaluate --substrate scores chips",
  ].join("; ");
};

/** All fields of a device, its sources and its assumptions. */
export const deviceText = (device: AnalogDevice): string => {
  const { $schema: _, name, description, sources, assumptions, ...parts } = device;
  return [
    description === undefined ? name : `${name}: ${description}`,
    table(fieldsOf(parts, "").map(([place, value]) => [`  ${place}`, value])),
    ...paragraph("Sources:", sources),
    ...paragraph("Assumptions:", assumptions),
  ].join("\n");
};

const paragraph = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", heading, ...lines.map((line) => `  ${line}`)];

/** Longest list that is printed whole. */
const MAX_LIST = 8;

/** Fields at any depth, each with its place, such as "cell.drift.type". */
const fieldsOf = (value: unknown, place: string): [place: string, value: string][] => {
  if (Array.isArray(value) && value.some((each) => typeof each === "object"))
    return value.flatMap((each, k) => fieldsOf(each, `${place}.${k}`));
  if (Array.isArray(value)) return [[place, listText(value)]];
  if (typeof value !== "object" || value === null) return [[place, String(value)]];
  return Object.entries(value).flatMap(([name, each]) =>
    fieldsOf(each, place === "" ? name : `${place}.${name}`),
  );
};

const listText = (list: readonly unknown[]): string =>
  list.length <= MAX_LIST
    ? list.join(", ")
    : `${list.slice(0, MAX_LIST).join(", ")}, ... (${list.length} values)`;

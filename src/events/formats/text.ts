/**
 * Events as text, one a line: time, column, row and polarity (1 for ON, 0 or -1 for OFF), separated by blanks or commas
 * (rpg.ifi.uzh.ch/davis_data.html; v2e's --dvs_text). Times with a decimal point are seconds, others microseconds.
 * Lines that start with "#" or "%" are comments. Before the events there may be a line with the width and height of the
 * sensor, and a line with the names of the columns, which sets their order.
 */

import type { DataError } from "../../errors.ts";
import type { ByteSource } from "../../files/byte-source.ts";
import { allocateEvents, type Sensor } from "../events.ts";
import type { OffSensor, RecordingFormat } from "../recording-format.ts";
import { sensorOf } from "../sensor.ts";
import { findColumns } from "./columns.ts";
import { damaged, offSensor, outOfOrder } from "./damage.ts";
import { type Decode, decodeAll, firstOf } from "./decode.ts";
import { textOf } from "./header.ts";

/** Bytes of a line. */
const longestLine = 1 << 12;
/** Bytes that the lines before the first event may take. */
const longestHead = 1 << 16;
const newline = 0x0a;
const columns = ["t", "x", "y", "p"] as const;
const sizeLine = /^\s*(\d{1,5})[\s,]+(\d{1,5})\s*$/;
const eventLine = /^\s*\d+(\.\d*)?(e[+-]?\d+)?[\s,]+\d+[\s,]+\d+[\s,]+(-?1|0)\s*$/i;
const numbersLine = /^\s*(-?[\d.]+[\s,]+){3}-?[\d.]+\s*$/;
const microsecondsOfSecond = 1e6;

export const textFormat: RecordingFormat = {
  name: "text",
  // Any text may end in .txt or .csv.
  endings: [],
  isStart: (start) => {
    const lines = textOf(start).split("\n").filter(isNoComment);
    if (sizeLine.test(lines[0] ?? "")) lines.shift();
    const [first = "", second = ""] = lines;
    return eventLine.test(first) || (namesIn(first) !== undefined && numbersLine.test(second));
  },
  open: async (source, { sensor: given, off }) => {
    const { size, order, start, isSeconds } = await readHead(source);
    const sensor = sensorOf(source, { given, stated: size });
    const decode = decoder(source, { sensor, order, isSeconds, off });
    return { format: "text", sensor, chunks: decodeAll(source, start, decode, "a line") };
  },
};

const isNoComment = (line: string): boolean => line.trim() !== "" && !/^\s*[#%]/.test(line);

/** Positions of t, x, y and p in a line. */
type Order = readonly [t: number, x: number, y: number, p: number];

interface Head {
  readonly size?: Sensor;
  readonly order: Order;
  readonly isSeconds: boolean;
  /** Offset of the first event. */
  readonly start: number;
}

/** Reads up to the first event. */
const readHead = async (source: ByteSource): Promise<Head> => {
  const bytes = await source.read(0, longestHead);
  let head: Head = { order: [0, 1, 2, 3], isSeconds: false, start: 0 };
  for (let at = 0; at < bytes.length; ) {
    const found = bytes.indexOf(newline, at);
    const end = found < 0 ? bytes.length : found;
    const line = textOf(bytes.subarray(at, end));
    if (isNoComment(line)) {
      const size = sizeLine.exec(line);
      const order = namesIn(line);
      if (size && !head.size) head = { ...head, size: { width: Number(size[1]), height: Number(size[2]) } };
      else if (order) head = { ...head, order };
      else return { ...head, isSeconds: /[.e]/i.test(cellsOf(line)[head.order[0]] ?? ""), start: at };
    }
    at = end + 1;
  }
  if (bytes.length === source.size) return { ...head, start: source.size };
  throw damaged(source, 0, `no event in the first ${longestHead} bytes`, "an event after at most as many");
};

/** The order of columns that a line names; undefined if it names none. */
const namesIn = (line: string): Order | undefined => {
  const names = cellsOf(line.toLowerCase());
  const found = findColumns(names);
  return found && (columns.map((column) => names.indexOf(found[column])) as unknown as Order);
};

const cellsOf = (line: string): string[] => line.split(/[\s,]+/).filter((cell) => cell !== "");

interface Layout {
  readonly sensor: Sensor;
  readonly order: Order;
  readonly isSeconds: boolean;
  readonly off: OffSensor;
}

const decoder = (source: ByteSource, { sensor, order, isSeconds, off }: Layout): Decode => {
  const { width, height } = sensor;
  let last = 0;

  /** Time, column, row and polarity in a line. Throws DataError. */
  const numbersIn = (line: string, at: number): readonly [number, number, number, number] => {
    const cells = cellsOf(line);
    const [t, x, y, p] = order.map((k) => numberOf(cells[k])) as [number, number, number, number];
    const time = isSeconds ? Math.round(t * microsecondsOfSecond) : t;
    const isEvent = [x, y, p].every(Number.isInteger) && Math.abs(p) <= 1;
    if (isEvent && time >= 0 && Number.isSafeInteger(time)) return [time, x, y, p];
    throw noEvent(source, at, line, isSeconds);
  };

  return (bytes, offset) => {
    const piece = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isLast = offset + piece.length === source.size;
    // The shortest event, "0 0 0 0" and its newline, takes 8 bytes.
    const events = allocateEvents(Math.ceil(piece.length / 7));
    let [at, count] = [0, 0];
    let damage: unknown;
    try {
      while (at < piece.length) {
        const found = piece.indexOf(newline, at);
        const end = found < 0 ? piece.length : found;
        if (end - at > longestLine)
          throw damaged(source, offset + at, `a line of more than ${longestLine} bytes`, "a shorter one");
        if (found < 0 && !isLast) break;
        const line = textOf(piece.subarray(at, end));
        if (isNoComment(line)) {
          const [t, x, y, p] = numbersIn(line, offset + at);
          if (x < 0 || y < 0 || x >= width || y >= height) {
            if (!off.drop) throw offSensor(source, offset + at, x, y, sensor);
            off.count++;
          } else {
            if (t < last) throw outOfOrder(source, offset + at, t, last);
            last = t;
            events.t[count] = t;
            events.x[count] = x;
            events.y[count] = y;
            events.polarity[count++] = p > 0 ? 1 : 0;
          }
        }
        at = Math.min(piece.length, end + 1);
      }
    } catch (error) {
      damage = error;
    }
    return { events: firstOf(events, count), used: at, damage };
  };
};

/** NaN where `cell` is no plain decimal number. */
const numberOf = (cell = ""): number =>
  /^-?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : Number.NaN;

const noEvent = (source: ByteSource, offset: number, line: string, isSeconds: boolean): DataError =>
  damaged(
    source,
    offset,
    `the line ${JSON.stringify(line.trim().slice(0, 60))}`,
    `time (${isSeconds ? "seconds" : "whole microseconds"}), column, row and polarity (1, 0 or -1)`,
    "Correct the line, or write one event a line.",
  );

/** Event recordings: each format by its name, and the detection of formats. */

import { readFile } from "node:fs/promises";
import { NsmError } from "../../src/errors.ts";
import { concatEvents, type Events, type Sensor } from "../../src/events/events.ts";
import { textFormat } from "../../src/events/formats/text.ts";
import type { RecordingOptions } from "../../src/events/open-source.ts";
import { openSource } from "../../src/events/recording.ts";
import { signatureBytes } from "../../src/events/recording-format.ts";
import { type ByteSource, memorySource } from "../../src/files/byte-source.ts";
import {
  aedat2Header,
  davisEvent,
  dvs128Event,
  dvs640Event,
  encodeAedat2,
} from "../../test/events/encoders/aedat2.ts";
import {
  aedat3Header,
  encodeAedat3,
  otherPacket,
  polarityPacket,
  serializedPacket,
} from "../../test/events/encoders/aedat3.ts";
import { encodeDat } from "../../test/events/encoders/dat.ts";
import type { Event } from "../../test/events/encoders/event.ts";
import { encodeEvt2, rawHeader } from "../../test/events/encoders/evt2.ts";
import { encodeEvt3, evt3 } from "../../test/events/encoders/evt3.ts";
import { encodeEvt21, evt21File, evt21Header, legacy } from "../../test/events/encoders/evt21.ts";
import type { FuzzTarget } from "../target.ts";

const bare: Sensor = { width: 320, height: 320 };

/** Events of a small sensor, some of them next to each other, some milliseconds apart. */
const some = (count: number): Event[] =>
  Array.from({ length: count }, (_, i) => ({
    t: 1000 + 7 * (i >> 2) + 3000 * (i >> 4),
    x: (13 * (i >> 2) + (i & 3)) % 128,
    y: (29 * (i >> 2)) % 128,
    p: ((i >> 2) & 1) as 0 | 1,
  }));

const published = new URL("../../test/fixtures/events/nmnist-train-1-00605.bin", import.meta.url);

const seeds: Readonly<Record<string, () => Promise<readonly Uint8Array[]>>> = {
  nmnist: async () => {
    const bytes = new Uint8Array(await readFile(published));
    return [bytes, bytes.subarray(0, 100)];
  },
  aedat2: async () => [
    encodeAedat2(aedat2Header("net.sf.jaer.DVS128"), some(40).map(dvs128Event)),
    encodeAedat2(
      aedat2Header("a.DAVIS240C"),
      some(40).map((event) => davisEvent(event, 240, 180)),
    ),
    encodeAedat2(
      aedat2Header("DVS640"),
      some(20).map((event) => dvs640Event(event)),
    ),
  ],
  aedat3: async () => [
    encodeAedat3(aedat3Header("DVS128"), [polarityPacket(some(30), [3, 4])]),
    encodeAedat3(aedat3Header("DAVIS240C"), [
      otherPacket(2, 60, 2),
      polarityPacket(some(5), [], 2),
      otherPacket(0, 8, 1),
      polarityPacket(some(16).slice(5)),
    ]),
    encodeAedat3(aedat3Header("DVS128"), [
      serializedPacket(some(30), [3, 4]),
      polarityPacket(some(34).slice(30)),
    ]),
  ],
  dat: async () => [
    encodeDat(some(40)),
    encodeDat(some(10), ["% Data file containing CD events\n", "% Version 2\n"]),
  ],
  evt2: async () => [encodeEvt2(rawHeader("2.0", 128, 128), some(40)), encodeEvt2([], some(60))],
  evt21: async () => [
    evt21File(evt21Header("little"), encodeEvt21(some(60))),
    evt21File(evt21Header("legacy"), legacy(encodeEvt21(some(20)))),
  ],
  text: async () =>
    [
      ["128 128", ...some(20).map(({ t, x, y, p }) => `${(t / 1e6).toFixed(6)} ${x} ${y} ${p}`)],
      ["# comment", "128 128", "x,y,p,t", ...some(20).map(({ t, x, y, p }) => `${x},${y},${p},${t}`), ""],
    ].map((lines) => new Uint8Array(Buffer.from(lines.join("\n")))),
  evt3: async () => [
    encodeEvt3(rawHeader("3.0", 128, 128), some(80)),
    encodeEvt3([], some(80)),
    Uint8Array.from(
      [evt3.timeHigh(0), evt3.y(1), evt3.base(2, 1), evt3.vector12(4095), evt3.vector8(255)].flat(),
    ),
  ],
};

/** The format is named, or else to be found out; data without a header are given a sensor. */
const target = (name: string, makeSeeds: FuzzTarget["seeds"], format?: string): FuzzTarget => ({
  name,
  seeds: makeSeeds,
  read: async (bytes) => {
    const isBare = bytes[0] !== "%".charCodeAt(0) && bytes[0] !== "#".charCodeAt(0) && format !== "nmnist";
    const options = { ...(format ? { format } : {}), ...(isBare ? { sensor: bare } : {}) };
    const whole = await readAll(memorySource("input", bytes), options);
    // Lines of text may be longer than words.
    const isText = format === "text" || textFormat.isStart(bytes.subarray(0, signatureBytes));
    const most = isText ? 1 << 13 : 64;
    const again = await readAll(inPieces(bytes, most), options);
    if (fingerprint(whole) !== fingerprint(again)) throw new Error("in pieces the input reads otherwise");
    return whole;
  },
});

export const targets: readonly FuzzTarget[] = [
  ...Object.entries(seeds).map(([name, makeSeeds]) => target(name, makeSeeds, name)),
  target("recording", async () => (await Promise.all(Object.values(seeds).map((make) => make()))).flat()),
];

/** All events, or the refusal. Throws where they are none that a reader may return. */
const readAll = async (source: ByteSource, options: RecordingOptions): Promise<Events | NsmError> => {
  const parts: Events[] = [];
  try {
    const { sensor, chunks } = await openSource(source, options);
    for await (const chunk of chunks) {
      parts.push(chunk);
      checkEvents(chunk, sensor);
    }
  } catch (error) {
    if (error instanceof NsmError) return error;
    throw error;
  }
  const events = concatEvents(parts);
  if (events.t.some((t, i) => i > 0 && t < events.t[i - 1]!)) throw new Error("events out of order");
  return events;
};

const checkEvents = ({ t, x, y, polarity }: Events, { width, height }: Sensor): void => {
  if (x.length !== t.length || y.length !== t.length || polarity.length !== t.length)
    throw new Error("arrays of different lengths");
  if (!t.every((time) => Number.isSafeInteger(time) && time >= 0)) throw new Error("a time that cannot be");
  if (!x.every((column) => column < width) || !y.every((row) => row < height))
    throw new Error("off the sensor");
  if (!polarity.every((p) => p <= 1)) throw new Error("a polarity that cannot be");
};

/** Long reads, as those of events are, bring at most `most` bytes, so that words straddle them. */
const inPieces = (bytes: Uint8Array, most: number): ByteSource => ({
  ...memorySource("input", bytes),
  read: async (start, end) => bytes.slice(start, start === 0 || end - start < 1 << 20 ? end : start + most),
});

const fingerprint = (result: Events | NsmError): string =>
  result instanceof NsmError ? result.message : [result.t, result.x, result.y, result.polarity].join(";");

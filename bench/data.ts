/**
 * Data throughput: events per second from recordings, compared with NumPy, and augmented images per second
 * from the loader.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageSplit } from "../src/datasets/dataset.ts";
import { openRecording } from "../src/events/recording.ts";
import { allocateBatch } from "../src/loading/batch.ts";
import { stepFiller } from "../src/loading/fill-step.ts";
import { cifar10Allconv } from "../src/networks/catalogue.ts";
import { encodingTable } from "../src/networks/images.ts";
import { key } from "../src/random/key.ts";
import { randomBelow } from "../src/random/permutation.ts";
import { reader } from "../src/random/reader.ts";
import { sizeOf } from "../src/tensor/tensor.ts";
import { aedat3Header, encodeAedat3, polarityPacket } from "../test/events/encoders/aedat3.ts";
import type { Event } from "../test/events/encoders/event.ts";
import { rawHeader } from "../test/events/encoders/evt2.ts";
import { encodeEvt3 } from "../test/events/encoders/evt3.ts";
import { encodeNmnist } from "../test/events/encoders/nmnist.ts";
import { type Contestant, interleave, type Schedule, timed } from "./interleave.ts";
import { type DecodingFormat, decodingPeer, PeerError } from "./peers/peer.ts";

/** A line of the report. */
export interface Rate {
  readonly name: string;
  /** Rate per second, on one core. */
  readonly rate: number;
  readonly unit: "events" | "images";
  /** The peer, and the ratio of this rate to the peer's. */
  readonly peer?: { readonly name: string; readonly times: number };
}

const EVENTS = 400_000;
const SCHEDULE: Schedule = { warmUp: 5, rounds: 15, steps: 5 };

/**
 * Events at random pixels, a few microseconds apart, as sensors produce them: consecutive events are not
 * adjacent.
 */
const randomEvents = (width: number, height: number): Event[] => {
  const next = reader(key(1, "benchmark events"));
  let t = 0;
  return Array.from({ length: EVENTS }, () => {
    t += randomBelow(4, next);
    return { t, x: randomBelow(width, next), y: randomBelow(height, next), p: randomBelow(2, next) as 0 | 1 };
  });
};

const PACKET = 8192;

const packets = (events: readonly Event[]) =>
  Array.from({ length: Math.ceil(events.length / PACKET) }, (_, k) =>
    polarityPacket(events.slice(k * PACKET, (k + 1) * PACKET)),
  );

/** The formats, each with the bytes of a recording and whether NumPy can decode it without a loop. */
const recordings: readonly {
  readonly format: string;
  readonly ending: string;
  readonly bytes: () => Uint8Array;
  readonly peer?: DecodingFormat;
}[] = [
  { format: "N-MNIST", ending: ".bin", bytes: () => encodeNmnist(randomEvents(34, 34)), peer: "nmnist" },
  {
    format: "AEDAT 3.1",
    ending: ".aedat",
    bytes: () => encodeAedat3(aedat3Header("DVS128"), packets(randomEvents(128, 128))),
    peer: "aedat3",
  },
  {
    format: "EVT3",
    ending: ".raw",
    bytes: () => encodeEvt3(rawHeader("3.0", 640, 480), randomEvents(640, 480)),
  },
];

/** Reads the whole file, with all checks. */
const decoding = (path: string): Contestant =>
  timed("decoding", async () => {
    let events = 0;
    for await (const { t } of (await openRecording(path)).chunks) events += t.length;
    if (events !== EVENTS) throw new Error(`${path}: ${events} of ${EVENTS} events`);
  });

const startPeer = (format: DecodingFormat | undefined, path: string) =>
  format &&
  decodingPeer(format, path).catch((error: unknown) => {
    if (!(error instanceof PeerError)) throw error;
    console.error(`left out: ${error.message}`);
    return undefined;
  });

/** Yields one rate per format. */
export async function* decodingRates(): AsyncGenerator<Rate> {
  const folder = await mkdtemp(join(tmpdir(), "nsm-bench-"));
  try {
    for (const { format, ending, bytes, peer: kind } of recordings) {
      const path = join(folder, `recording${ending}`);
      await writeFile(path, bytes());
      const peer = await startPeer(kind, path);
      const standings = await interleave([decoding(path), ...(peer ? [peer] : [])], SCHEDULE);
      await peer?.close();
      const rate = (1000 * EVENTS) / standings[0]!.ms.median;
      const times = standings[1]?.ratio.median;
      yield {
        name: `decoding ${format}`,
        rate,
        unit: "events",
        ...(peer && times !== undefined && { peer: { name: peer.library, times } }),
      };
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const BATCH = 100;

/** Rate of CIFAR-sized batches: shuffled, padded, cropped, mirrored and standardised, on this thread alone. */
export const loaderRate = async (): Promise<Rate> => {
  const network = { ...cifar10Allconv(), pixels: { mean: [0.5, 0.5, 0.5], deviation: [0.2, 0.2, 0.2] } };
  const count = 10_000;
  const next = reader(key(1, "benchmark pixels"));
  const split: ImageSplit = {
    name: "random images",
    images: Uint8Array.from({ length: count * sizeOf(network.input) }, () => next() & 255),
    labels: Uint8Array.from({ length: count }, (_, k) => k % 10),
    count,
    shape: network.input,
    classes: 10,
    subset: false,
  };
  const augmentation = { pad: 4, flip: true, cutOut: 0 };
  const preparation = { table: encodingTable(network), augmentation };
  const fill = stepFiller({ split, preparation, batch: BATCH, seed: 1 });
  const batch = allocateBatch(BATCH, sizeOf(network.input));
  let step = 0;
  const loading = timed("loader", async () => void (await fill(++step, batch)));
  const [standing] = await interleave([loading], SCHEDULE);
  return { name: "CIFAR with augmentation", rate: (1000 * BATCH) / standing!.ms.median, unit: "images" };
};

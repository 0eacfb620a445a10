/**
 * N-MNIST and N-Caltech101: 40-bit words, most significant byte first, without a header (G. Orchard et al., Converting
 * static image datasets to spiking neuromorphic datasets using saccades, Frontiers in Neuroscience 9:437, 2015;
 * garrickorchard.com/datasets/n-mnist).
 *
 *     bit 39..32  x
 *     bit 31..24  y; 240, which no row of the sensor has, marks an overflow of the clock instead of an event
 *     bit 23      polarity, 1 is ON
 *     bit 22..0   time in microseconds
 *
 * Every overflow adds 2^13 us to the times behind it, as in the authors' reader (gorchard/event-Python).
 */

import type { ByteSource } from "../../files/byte-source.ts";
import { allocateEvents, type Sensor } from "../events.ts";
import type { OffSensor, RecordingFormat } from "../recording-format.ts";
import { sensorOf } from "../sensor.ts";
import { leaveOut, outOfOrder } from "./damage.ts";
import { type Decode, decodeAll, firstOf } from "./decode.ts";

const wordBytes = 5;
const overflowRow = 240;
const overflowTime = 2 ** 13;
/** Sensor of N-MNIST; for N-Caltech101, whose recordings differ in size, the caller gives it. */
const usual: Sensor = { width: 34, height: 34 };

export const nmnistFormat: RecordingFormat = {
  name: "nmnist",
  endings: [".bin"],
  isStart: () => false,
  open: async (source, { sensor: given, off }) => {
    const sensor = sensorOf(source, { given, usual });
    const chunks = decodeAll(source, 0, decoder(source, sensor, off), `a word of ${wordBytes} bytes`);
    return { format: "nmnist", sensor, chunks };
  },
};

const decoder = (source: ByteSource, sensor: Sensor, off: OffSensor): Decode => {
  let past = 0;
  let latest = 0;
  return (bytes, offset) => {
    const words = Math.floor(bytes.byteLength / wordBytes);
    const events = allocateEvents(words);
    const { t: ts, x: xs, y: ys, polarity } = events;
    const { width, height } = sensor;
    let [base, last] = [past, latest];
    let count = 0;
    let damage: unknown;
    try {
      for (let i = 0; i < words * wordBytes; i += wordBytes) {
        const x = bytes.getUint8(i);
        const y = bytes.getUint8(i + 1);
        if (y === overflowRow) {
          base += overflowTime;
          continue;
        }
        const high = bytes.getUint8(i + 2);
        const t = base + (((high & 0x7f) << 16) | bytes.getUint16(i + 3));
        if (x >= width || y >= height) {
          leaveOut(off, source, offset + i, x, y, sensor);
          continue;
        }
        if (t < last) throw outOfOrder(source, offset + i, t, last);
        last = t;
        ts[count] = t;
        xs[count] = x;
        ys[count] = y;
        polarity[count++] = high >> 7;
      }
    } catch (error) {
      damage = error;
    }
    [past, latest] = [base, last];
    return { events: firstOf(events, count), used: words * wordBytes, damage };
  };
};

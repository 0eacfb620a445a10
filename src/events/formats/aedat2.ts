/**
 * AEDAT 2.0, as jAER and v2e write it (docs.inivation.com, AEDAT 2.0): lines that start with "#", then events of two
 * big-endian words, an address and a time in microseconds, which wraps around after 2^32. The bits of an address depend
 * on the chip (aedat2-chips.ts), which the header line "# AEChip: CLASS" names; where it names none, the size of the
 * sensor decides. Rows are returned from the top, as in images. Words that are no polarity events are left out.
 */

import { DataError } from "../../errors.ts";
import type { ByteSource } from "../../files/byte-source.ts";
import { allocateEvents, type Sensor } from "../events.ts";
import type { OffSensor, RecordingFormat } from "../recording-format.ts";
import { sensorOf, sizeOf } from "../sensor.ts";
import { type Addressing, chipNamed, chipOfSize, sizesInWords } from "./aedat2-chips.ts";
import { damaged, leaveOut, outOfOrder } from "./damage.ts";
import { type Decode, decodeAll, firstOf } from "./decode.ts";
import { readHeader, startsWith, valueAfter } from "./header.ts";

const wordBytes = 8;

export const aedat2Format: RecordingFormat = {
  name: "aedat2",
  endings: [".aedat", ".aedat2"],
  isStart: (start) => startsWith(start, "#!AER-DAT2."),
  open: async (source, { sensor: given, off }) => {
    const header = await readHeader(source, "#");
    if (!header.lines[0]?.startsWith("#!AER-DAT2."))
      throw damaged(source, 0, "another first line", '"#!AER-DAT2.0"');
    const { sensor, addressing } = cameraOf(source, valueAfter(header.lines, "# AEChip: "), given);
    const decode = decoder(source, sensor, addressing, off);
    return {
      format: "aedat2",
      sensor,
      chunks: decodeAll(source, header.end, decode, `an event of ${wordBytes} bytes`),
    };
  },
};

/** Sensor and bits of an address. Throws DataError for a chip or size whose addresses are not known. */
const cameraOf = (
  source: ByteSource,
  className: string | undefined,
  given: Sensor | undefined,
): { readonly sensor: Sensor; readonly addressing: Addressing } => {
  const file = source.name;
  const named = className === undefined ? undefined : chipNamed(className);
  if (className !== undefined && !named)
    throw new DataError(
      { file },
      {
        given: `the chip ${className}`,
        expected: "a DVS128, DAVIS128, 208, 240, 346 or 640, DVXplorer, DVS640 or DVS1280x720SD",
        remedy: "Its addresses are not known here: export the recording as AEDAT 4 with jAER or DV.",
      },
    );
  const sensor = sensorOf(source, { given, stated: named?.sensor });
  const addressing = (named ?? chipOfSize(sensor))?.addressing;
  if (addressing) return { sensor, addressing };
  throw new DataError(
    { file },
    {
      given: `a header that names no chip, and a sensor of ${sizeOf(sensor)} pixels`,
      expected: `a size whose addresses are known: ${sizesInWords()}`,
      remedy: 'Correct the size, or add the line "# AEChip: CLASS" to the header.',
    },
  );
};

const decoder = (source: ByteSource, sensor: Sensor, addressing: Addressing, off: OffSensor): Decode => {
  let latest = -1;
  return (bytes, offset) => {
    const words = Math.floor(bytes.byteLength / wordBytes);
    const events = allocateEvents(words);
    const { t: ts, x: xs, y: ys, polarity } = events;
    const { width, height } = sensor;
    const { other, on, polarity: polarityShift, turned } = addressing;
    // ~k is -1 - k: the pixels are counted from the other end.
    const flip = turned ? -1 : 0;
    const right = turned ? width : 0;
    const bottom = turned ? height : 0;
    const [xShift, xMask] = addressing.x;
    const [yShift, yMask] = addressing.y;
    let last = latest;
    let count = 0;
    let damage: unknown;
    try {
      for (let i = 0; i < words * wordBytes; i += wordBytes) {
        const address = bytes.getInt32(i);
        if ((address & other) !== 0) continue;
        const clock = bytes.getUint32(i + 4);
        // Modulo 2^32 the step from one time to the next is small, or backwards.
        const t = last < 0 ? clock : last + ((clock - last) | 0);
        const column = (address >> xShift) & xMask;
        const row = (address >> yShift) & yMask;
        const x = right + (column ^ flip);
        const y = bottom + (row ^ flip);
        if (column >= width || row >= height) {
          leaveOut(off, source, offset + i, x, y, sensor);
          continue;
        }
        if (t < last) throw outOfOrder(source, offset + i, t, last);
        last = t;
        ts[count] = t;
        xs[count] = x;
        ys[count] = y;
        polarity[count++] = ((address >> polarityShift) & 1) === on ? 1 : 0;
      }
    } catch (error) {
      damage = error;
    }
    latest = last;
    return { events: firstOf(events, count), used: words * wordBytes, damage };
  };
};

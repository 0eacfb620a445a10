/** Events in an .npy file, as an array of records with times, columns, rows and polarities, as Tonic has them. */

import { isNpy } from "../../files/arrays/npy-header.ts";
import { openNpy } from "../../files/arrays/npy-stream.ts";
import type { ByteSource } from "../../files/byte-source.ts";
import type { RecordingFormat } from "../recording-format.ts";
import { sensorOf } from "../sensor.ts";
import { eventsOfTable } from "./event-table.ts";
import { recordsTable } from "./npy-table.ts";

const pieceBytes = 1 << 20;

export const npyFormat: RecordingFormat = {
  name: "npy",
  endings: [".npy"],
  isStart: isNpy,
  open: async (source, { sensor: given, off }) => {
    const sensor = sensorOf(source, { given });
    const stream = await openNpy({ name: source.name, size: source.size, pieces: piecesOf(source) });
    return { format: "npy", sensor, chunks: eventsOfTable(recordsTable(stream), sensor, off) };
  },
};

async function* piecesOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.size; at += pieceBytes) yield source.read(at, at + pieceBytes);
}

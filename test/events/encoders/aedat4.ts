/** AEDAT 4.0 files, after DV's schemas (IOHeader, EventPacket, FileDataTable), made with FlatBuffers' own builder. */

import { Builder, ByteBuffer } from "flatbuffers";
import { compressFrameSync } from "lz4-napi";
import type { Event } from "./event.ts";

export const compressions = ["NONE", "LZ4", "LZ4_HIGH", "ZSTD", "ZSTD_HIGH"] as const;
export type Compression = (typeof compressions)[number];

export interface Stream {
  readonly id: number;
  readonly type: string;
  readonly width?: number;
  readonly height?: number;
}

/** The description of streams as DV writes it. */
export const infoNode = (streams: readonly Stream[]): string => `<dv version="2.0">
    <node name="outInfo" path="/mainloop/Recorder/outInfo/">
${streams
  .map(
    ({ id, type, width, height }) => `        <node name="${id}" path="/mainloop/Recorder/outInfo/${id}/">
            <attr key="compression" type="string">LZ4</attr>
            <attr key="typeIdentifier" type="string">${type}</attr>
            <node name="info" path="/mainloop/Recorder/outInfo/${id}/info/">
${width === undefined ? "" : `                <attr key="sizeX" type="int">${width}</attr>\n`}${
  height === undefined ? "" : `                <attr key="sizeY" type="int">${height}</attr>\n`
}                <attr key="source" type="string">DVXplorer_DXB00010</attr>
            </node>
        </node>`,
  )
  .join("\n")}
    </node>
</dv>
`;

export const ioHeader = (
  compression: Compression | number,
  tablePosition: number,
  info: string,
): Uint8Array => {
  const builder = new Builder();
  const text = builder.createString(info);
  builder.startObject(3);
  const kind = typeof compression === "number" ? compression : compressions.indexOf(compression);
  builder.addFieldInt32(0, kind, 0);
  builder.addFieldInt64(1, BigInt(tablePosition), -1n);
  builder.addFieldOffset(2, text, 0);
  builder.finish(builder.endObject(), "IOHE", true);
  return builder.asUint8Array();
};

/** The contents of a packet of events, not compressed. */
export const eventPacket = (events: readonly Event[], identifier = "EVTS"): Uint8Array => {
  const builder = new Builder();
  builder.startVector(16, events.length, 8);
  for (const { t, x, y, p } of events.toReversed()) {
    builder.prep(8, 16);
    builder.pad(3);
    builder.writeInt8(p);
    builder.writeInt16(y);
    builder.writeInt16(x);
    builder.writeInt64(BigInt(t));
  }
  const elements = builder.endVector();
  builder.startObject(1);
  builder.addFieldOffset(0, elements, 0);
  builder.finish(builder.endObject(), identifier, true);
  return builder.asUint8Array();
};

/** An entry of the table of packets: the first byte behind the packet's header, stream, bytes, elements, times. */
export interface TableEntry {
  readonly offset: number;
  readonly stream: number;
  readonly size: number;
  readonly elements: number;
}

/** The table of packets, not compressed. */
export const fileDataTable = (entries: readonly TableEntry[], identifier = "FTAB"): Uint8Array => {
  const builder = new Builder();
  const tables = entries.map(({ offset, stream, size, elements }) => {
    builder.startObject(5);
    builder.addFieldInt64(0, BigInt(offset), 0n);
    builder.prep(4, 8);
    builder.writeInt32(size);
    builder.writeInt32(stream);
    builder.addFieldStruct(1, builder.offset(), 0);
    builder.addFieldInt64(2, BigInt(elements), 0n);
    builder.addFieldInt64(3, 5n, 0n);
    builder.addFieldInt64(4, 9n, 0n);
    return builder.endObject();
  });
  builder.startVector(4, tables.length, 4);
  for (const table of tables.toReversed()) builder.addOffset(table);
  const vector = builder.endVector();
  builder.startObject(1);
  builder.addFieldOffset(0, vector, 0);
  builder.finish(builder.endObject(), identifier, true);
  return builder.asUint8Array();
};

export interface Packet {
  readonly stream: number;
  readonly contents: Uint8Array;
  /** The contents as they stand in the file, where not this file is to compress them. */
  readonly compressed?: Uint8Array;
}

/** A Zstandard frame (RFC 8878) with a content size of 4 bytes and blocks that are stored. */
const zstdOf = (contents: Uint8Array): Uint8Array => {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(contents.length);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < contents.length; at += 1 << 16) {
    const data = contents.subarray(at, at + (1 << 16));
    const header = Buffer.alloc(3);
    header.writeUIntLE((at + (1 << 16) >= contents.length ? 1 : 0) | (data.length << 3), 0, 3);
    blocks.push(header, data);
  }
  return Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0), size, ...blocks]);
};

const compress: Record<Compression, (contents: Uint8Array) => Uint8Array> = {
  NONE: (contents) => contents,
  LZ4: (contents) => compressFrameSync(Buffer.from(contents)),
  LZ4_HIGH: (contents) => compressFrameSync(Buffer.from(contents), { contentChecksum: true }),
  ZSTD: zstdOf,
  ZSTD_HIGH: zstdOf,
};

export interface Aedat4File {
  readonly compression?: Compression;
  readonly streams: readonly Stream[];
  readonly packets: readonly Packet[];
  /** Whether the recorder came to write the table of packets at the end. */
  readonly finished?: boolean;
  /** Makes the table another one. */
  readonly table?: (entries: readonly TableEntry[]) => Uint8Array;
}

/** How many events a packet has, as FlatBuffers' own reader finds them; of other and of damaged packets any number. */
const elementsIn = (contents: Uint8Array): number => {
  const buffer = new ByteBuffer(contents);
  const root = 4 + buffer.readInt32(4);
  const count = buffer.__vector_len(root + buffer.__offset(root, 4));
  return Number.isSafeInteger(count) && count >= 0 ? count : 0;
};

export const encodeAedat4 = ({
  compression = "NONE",
  streams,
  packets,
  finished = true,
  table = fileDataTable,
}: Aedat4File): Uint8Array => {
  const stored = packets.map(({ contents, compressed }) => compressed ?? compress[compression](contents));
  const body = Buffer.concat(
    packets.flatMap(({ stream }, k) => {
      const head = Buffer.alloc(8);
      head.writeInt32LE(stream, 0);
      head.writeInt32LE(stored[k]!.length, 4);
      return [head, stored[k]!];
    }),
  );
  const line = Buffer.from("#!AER-DAT4.0\r\n");
  const headerOf = (position: number) => ioHeader(compression, position, infoNode(streams));
  // A position of eight bytes: as long as any other.
  const start = line.length + headerOf(1 << 30).length;
  const header = headerOf(finished ? start + body.length : -1);
  let offset = start;
  const entries = packets.map(({ stream, contents }, k): TableEntry => {
    const size = stored[k]!.length;
    offset += 8 + size;
    return { offset: offset - size, stream, size, elements: elementsIn(contents) };
  });
  const end = finished ? [compress[compression](table(entries))] : [];
  return new Uint8Array(Buffer.concat([line, header, body, ...end]));
};

/** Events of a sensor of 34 x 34 pixels. */
export const sixty: readonly Event[] = Array.from({ length: 60 }, (_, i) => ({
  t: 1000 + 7 * i,
  x: i % 34,
  y: (i * 5) % 34,
  p: (i & 1) as 0 | 1,
}));

/** A packet of them, which the zstd program compressed (version 1.5, level 19). */
export const zstdPacket: Packet = {
  stream: 0,
  contents: eventPacket(sixty),
  compressed: Buffer.from(
    "KLUv/WDgAqUJAIYmRjAwVdIa4JaVjkJ8ZxMFUXxnEwXh/XxcHBqJAGloTMRMFtataq1YVRqNGDHWWtuSuFM0ADMAMgD/JM6ypv9aH2Lpv9XZ1vYf6iO8/+5sweu/kr5AgP86Otuy/yp6DX3j99J7WnqEpMTjqi+gKmcNGvyH8geq/jM5a1rwn8gHmPoP5GxEgv86PsOB/zbOsqL+y/iqAv9dnEUN+K/il54GExv+w/kOGf67Oauw9Z/NX134r+YsQYX/aP5pwn8yZ6+s/2C+RIT/XM42PPiP5Sdc/RdtpsW0l9bSVlpKO2kkLaR9NI6m0TCaRaNoDo3VUs3URmp0RCd0Qe/n7MOJ/3z+Qon/es4ejPiP56dC/LdzNuDDfzr/OvyXczYbqBAQ3f7XbuD3DRB+xgeoKsYIiBMu7TYZ",
    "base64",
  ),
};

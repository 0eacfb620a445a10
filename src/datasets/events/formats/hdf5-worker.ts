/**
 * The worker thread of hdf5.ts: looks at files and reads rows of datasets with the HDF5 library, compiled to WebAssembly.
 * Each request opens the file anew, so that any other thread can answer the next one.
 *
 * A file may name others to be read (external links and storage): only the one that was asked for is opened. What the
 * library says of errors is kept for the answer instead of being printed, and its memory has a limit.
 *
 * The library hands out no chunks as they are stored. But it reads a chunk's bytes at one go right before it finds that
 * it lacks the filter LZF: that last read is where the chunk is, and it is decoded here.
 */
import fs from "node:fs";
import { parentPort } from "node:worker_threads";
import type { Filter, Metadata } from "h5wasm/node";
import { decodeLzfChunk, type LzfChunks } from "./hdf5-lzf.ts";

/** What is there at some paths of a file: of datasets what they are, of attributes their values. */
export interface LookRequest {
  readonly kind: "look";
  readonly file: string;
  readonly datasets: readonly string[];
  readonly attributes: readonly (readonly [object: string, name: string])[];
}

/** A dataset of one dimension and `bytes` a row, or of none. */
export interface RowsPlace {
  readonly path: string;
  readonly bytes: number;
  readonly isScalar: boolean;
  /** Where its chunks are compressed with LZF. */
  readonly lzf?: LzfChunks | undefined;
}

/** Rows [start, start + count) of datasets; of one without dimensions, its value. */
export interface RowsRequest {
  readonly kind: "rows";
  readonly file: string;
  readonly datasets: readonly RowsPlace[];
  readonly start: number;
  readonly count: number;
}

export type Hdf5Request = LookRequest | RowsRequest;

export interface Dataset extends Metadata {
  readonly filters: readonly Filter[];
}

export interface Look {
  /** Those that there are. */
  readonly datasets: Readonly<Record<string, Dataset>>;
  /** By "object@name". */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What was asked for, or what is wrong and at which byte of the file, where that is known. */
export type Hdf5Reply =
  | { readonly look: Look }
  | { readonly rows: readonly Uint8Array[] }
  | { readonly failure: string; readonly offset?: number };

/** For the library, in bytes: many times what its caches and a request of the largest size take. */
const mostMemory = 1 << 29;
/** Longer attributes are none that are asked for. */
const longestAttribute = 1024;

const said = { text: "" };
const opened: { file: string | undefined } = { file: undefined };
/** What the library read last. */
const lastRead = { file: -1, position: 0, length: 0 };
const real = {
  openSync: fs.openSync,
  readSync: fs.readSync as (...place: ReadPlace) => number,
  writeSync: fs.writeSync,
  grow: WebAssembly.Memory.prototype.grow,
};
type ReadPlace = [file: number, into: Uint8Array, offset: number, length: number, position: number];
const standardError = 2;
/** What h5wasm throws where the library does not open an object. */
const notOpened = "error - name not defined!";

Object.assign(fs, {
  openSync: (...[path, ...rest]: Parameters<typeof fs.openSync>) => {
    if (opened.file === undefined || path === opened.file) return real.openSync(path, ...rest);
    throw Object.assign(new Error(`not opened: ${path}`), { code: "EACCES" });
  },
  readSync: (...[file, into, offset, length, position]: ReadPlace) => {
    Object.assign(lastRead, { file, position, length });
    return real.readSync(file, into, offset, length, position);
  },
  writeSync: (file: number, data: Uint8Array, offset: number, length: number, position: number | null) => {
    if (file !== standardError) return real.writeSync(file, data, offset, length, position);
    said.text += Buffer.from(data.buffer, data.byteOffset + offset, length).toString();
    return length;
  },
});
console.error = (...words) => void (said.text += `${words.join(" ")}\n`);
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65536 > mostMemory) throw new RangeError("too much memory");
  return real.grow.call(this, pages);
};

const { File, ready } = await import("h5wasm/node");
const library = await ready;

parentPort!.on("message", (request: Hdf5Request) => {
  const reply = answer(request);
  const memory = "rows" in reply ? reply.rows.map(({ buffer }) => buffer as ArrayBuffer) : [];
  parentPort!.postMessage(reply, memory);
});

parentPort!.postMessage("ready");

function answer(request: Hdf5Request): Hdf5Reply {
  said.text = "";
  opened.file = request.file;
  const file = new File(request.file, "r");
  try {
    if (file.file_id < 0) return failure();
    if (request.kind === "look") return { look: look(file, request) };
    return readRows(file.file_id, request) ?? failure();
  } catch (error) {
    // What cannot be opened leaves nothing open; after any other error the library is not to be trusted any more.
    if ((error as Error).message === notOpened) return failure();
    if (error instanceof DamagedChunk) return { failure: error.message, offset: error.offset };
    throw error;
  } finally {
    if (file.file_id >= 0) file.close();
    opened.file = undefined;
  }
}

/** The last line of the library's report, the innermost of its functions, says what is wrong. */
function failure(): { readonly failure: string } {
  const reports = [...said.text.matchAll(/#\d+: .*\(\): (.*)/g)].map(([, report]) => report!);
  return { failure: `a failure of the HDF5 library: ${reports.at(-1) ?? "no reason given"}` };
}

function look(file: InstanceType<typeof File>, { datasets, attributes }: LookRequest): Look {
  const found: Record<string, Dataset> = {};
  for (const path of datasets) {
    if (library.get_type(file.file_id, path) !== library.H5G_DATASET) continue;
    const metadata = library.get_dataset_metadata(file.file_id, path);
    found[path] = { ...metadata, filters: library.get_dataset_filters(file.file_id, path) };
  }
  const values: Record<string, unknown> = {};
  for (const [object, name] of attributes) {
    const entity = object === "/" ? file : file.get(object);
    if (!entity || !("attrs" in entity) || !library.get_attribute_names(file.file_id, object).includes(name))
      continue;
    const { size, total_size: count } = library.get_attribute_metadata(file.file_id, object, name);
    if (size * count <= longestAttribute) values[`${object}@${name}`] = entity.get_attribute(name, true);
  }
  return { datasets: found, attributes: values };
}

function readRows(file: bigint, { datasets, start, count }: RowsRequest): { rows: Uint8Array[] } | undefined {
  const rows: Uint8Array[] = [];
  for (const dataset of datasets) {
    const found = (dataset.lzf ? lzfRows : storedRows)(file, dataset, start, count);
    if (!found) return undefined;
    rows.push(found);
  }
  return { rows };
}

/** As the library reads them; undefined where it fails. */
function storedRows(
  file: bigint,
  { path, bytes, isScalar }: RowsPlace,
  start: number,
  count: number,
): Uint8Array | undefined {
  const length = isScalar ? bytes : count * bytes;
  const memory = library._malloc(length);
  if (memory === 0) return undefined;
  try {
    const [selected, from, step] = isScalar ? [null, null, null] : [[BigInt(count)], [BigInt(start)], [1n]];
    if (library.get_dataset_data(file, path, selected, from, step, BigInt(memory)) < 0) return undefined;
    return library.HEAPU8.slice(memory, memory + length);
  } finally {
    library._free(memory);
  }
}

/** Chunk by chunk: those that LZF did not make smaller are stored as they are, and the library reads them. */
function lzfRows(file: bigint, dataset: RowsPlace, start: number, count: number): Uint8Array | undefined {
  const { bytes, lzf } = dataset;
  const rows = new Uint8Array(count * bytes);
  for (let at = start; at < start + count; ) {
    const within = at % lzf!.rows;
    const some = Math.min(lzf!.rows - within, start + count - at);
    said.text = "";
    let part = storedRows(file, dataset, at, some);
    if (!part && !/required filter .* is not registered/.test(said.text)) return undefined;
    part ??= lastChunk(lzf!, bytes).subarray(within * bytes, (within + some) * bytes);
    rows.set(part, (at - start) * bytes);
    at += some;
  }
  return rows;
}

class DamagedChunk extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** The rows of the chunk that the library has just failed on. */
function lastChunk(lzf: LzfChunks, bytes: number): Uint8Array {
  const { file, position, length } = lastRead;
  const stored = new Uint8Array(length);
  real.readSync(file, stored, 0, length, position);
  return decodeLzfChunk(stored, lzf, bytes, (offset, given, expected) => {
    throw new DamagedChunk(`an LZF chunk with ${given} in place of ${expected}`, position + offset);
  });
}

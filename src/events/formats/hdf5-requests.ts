/** Requests of hdf5.ts to the thread with the HDF5 library (hdf5-worker.ts), and its replies. */

import type { Filter, Metadata } from "h5wasm/node";
import type { LzfChunks } from "./hdf5-lzf.ts";

/** Request for the metadata of datasets and the values of attributes at some paths of a file. */
export interface LookRequest {
  readonly kind: "look";
  readonly file: string;
  readonly datasets: readonly string[];
  readonly attributes: readonly (readonly [object: string, name: string])[];
}

/** A dataset of `bytes` a row. */
export interface RowsPlace {
  readonly path: string;
  readonly bytes: number;
  /** Numbers or records of a row: 1 in a dataset of one dimension, 0 in one without dimensions. */
  readonly width: number;
  /** Layout of its chunks, where they are compressed with LZF. */
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
  /** The datasets found, by path. */
  readonly datasets: Readonly<Record<string, Dataset>>;
  /** Values by "object@name". */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The result, or the damage and its byte offset in the file, where that is known. */
export type Hdf5Reply =
  | { readonly look: Look }
  | { readonly rows: readonly Uint8Array[] }
  | { readonly damage: string; readonly offset?: number };

/**
 * Checkpoints: the whole state of a run after some step, as one safetensors file with a checksum. A checkpoint is
 * written whole or not at all, and the one before it is kept.
 */
import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { onDisk } from "../datasets/storage.ts";
import { CheckpointError } from "../errors.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import type { StateArrays } from "./state.ts";

/** Where a run is: what, besides the arrays, the next step depends on. */
export interface Position {
  /** Steps done. */
  readonly step: number;
  /** Of the epoch that is under way: sum of loss times examples, right answers, examples. */
  readonly lossSum: number;
  readonly correct: number;
  readonly examples: number;
}

export interface Checkpoint {
  readonly position: Position;
  readonly state: StateArrays;
}

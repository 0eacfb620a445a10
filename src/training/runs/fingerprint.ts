/**
 * Fingerprints identify what a run or a learner was configured with. They hash canonical content without defaults, so
 * that a setting that is added later changes none.
 */
import { createHash } from "node:crypto";
import { type Network, networkIdentitySchema } from "../../networks/network.ts";
import { canonicalJson, withoutDefaults } from "../../storage/canonical.ts";
import { type TrainingConfiguration, trainingSchema } from "../configuration.ts";

/** SHA-256 of canonical JSON, as 64 hexadecimal digits. */
export const contentHash = (content: unknown): string => sha256(canonicalJson(content));

/**
 * The hash that version 0.1 gave a document: over the keys in the order in which they are stored, defaults and all. Only
 * a document as it was parsed from its file gives it.
 */
export const hashOfVersion01 = (stored: unknown): string => sha256(JSON.stringify(stored));

/** Content that identifies a network: all but its `$schema` and the defaults of `networkIdentitySchema`. */
export const networkContent = ({ $schema: _, ...network }: Network): unknown =>
  withoutDefaults(networkIdentitySchema, network);

/** What identifies training settings: not what their schema gives by default. */
export const trainingContent = (training: Partial<TrainingConfiguration>): unknown =>
  withoutDefaults(trainingSchema, training);

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

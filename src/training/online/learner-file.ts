/**
 * A learner as the bytes of one safetensors file: its state, and in the metadata format, network, settings and position. It
 * imports nothing of Node.
 */
import * as z from "zod";
import { CheckpointError, NsmError } from "../../errors.ts";
import { joinInto, lengthOfAll } from "../../join-arrays.ts";
import { type Network, parseNetwork } from "../../networks/network.ts";
import { decodeSafetensors, encodeSafetensors } from "../../storage/safetensors.ts";
import { parseBySchema } from "../../storage/schema-issue.ts";
import type { Position } from "../progress.ts";
import { requireFinite, type StateArrays, stateShapes } from "../state.ts";
import type { LearnerSnapshot } from "./core.ts";
import type { PreparedLearner } from "./prepare.ts";
import { type OnlineSettings, onlineSchema } from "./settings.ts";

const FORMAT = "neural-sampling learner file 1";

const positionSchema = z.strictObject({
  step: z.int().min(0),
  lossSum: z.number().min(0),
  correct: z.int().min(0),
  examples: z.int().min(0),
});

/** The file of a learner. Rejects with NumericError for a state that is not finite. */
export const encodeLearner = async (
  { network, settings }: { readonly network: Network; readonly settings: OnlineSettings },
  { position, state }: LearnerSnapshot,
): Promise<Uint8Array<ArrayBuffer>> => {
  await requireFinite(state, position.step);
  const shapes = stateShapes(network, settings);
  const tensors = Object.entries(state).map(([name, data]) => [name, { shape: shapes[name]!, data }]);
  const text = Object.entries({ network, settings, position });
  const described = {
    format: FORMAT,
    ...Object.fromEntries(text.map(([name, value]) => [name, JSON.stringify(value)])),
  };
  const sha256 = await checksum(described, state);
  return encodeSafetensors({
    tensors: Object.fromEntries(tensors),
    metadata: { ...described, ...(sha256 !== undefined && { sha256 }) },
  });
};

/** SHA-256 of texts and arrays, each in the order of its names; undefined on pages where browsers offer none. */
const checksum = async (
  described: Readonly<Record<string, string>>,
  state: StateArrays,
): Promise<string | undefined> => {
  if (!globalThis.crypto?.subtle) return undefined;
  const byName = <T>(record: Readonly<Record<string, T>>): [string, T][] =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = new TextEncoder().encode(
    JSON.stringify([byName(described), byName(state).map(([name]) => name)]),
  );
  const parts = [
    text,
    ...byName(state).map(
      ([, { buffer, byteOffset, byteLength }]) => new Uint8Array(buffer, byteOffset, byteLength),
    ),
  ];
  const digest = await crypto.subtle.digest("SHA-256", joinInto(new Uint8Array(lengthOfAll(parts)), parts));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
};

/** Reads the file of a learner. Rejects with CheckpointError for bytes that are none, or damaged. */
export const decodeLearner = async (bytes: Uint8Array): Promise<PreparedLearner> => {
  const { tensors, metadata } = decodeSafetensors(bytes, "a learner");
  if (metadata.format !== FORMAT) return refuse(`the format "${metadata.format ?? "none"}"`);
  const network = parsed("network", metadata, (value) => parseNetwork(value));
  const settings = parsed("settings", metadata, (value) => checked(onlineSchema, value));
  const position: Position = parsed("position", metadata, (value) => checked(positionSchema, value));
  const shapes = Object.entries(stateShapes(network, settings));
  const state: StateArrays = Object.fromEntries(
    shapes.map(([name, shape]) => {
      const tensor = Object.hasOwn(tensors, name) ? tensors[name]! : refuse(`no array ${name}`);
      const isRight = tensor.data instanceof Float32Array && tensor.shape.join() === shape.join();
      return [name, isRight ? (tensor.data as Float32Array) : refuse(`${name} of another type or shape`)];
    }),
  );
  await requireFinite(state, position.step).catch((cause: Error) => refuse(cause.message, cause));
  const { sha256, ...described } = metadata;
  const own = sha256 === undefined ? undefined : await checksum(described, state);
  // Earlier versions kept none.
  if (own !== undefined && own !== sha256) refuse("bytes that differ from their checksum");
  return { network, settings, position, state };
};

const parsed = <T>(
  name: string,
  metadata: Readonly<Record<string, string>>,
  parse: (value: unknown) => T,
): T => {
  const text = metadata[name] ?? refuse(`a learner without ${name}`);
  try {
    return parse(JSON.parse(text));
  } catch (cause) {
    if (cause instanceof NsmError) return refuse(cause.message, cause);
    return refuse(`damaged text of ${name} (${(cause as Error).message})`, cause);
  }
};

const checked = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const result = parseBySchema(schema, value, "the whole");
  return "data" in result ? result.data : refuse(result.given);
};

const refuse = (given: string, cause?: unknown): never => {
  throw new CheckpointError(
    "reading a learner",
    {
      given,
      expected: "the bytes that were saved",
      remedy: "Give the original bytes, or start a new learner.",
    },
    cause,
  );
};

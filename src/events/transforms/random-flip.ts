/**
 * RandomFlipLR, RandomFlipUD, RandomFlipPolarity: mirrors a recording (x' = width - 1 - x, or y' = height - 1 - y), or
 * swaps ON and OFF, with probability p. One decision holds for the whole recording, also of polarities: Tonic's code
 * does so, though its documentation speaks of single events.
 */

import * as z from "zod";
import type { Events, Sensor } from "../events.ts";
import { coin } from "./random-numbers.ts";
import { keyOf, lookUp, type Stage, type Start } from "./stage.ts";

const p = z.number().min(0).max(1).default(0.5).describe("probability of the flip");

export const randomFlipLRSchema = z
  .strictObject({ type: z.literal("randomFlipLR"), p })
  .describe("mirrors left and right");
export const randomFlipUDSchema = z
  .strictObject({ type: z.literal("randomFlipUD"), p })
  .describe("mirrors up and down");
export const randomFlipPolaritySchema = z
  .strictObject({ type: z.literal("randomFlipPolarity"), p })
  .describe("swaps ON and OFF");

export type RandomFlip =
  | z.infer<typeof randomFlipLRSchema>
  | z.infer<typeof randomFlipUDSchema>
  | z.infer<typeof randomFlipPolaritySchema>;

/** size - 1, ..., 0. */
const mirrored = (size: number): Uint16Array =>
  Uint16Array.from({ length: size }, (_, place) => size - 1 - place);

const swapped = (polarity: Uint8Array): Uint8Array => {
  const other = new Uint8Array(polarity.length);
  for (let k = 0; k < other.length; k++) other[k] = 1 - polarity[k]!;
  return other;
};

const flips: Readonly<Record<RandomFlip["type"], (events: Events, sensor: Sensor) => Events>> = {
  randomFlipLR: (events, { width }) => ({ ...events, x: lookUp(events.x, mirrored(width)) }),
  randomFlipUD: (events, { height }) => ({ ...events, y: lookUp(events.y, mirrored(height)) }),
  randomFlipPolarity: (events) => ({ ...events, polarity: swapped(events.polarity) }),
};

export const startRandomFlip = ({ type, p }: RandomFlip, start: Start): Stage => {
  const { sensor } = start;
  const flipped = coin(keyOf(type, start), p);
  return { sensor, push: (events) => (flipped ? flips[type](events, sensor) : events) };
};

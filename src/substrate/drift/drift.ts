/** Registry of the kinds of drift. A new kind is one file in this folder and a line in `KINDS`. */
import * as z from "zod";
import type { Key } from "../../random/key.ts";
import type { DriftKind, Programmed } from "./kind.ts";
import { powerLaw } from "./power-law.ts";
import { relaxation } from "./relaxation.ts";

const KINDS = { powerLaw, relaxation };

export const driftSchema = z
  .discriminatedUnion("type", [powerLaw.schema, relaxation.schema])
  .describe("change of conductances after programming");

/** Description of a drift: an object whose `type` names its kind, with the parameters of that kind. */
export type Drift = z.infer<typeof driftSchema>;

/** Conductances in microsiemens `seconds` after programming. */
export const driftedConductances = (
  drift: Drift,
  cells: Programmed,
  seconds: number,
  key: Key,
): Float64Array => (KINDS[drift.type] as unknown as DriftKind<Drift>).at(drift, cells, seconds, key);

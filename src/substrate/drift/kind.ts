/** The interface of a kind of drift. Each kind is one file, listed in drift.ts. */
import type * as z from "zod";
import type { Key } from "../../random/key.ts";

/** Cells of an array after programming. */
export interface Programmed {
  /** Conductance that each cell was programmed to, in microsiemens. */
  readonly targets: Float64Array;
  /** Conductance that each cell has, in microsiemens. */
  readonly conductances: Float64Array;
  readonly gMaxMicrosiemens: number;
}

/** Change of conductances after programming. `Drift` is its description; `type` names the kind. */
export interface DriftKind<Drift extends { readonly type: string }> {
  readonly schema: z.ZodObject<z.ZodRawShape & { type: z.ZodLiteral<Drift["type"]> }>;
  /** Conductances in microsiemens `seconds` after programming. The key decides how each cell drifts, at all times. */
  readonly at: (drift: Drift, cells: Programmed, seconds: number, key: Key) => Float64Array;
}

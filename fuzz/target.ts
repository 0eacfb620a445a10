export interface FuzzTarget {
  readonly name: string;
  /** Valid files to mutate. */
  readonly seeds: () => Promise<readonly Uint8Array[]>;
  /** Reads one input. Resolves for a correct result and for a refusal by NsmError; anything else is a finding. */
  readonly read: (bytes: Uint8Array) => Promise<unknown>;
}

export interface FuzzTarget {
  readonly name: string;
  /** whole valid files to mutate */
  readonly seeds: () => Promise<readonly Uint8Array[]>;
  /** reads one input: resolves for a correct result or a refused one by NsmError; anything else is a finding */
  readonly read: (bytes: Uint8Array) => Promise<unknown>;
}

/** Reports of damage by decoders of compressed bytes. */

/** Throws what its caller throws for damaged bytes; `offset` counts from the first of the compressed bytes. */
export type Refuse = (offset: number, given: string, expected: string) => never;

/** Reports of damage by decoders of compressed bytes. */

/** Throws the caller's error for damaged bytes; `offset` counts from the first compressed byte. */
export type Refuse = (offset: number, given: string, expected: string) => never;

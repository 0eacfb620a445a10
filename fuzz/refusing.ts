/** Refusals of readers as results. */
import { NsmError } from "../src/errors.ts";

/** Resolves to what `read` returns, or to the typed error by which it refuses. */
export const refusing =
  (read: (bytes: Uint8Array) => unknown) =>
  async (bytes: Uint8Array): Promise<unknown> => {
    try {
      return await read(bytes);
    } catch (error) {
      if (error instanceof NsmError) return error;
      throw error;
    }
  };

/** Numbers in descriptions of layers. */
import { z } from "zod";

/** Units, channels, classes. */
export const count = z.int().min(1).max(1_000_000);

/** Rows and columns of the largest window. */
export const MAX_EXTENT = 10_000;

/** Rows and columns of a window, and its steps. */
export const extent = z.int().min(1).max(MAX_EXTENT);

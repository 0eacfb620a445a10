/** Schemas of numbers in layer descriptions. */
import * as z from "zod";

/** A number of units, channels or classes. */
export const count = z.int().min(1).max(1_000_000);

/** Maximum rows or columns of a window. */
export const MAX_EXTENT = 10_000;

/** Window size or stride, in rows and columns. */
export const extent = z.int().min(1).max(MAX_EXTENT);

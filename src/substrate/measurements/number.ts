/** Numbers in tables of measurements. */

/** The finite number that a cell holds in decimal notation; undefined for anything else. */
export const numberOf = (cell: string): number | undefined => {
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(cell) ? Number(cell) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
};

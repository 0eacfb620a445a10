/** The order of classes that are named by folders. */

const isNumber = (name: string): boolean => /^\d+$/.test(name);

/** Numbers first, by value, as 2 before 10; then all others by their characters' codes. */
export const compareNames = (a: string, b: string): number => {
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1;
  const byValue = isNumber(a) ? Number(a) - Number(b) : 0;
  return byValue || (a < b ? -1 : a > b ? 1 : 0);
};

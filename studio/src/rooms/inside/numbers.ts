/** Numbers as text. */

const withMinus = (text: string): string => text.replace("-", "−");

/** Three decimals, or two digits of small numbers, with a true minus sign. */
export const numberText = (x: number): string =>
  withMinus(Math.abs(x) >= 0.001 || x === 0 ? x.toFixed(3) : x.toPrecision(2));

/** Two decimals at most, with a true minus sign. */
export const shortNumberText = (x: number): string => withMinus(String(Number(x.toFixed(2))));

export const percentText = (p: number): string => `${(100 * p).toFixed(p > 0.0995 ? 0 : 1)} %`;

export const passesText = (count: number): string => (count === 1 ? "1 pass" : `${count} passes`);

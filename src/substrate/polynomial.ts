/** Standard deviations of conductances as polynomials of the target, the form in which most fits are published. */
import * as z from "zod";

/** Points in [0, 1] at which a deviation is checked. */
const POINTS = 256;

/**
 * Schema of c0 + c1 g' + c2 g'^2 + ..., g' = target / gMaxMicrosiemens in [0, 1]. A deviation that is negative anywhere is
 * refused.
 */
export const deviationMicrosiemens = z
  .array(z.number())
  .min(1)
  .max(8)
  .superRefine((coefficients, { addIssue }) => {
    const at = Array.from({ length: POINTS + 1 }, (_, k) => k / POINTS);
    const negative = at.find((g) => polynomial(coefficients, g) < 0);
    if (negative === undefined) return;
    const value = Number(polynomial(coefficients, negative).toPrecision(4));
    addIssue({ code: "custom", message: `a negative deviation, ${value} uS, at g' = ${negative}` });
  })
  .describe(
    "standard deviation in microsiemens, as the coefficients of a polynomial of g' = target / gMaxMicrosiemens, constant first",
  );

/** Value of a polynomial whose coefficients start with the constant. */
export const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, c) => sum * x + c, 0);

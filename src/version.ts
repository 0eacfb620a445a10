/** The version of this package, as package.json has it: a constant, as browsers cannot read that file. */
export const packageVersion = "0.2.0";

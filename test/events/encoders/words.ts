/** Words of bit fields, as the formats' documents draw them: the most significant field first. */

export type Field = readonly [bits: number, value: number];

/** The bytes of a word of the fields, whose bits add up to whole bytes. */
export const word = (order: "big" | "little", ...fields: readonly Field[]): number[] => {
  const bits = fields.map(([width, value]) =>
    BigInt.asUintN(width, BigInt(value)).toString(2).padStart(width, "0"),
  );
  const bytes = bits
    .join("")
    .match(/.{8}/g)!
    .map((byte) => Number.parseInt(byte, 2));
  return order === "big" ? bytes : bytes.reverse();
};

export const text = (...lines: readonly string[]): number[] => [...Buffer.from(lines.join(""), "latin1")];

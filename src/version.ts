/** The version of this package, from its package.json; the same place seen from src/ and from dist/. */
import { readFileSync } from "node:fs";

export const packageVersion: string = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
).version;

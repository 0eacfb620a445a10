/** The version of this package, read from package.json. The relative path is the same from src/ and dist/. */
import { readFileSync } from "node:fs";

export const packageVersion: string = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
).version;

/**
 * Writes schema/network.schema.json, the JSON schema of network files, from the zod schema that parses them.
 *
 *     npx tsx scripts/write-schema.ts
 */
import { writeFile } from "node:fs/promises";
import { z } from "zod";
import { networkSchema } from "../src/networks/network.ts";

const schema = z.toJSONSchema(networkSchema, { io: "input" });
await writeFile(
  new URL("../schema/network.schema.json", import.meta.url),
  `${JSON.stringify(schema, null, 2)}\n`,
);

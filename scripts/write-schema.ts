/**
 * Writes the JSON schemas of network files and device files, schema/*.schema.json, from the zod schemas that parse them.
 *
 *     npx tsx scripts/write-schema.ts
 */
import { writeFile } from "node:fs/promises";
import * as z from "zod";
import { networkSchema } from "../src/networks/network.ts";
import { deviceSchema } from "../src/substrate/device.ts";

for (const [name, schema] of [
  ["network", networkSchema],
  ["device", deviceSchema],
] as const)
  await writeFile(
    new URL(`../schema/${name}.schema.json`, import.meta.url),
    `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), null, 2)}\n`,
  );

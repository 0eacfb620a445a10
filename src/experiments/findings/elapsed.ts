/** The wall time of an experiment over several calls. Node only. */
import { join } from "node:path";
import { z } from "zod";
import { parseJson, readWhole, replaceFile } from "../../storage.ts";
import type { Findings } from "./findings.ts";
import { findingsName } from "./findings-files.ts";

const elapsedSchema = z.strictObject({ seconds: z.number() });
const LARGEST = 1 << 10;

/** Adds a call's seconds, if any, to those of the calls before: `otherwise` where no record of them is. Returns the sum. */
export const addElapsed = async (
  folder: string,
  findings: Pick<Findings, "experiment" | "budget">,
  seconds: number,
  otherwise: number,
): Promise<number> => {
  const file = join(folder, "results", `${findingsName(findings)}-elapsed.json`);
  const text = await readWhole(file, LARGEST).catch(() => new Uint8Array());
  const before = elapsedSchema.safeParse(parseJson(new TextDecoder().decode(text)));
  const sum = seconds + (before.success ? before.data.seconds : otherwise);
  if (seconds > 0) await replaceFile(file, `${JSON.stringify({ seconds: sum })}\n`);
  return sum;
};

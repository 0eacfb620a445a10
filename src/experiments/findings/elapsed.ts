/** Wall time of an experiment over several calls. Node only. */
import { join } from "node:path";
import * as z from "zod";
import { parseJson, readWhole, replaceFile } from "../../storage/files.ts";
import { inOrder } from "../../threads/in-order.ts";
import type { Findings } from "./findings.ts";
import { findingsName } from "./findings-files.ts";

const elapsedSchema = z.strictObject({ seconds: z.number() });
const LARGEST = 1 << 10;

/** At most this much time is lost if the process is killed. */
const MILLISECONDS_BETWEEN = 60_000;

export interface ElapsedTime {
  /** Ends the call, and returns the seconds of all calls, including this one if it counts. */
  end(): Promise<number>;
}

/**
 * Adds the time of a call, from now on and if `isCounted`, to that of the calls before, which was `otherwise` where no
 * record of it is.
 */
export const countElapsed = (
  folder: string,
  findings: Pick<Findings, "experiment" | "budget">,
  otherwise: number,
  isCounted: () => boolean,
): ElapsedTime => {
  const file = join(folder, "results", `${findingsName(findings)}-elapsed.json`);
  let from = performance.now();
  let sum: number | undefined;
  const inTurn = inOrder();
  const keep = (): Promise<void> =>
    inTurn(async () => {
      sum ??= (await readElapsed(file)) ?? otherwise;
      if (!isCounted()) return;
      const now = performance.now();
      sum += (now - from) / 1000;
      from = now;
      await replaceFile(file, `${JSON.stringify({ seconds: sum })}\n`);
    });
  const timer = setInterval(() => void keep().catch(() => {}), MILLISECONDS_BETWEEN);
  return {
    async end() {
      clearInterval(timer);
      await keep();
      return sum!;
    },
  };
};

const readElapsed = async (file: string): Promise<number | undefined> => {
  const text = await readWhole(file, LARGEST).catch(() => new Uint8Array());
  return elapsedSchema.safeParse(parseJson(new TextDecoder().decode(text))).data?.seconds;
};

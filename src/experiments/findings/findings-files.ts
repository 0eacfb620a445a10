/** Findings on disk: FOLDER/EXPERIMENT-BUDGET.findings.json. Node only. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { onDisk, parseJson, readWhole, replaceFile } from "../../storage/files.ts";
import { type Findings, findingsSchema } from "./findings.ts";

/** The largest file of findings that is read. */
const LARGEST = 1 << 28;
const ENDING = ".findings.json";

/** Name of an experiment's files, without their endings. */
export const findingsName = ({ experiment, budget }: Pick<Findings, "experiment" | "budget">): string =>
  `${experiment}-${budget}`;

/** Whether a file of a folder holds findings, by its name. */
export const isFindings = (name: string): boolean => name.endsWith(ENDING);

export const writeFindings = (folder: string, findings: Findings): Promise<void> =>
  replaceFile(join(folder, `${findingsName(findings)}${ENDING}`), `${JSON.stringify(findings)}\n`);

/** All findings in the folder, by name; `say` reports damaged files. */
export const readFindings = async (
  folder: string,
  say: (line: string) => void,
): Promise<readonly Findings[]> => {
  const names = (await onDisk(`reading ${folder}`, () => readdir(folder))).filter(isFindings).sort();
  const found: Findings[] = [];
  for (const name of names) {
    const file = join(folder, name);
    const parsed = findingsSchema.safeParse(
      parseJson(new TextDecoder().decode(await readWhole(file, LARGEST))),
    );
    if (parsed.success) found.push(parsed.data);
    else say(`${file} is damaged and left out: run its experiment again`);
  }
  return found;
};

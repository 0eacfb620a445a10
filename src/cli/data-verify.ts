/** nsm data verify: reads a folder of data to the end, and says what is in it and what is wrong with it. */
import type { Command } from "commander";
import { grouped } from "../datasets/dataset.ts";
import { type DataProblem, type Verification, verifyDataset } from "../datasets/verify.ts";
import { type CommonFlags, finish } from "./options.ts";
import { counted, print, printJson, table } from "./print.ts";

export const addVerify = (data: Command): void => {
  const command = data
    .command("verify")
    .summary("check every file of a data set")
    .description("Reads every file of a folder of data, and says what is in it and what is wrong with it.")
    .argument("<folder>", "of the data")
    .action(runVerify);
  finish(command, "nsm data verify data/mnist");
};

const runVerify = async (folder: string, { json }: CommonFlags): Promise<void> => {
  const verification = await verifyDataset(folder);
  if (json) printJson(verification);
  else print(text(verification));
  if (!verification.ok) process.exitCode = 1;
};

const text = ({ ok, name, format, records, classes, problems }: Verification): string =>
  [
    `${name}: ${ok ? "all is well" : counted(problems.length, "problem")}`,
    table([
      ["  format", format ?? "none that is known"],
      ["  records", `${grouped(records.train)} training, ${grouped(records.test)} test`],
      ["  classes", histogram(classes)],
    ]),
    ...problems.map(problemText),
  ].join("\n");

const histogram = (classes: Verification["classes"]): string =>
  Object.entries(classes)
    .map(([label, count]) => `${label}: ${grouped(count)}`)
    .join(", ");

const problemText = ({ file, offset, expected, found }: DataProblem): string =>
  `${file}${offset === null ? "" : `, byte ${offset}`}: got ${found}; expected ${expected}`;

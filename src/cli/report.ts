/** nsm report: one HTML file of all findings in a folder. */
import type { Command } from "commander";
import { loadReport } from "../report/load-report.ts";
import { type CommonFlags, finish } from "./options.ts";
import { print, printJson, say } from "./print.ts";

export const addReport = (program: Command): void => {
  const command = program
    .command("report")
    .summary("write the findings of experiments as one HTML file")
    .description(
      "Writes the findings that `nsm reproduce` stored in a folder as one self-contained HTML file: tables, " +
        "figures, commands, versions, seeds and times.",
    )
    .argument("<folder>", "folder given to `nsm reproduce --out`")
    .action(async (folder: string, { json }: CommonFlags) => {
      const writeReport = await loadReport();
      const report = await writeReport(folder, say);
      if (json) printJson({ report });
      else print(report);
    });
  finish(command, "nsm report reports");
};

/** nsm export: a run's network as a file for other programs. */
import type { Command } from "commander";
import { type ExportOptions, exportOnnx } from "../export/onnx.ts";
import { replaceFile } from "../storage/files.ts";
import { openRun } from "../training/runs/run.ts";
import { type CommonFlags, choice, finish, refuseStray, wholeNumber } from "./options.ts";
import { requireEnding, requireFile } from "./out-file.ts";
import { bytesText, print, printJson } from "./print.ts";

interface ExportFlags extends CommonFlags, Omit<ExportOptions, "samples"> {
  readonly format: "onnx";
  readonly samples?: number;
  readonly out: string;
}

const SAMPLES = 100;

export const addExport = (program: Command): void => {
  const command = program
    .command("export")
    .summary("write a run's network as ONNX")
    .description("Writes a run's network as an ONNX model that any runtime opens.")
    .argument("<run>", "folder of the run")
    .requiredOption("--out <file>", "the file to write")
    .addOption(choice("--format <name>", "of the file", ["onnx"]).default("onnx"))
    .addOption(
      choice("--noise <where>", "drawn inside the model, or its inputs: one pass, repeatable", [
        "inside",
        "inputs",
      ]).default("inside"),
    )
    .option(
      "--samples <n>",
      `passes that the model averages, with the noise inside (default ${SAMPLES})`,
      wholeNumber(1),
    )
    .option("--batch <n>", "images that the model takes at once", wholeNumber(1), 1)
    .action(runExport);
  finish(command, "nsm export runs/a --format onnx --out model.onnx");
};

const runExport = async (folder: string, flags: ExportFlags): Promise<void> => {
  const { out, format, noise, batch } = flags;
  if (noise === "inputs") refuseStray(flags, ["samples"], "--noise inside");
  const samples = noise === "inputs" ? 1 : (flags.samples ?? SAMPLES);
  await requireFile(out);
  requireEnding(out, ".onnx");
  const run = await openRun(folder);
  const bytes = exportOnnx(run, { noise, samples, batch });
  await replaceFile(out, bytes);
  if (flags.json) printJson({ run: folder, file: out, bytes: bytes.length, format, noise, samples, batch });
  else print(`${out}: ${run.network.name}, ${bytesText(bytes.length)}, noise ${noise}`);
};

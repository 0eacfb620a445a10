/** nsm export: a run's network as a file for other programs. */
import type { Command } from "commander";
import { defined } from "../defined.ts";
import { exportC } from "../export/c/export.ts";
import { type ExportOptions, exportOnnx } from "../export/onnx.ts";
import { exportSafetensors } from "../export/safetensors.ts";
import { counted } from "../grouped.ts";
import { calibrationFor } from "../inference/predictor.ts";
import { UNSURE_SHARE } from "../inference/unsure.ts";
import { replaceFile } from "../storage/files.ts";
import { sayIfUnjudged } from "./calibration-text.ts";
import { type AnyRun, isInIntegers, openAnyRun } from "./open-run.ts";
import {
  type CommonFlags,
  choice,
  closedFraction,
  finish,
  path,
  refuseStray,
  wholeNumber,
} from "./options.ts";
import { requireEnding, requireFile } from "./out-file.ts";
import { bytesText, print, printJson, say } from "./print.ts";

interface ExportFlags extends CommonFlags, Omit<ExportOptions, "classNames"> {
  readonly format: Format;
  readonly out: string;
}

type Format = "onnx" | "safetensors" | "c";

/** A written model: its bytes, and the options that it was written with. */
interface Exported {
  readonly bytes: Uint8Array;
  readonly noise?: string;
  readonly samples?: number;
  readonly batch?: number | "free";
  readonly seed?: number;
}

const SAMPLES = 100;

const FORMATS: Readonly<Record<Exclude<Format, "c">, (run: AnyRun, flags: ExportFlags) => Exported>> = {
  onnx: (run, { noise = "inside", batch, seed, samples, unsure }) => {
    const passes = noise === "inputs" ? 1 : (samples ?? run.calibration?.samples ?? SAMPLES);
    const { classNames } = run.description.data;
    const inside = noise === "inside" ? { seed, samples: passes } : {};
    const options = defined({ noise, batch, ...inside, unsure, classNames });
    const bytes = exportOnnx(run, options);
    return { bytes, noise, samples: passes, batch: batch ?? "free", ...defined({ seed }) };
  },
  safetensors: (run, { unsure }) => {
    const { classNames } = run.description.data;
    return { bytes: exportSafetensors(run, defined({ unsure, classNames })) };
  },
};

export const addExport = (program: Command): void => {
  const command = program
    .command("export")
    .summary("write a run's network as ONNX, safetensors or C")
    .description(
      "Writes a run's network for other programs: as an ONNX model that any runtime opens, or as one safetensors " +
        "file with network and parameters, which readModel and loadModel of this package take, also in a browser. " +
        "Class names, the network and the threshold of unsure predictions go into the file's metadata; of a calibrated " +
        "run also the calibration, and an ONNX model then has the output unfamiliarity, above 0 for images unlike the " +
        "training data. A run in integers (see quantize) can also be written as a folder of C, with test vectors; its ONNX model needs ONNX Runtime.",
    )
    .argument("<run>", "folder of the run")
    .requiredOption("--out <file>", "file to write; for c the folder, new or empty", path)
    .addOption(choice("--format <name>", "format of the file", ["onnx", "safetensors", "c"]).default("onnx"))
    .option(
      "--unsure <share>",
      `entropy above which a prediction is unsure, as a share of log(classes) (default ${UNSURE_SHARE})`,
      closedFraction,
    )
    .optionsGroup("ONNX:")
    .addOption(
      choice(
        "--noise <where>",
        "noise drawn inside the model, or given as inputs of one pass (default inside)",
        ["inside", "inputs"],
      ),
    )
    .option(
      "--samples <n>",
      `noise inside: Monte Carlo passes that a run averages (default ${SAMPLES}, or as many as the run is calibrated for)`,
      wholeNumber(1),
    )
    .option("--seed <n>", "noise inside: random seed; a new session draws the same numbers", wholeNumber(0))
    .option("--batch <n>", "images per run: this number only (default any number)", wholeNumber(1))
    .optionsGroup("Options:")
    .action(runExport);
  finish(
    command,
    "nsm export runs/a --format onnx --out model.onnx\nnsm export runs/a --format safetensors --out model.safetensors\nnsm export runs/a-int8 --format c --out digit-c",
  );
};

/** Whether a written model has the run's calibration, by the rule of predictors. */
const holdsCalibration = (run: AnyRun, { noise, samples }: Omit<Exported, "bytes">): boolean =>
  noise !== "inputs" && calibrationFor(run, defined({ passes: samples })) !== undefined;

const runExport = async (folder: string, flags: ExportFlags): Promise<void> => {
  const { out, format } = flags;
  if (format !== "onnx") refuseStray(flags, ["noise", "samples", "seed", "batch"], "--format onnx");
  if (flags.noise === "inputs") refuseStray(flags, ["samples", "seed"], "--noise inside");
  if (format === "c") return exportFolder(folder, flags);
  await requireFile(out);
  requireEnding(out, `.${format}`);
  const run = await openAnyRun(folder);
  const { bytes, ...options } = FORMATS[format](run, flags);
  await replaceFile(out, bytes);
  const { noise } = options;
  const isCalibrated = holdsCalibration(run, options);
  if (run.calibration && !isCalibrated)
    say(
      `nsm: exported without its calibration, which is for ${counted(run.calibration.samples, "sample")} with noise inside`,
    );
  else if (!isInIntegers(run)) sayIfUnjudged(run, true);
  if (flags.unsure !== undefined && isCalibrated && run.calibration!.refer)
    say(
      "nsm: --unsure is for programs that ask for no promise: the promised threshold is in the calibration",
    );
  if (flags.json)
    return printJson({ run: folder, file: out, bytes: bytes.length, format, ...options, isCalibrated });
  const details = [
    ...(noise === undefined ? [] : [`noise ${noise}`]),
    ...(isCalibrated ? [`calibrated for ${counted(run.calibration!.samples, "sample")}`] : []),
  ];
  print([`${out}: ${run.network.name}, ${bytesText(bytes.length)}`, ...details].join(", "));
};

/** Exports a run in integers as C. */
const exportFolder = async (folder: string, { out, unsure, json }: ExportFlags): Promise<void> => {
  refuseStray({ unsure }, ["unsure"], "--format onnx or safetensors");
  const run = await openAnyRun(folder);
  const files = await exportC(run, out);
  if (json) return printJson({ run: folder, folder: out, format: "c", files });
  print(
    `${out}: ${run.network.name} in C, ${counted(files.length, "file")}; \`make test\` in it compares with the reference`,
  );
};

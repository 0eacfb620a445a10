/** The command line: registers the commands, runs one, and turns failures into messages and exit statuses. */
import { Command } from "commander";
import { packageVersion } from "../version.ts";
import { addCalibrate } from "./calibrate.ts";
import { addCompare } from "./compare.ts";
import { addData } from "./data.ts";
import { addEvaluate } from "./evaluate.ts";
import { addExport } from "./export.ts";
import { report } from "./failure.ts";
import { addInfo } from "./info.ts";
import { showExample } from "./options.ts";
import { addPredict } from "./predict.ts";
import { say } from "./print.ts";
import { addQuantize } from "./quantize.ts";
import { addReport } from "./report.ts";
import { addReproduce } from "./reproduce.ts";
import { addStudio } from "./studio.ts";
import { addSubstrate } from "./substrate.ts";
import { addTrain } from "./train.ts";

const createProgram = (): Command => {
  const program = new Command("nsm")
    .description(
      "Neural Sampling Machines: deep networks of stochastic binary neurons that estimate their uncertainty.",
    )
    .version(packageVersion)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "nsm: ")) });
  showExample(program, "nsm train mnist-cnn --epochs 4 --out runs/a\nnsm predict runs/a digit.png");
  for (const add of [
    addTrain,
    addEvaluate,
    addCalibrate,
    addPredict,
    addExport,
    addQuantize,
    addInfo,
    addData,
    addSubstrate,
    addCompare,
    addReproduce,
    addReport,
    addStudio,
  ])
    add(program);
  return program;
};

/** Handles errors of the output streams. A reader that leaves early, such as `head`, is no failure; training continues. */
const watchOutput = (): void => {
  process.stdout.on("error", (cause: NodeJS.ErrnoException) => {
    if (cause.code === "EPIPE") process.exit();
    say(`nsm: writing standard output: ${cause.message}`);
    process.exit(1);
  });
  process.stderr.on("error", () => {});
};

/** Whether --json is among the options. Looked for by hand: a command line that cannot be parsed is answered in JSON too. */
const asksForJson = (argv: readonly string[]): boolean => {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? argv.length : end).includes("--json");
};

/** Whether words name a command that does not exist, or that a group of commands does not have. */
const nameUnknown = (command: Command, [word, ...rest]: readonly string[]): boolean => {
  if (word === undefined || word.startsWith("-") || command.commands.length === 0) return false;
  if (word === "help") return nameUnknown(command, rest);
  const next = command.commands.find((each) => each.name() === word);
  return next === undefined || nameUnknown(next, rest);
};

/** The arguments; without their request for help if it is for an unknown command, which is then refused. */
const withoutHelpOfUnknown = (program: Command, argv: readonly string[]): readonly string[] =>
  nameUnknown(program, argv) ? argv.filter((word) => !["help", "--help", "-h"].includes(word)) : argv;

/** Runs the command that the arguments name, and sets the exit status. */
export const main = async (argv: readonly string[]): Promise<void> => {
  watchOutput();
  const isJson = asksForJson(argv);
  process.on("uncaughtException", (cause) => process.exit(report(cause, isJson)));
  try {
    const program = createProgram();
    await program.parseAsync(withoutHelpOfUnknown(program, argv), { from: "user" });
  } catch (cause) {
    process.exitCode = report(cause, isJson);
  }
};

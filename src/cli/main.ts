/** The command line: registers the commands, runs one, and turns failures into messages and exit statuses. */
import { Command } from "commander";
import { packageVersion } from "../version.ts";
import { report } from "./failure.ts";
import { showExample } from "./options.ts";
import { say } from "./print.ts";

type Loader = () => Promise<(program: Command) => void>;

/** Loaders of the functions that add commands, in the order of the help. */
const COMMANDS: Readonly<Record<string, Loader>> = {
  train: async () => (await import("./train.ts")).addTrain,
  evaluate: async () => (await import("./evaluate.ts")).addEvaluate,
  calibrate: async () => (await import("./calibrate.ts")).addCalibrate,
  predict: async () => (await import("./predict.ts")).addPredict,
  export: async () => (await import("./export.ts")).addExport,
  quantize: async () => (await import("./quantize.ts")).addQuantize,
  info: async () => (await import("./info.ts")).addInfo,
  data: async () => (await import("./data.ts")).addData,
  substrate: async () => (await import("./substrate.ts")).addSubstrate,
  compare: async () => (await import("./compare.ts")).addCompare,
  reproduce: async () => (await import("./reproduce.ts")).addReproduce,
  report: async () => (await import("./report.ts")).addReport,
  studio: async () => (await import("./studio.ts")).addStudio,
};

/** Loaders that a command line needs: that of the command that it names; none for the version; all for a general help or an unknown word. */
const loadersFor = (argv: readonly string[]): readonly Loader[] => {
  const named = argv[0] === "help" ? argv[1] : argv[0];
  if (named === undefined) return Object.values(COMMANDS);
  if (Object.hasOwn(COMMANDS, named)) return [COMMANDS[named]!];
  return ["-V", "--version"].includes(named) ? [] : Object.values(COMMANDS);
};

/** The program with the commands that a command line needs. */
const createProgram = async (argv: readonly string[]): Promise<Command> => {
  const program = new Command("nsm")
    .description(
      "Neural Sampling Machines: deep networks of stochastic binary neurons that estimate their uncertainty.",
    )
    .version(packageVersion)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "nsm: ")) });
  showExample(program, "nsm train mnist-cnn --epochs 4 --out runs/a\nnsm predict runs/a digit.png");
  for (const add of await Promise.all(loadersFor(argv).map((load) => load()))) add(program);
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
  const program = await createProgram(argv);
  try {
    await program.parseAsync(withoutHelpOfUnknown(program, argv), { from: "user" });
  } catch (cause) {
    process.exitCode = report(cause, isJson);
  }
};

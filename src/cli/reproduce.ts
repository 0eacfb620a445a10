/** nsm reproduce: runs the paper's experiments within a budget. */

import type { Command } from "commander";
import { defined } from "../defined.ts";
import { NsmError, UsageError } from "../errors.ts";
import { EXPERIMENTS, experimentsOf } from "../experiments/catalogue.ts";
import type { Experiment } from "../experiments/experiment.ts";
import type { Findings } from "../experiments/findings/findings.ts";
import { isEmpty, reproduce } from "../experiments/reproduce.ts";
import { BUDGET_NAMES, BUDGETS, type BudgetName } from "../experiments/study/budgets.ts";
import { checkSources, type DataFolders, type DataNotes, isEmbedded } from "../experiments/study/data.ts";
import { loadReport } from "../report/load-report.ts";
import type { StepReport } from "../training/runs/run.ts";
import { FAILURE } from "./failure.ts";
import { findingsText } from "./findings-text.ts";
import { interruptible } from "./interrupt.ts";
import { addCompute, type ComputeFlags, choice, finish, path, refuseStray, wholeNumber } from "./options.ts";
import { print, printJson, say, table } from "./print.ts";
import { shellWord } from "./shell-word.ts";

interface ReproduceFlags extends ComputeFlags {
  readonly budget: BudgetName;
  readonly seeds?: number;
  readonly out: string;
  readonly data?: DataFolders;
  readonly note?: DataNotes;
  readonly ood?: DataFolders;
}

export const addReproduce = (program: Command): void => {
  const command = program
    .command("reproduce")
    .summary("run the paper's experiments")
    .description(
      "Runs one experiment of the paper or all of them, and writes the findings into a report. Existing runs of the " +
        "same configuration are reused; interrupted runs resume.",
    )
    .argument("<experiment>", `list, all, ${EXPERIMENTS.map(({ name }) => name).join(", ")}`)
    .addOption(choice("--budget <name>", budgetsInWords(), BUDGET_NAMES).default("quick"))
    .option(
      "--seeds <n>",
      `runs of each method (default that of the budget): ${experimentNames("takesSeeds").join(", ")}`,
      wholeNumber(1, 1000),
    )
    .option("--out <folder>", "folder of the report, its runs and results", path, "reports")
    .option(
      "--data <name=folder>",
      "folder of a data set, by its name in `nsm data list`; repeat the option for others (default the user's " +
        "cache; the quick budget uses the embedded digits)",
      folderByName("--data", "mnist=data/mnist"),
    )
    .option(
      "--note <name=text>",
      `what a data set's rows say of its splits, where you made them: ${experimentNames("takesNotes").join(", ")}; ` +
        "repeat the option for others",
      byName(
        "--note",
        "TEXT",
        'emnist="own split of published test images"',
        "Name the data set that it is about.",
      ),
    )
    .option(
      "--ood <name=folder>",
      `out-of-distribution images as IDX, pictures or npz, for ${experimentNames("takesOod").join(", ")}; repeat the option for others`,
      folderByName("--ood", "letters=data/letters"),
    )
    .action(async (name: string, flags: ReproduceFlags) => {
      process.exitCode = name === "list" ? list(flags) : await run(name, flags);
    });
  finish(
    addCompute(command),
    "nsm reproduce list\nnsm reproduce mnist-table --budget quick --out reports",
    "a JSON document for each experiment, a line each,",
  );
};

const budgetsInWords = (): string => BUDGET_NAMES.map((name) => `${name}: ${BUDGETS[name].about}`).join("; ");

const folderByName = (option: string, example: string) =>
  byName(option, "FOLDER", example, "Name the data set in that folder.");

/** Parses NAME=VALUE; the option may be repeated with other names. */
const byName =
  (option: string, value: string, example: string, remedy: string) =>
  (text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
    const at = text.indexOf("=");
    const name = text.slice(0, at);
    if (at > 0 && Object.hasOwn(before, name))
      throw new UsageError("options", {
        given: `${option} ${name}=.. twice`,
        expected: "each name once",
        remedy: "Drop one of them, or choose another name.",
      });
    if (at > 0 && at < text.length - 1) return { ...before, [name]: text.slice(at + 1) };
    throw new UsageError("options", {
      given: `${option} ${text}`,
      expected: `NAME=${value}, such as ${example}`,
      remedy,
    });
  };

const list = ({ json }: ReproduceFlags): number => {
  if (json) printJson(EXPERIMENTS.map(({ name, title }) => ({ name, title })));
  else print(table(EXPERIMENTS.map(({ name, title }) => [name, title])));
  return 0;
};

const run = async (name: string, flags: ReproduceFlags): Promise<number> => {
  const experiments = experimentsOf(name);
  for (const [flag, takes] of [
    ["ood", "takesOod"],
    ["seeds", "takesSeeds"],
    ["note", "takesNotes"],
  ] as const)
    if (!experiments.some((each) => each[takes]))
      refuseStray(flags, [flag], `the experiment ${experimentNames(takes).join(" or ")}`);
  const writeReport = await loadReport();
  const { out, data = {}, note: notes = {}, ood = {}, device, threads } = flags;
  const budget = BUDGETS[flags.budget];
  checkSources({ data, notes });
  for (const unread of unreadData(experiments, flags)) say(`nsm: ${unread}`);
  let failed = false;
  const work = async (signal: AbortSignal): Promise<void> => {
    for (const experiment of experiments) {
      const found = await reproduce(experiment, {
        ...defined({ device, threads }),
        ...{ folder: out, budget, seeds: flags.seeds ?? budget.seeds, signal, data, notes, ood, say },
        onStep: tellEpochs,
        command: commandOf(experiment, flags),
      }).catch((cause: unknown) => {
        // One experiment that fails does not end the others.
        if (!(cause instanceof NsmError) || experiments.length === 1) throw cause;
        say(`nsm: ${experiment.name}: ${cause.message}`);
        failed = true;
      });
      if (!found) continue;
      failed ||= found.rows.some(({ problem }) => problem !== undefined);
      // An experiment asked for by name that finds no data fails.
      failed ||= experiments.length === 1 && isEmpty(found);
      const report = await writeReport(out, say);
      if (flags.json) printJson(documentOf(found, report));
      else print(`${findingsText(found)}\nreport: ${report}\n`);
    }
  };
  const status = await interruptible(work, {
    announce: () => "finishing the step",
    advice: () => "finished work is saved; the same command resumes",
  });
  return status === 0 && failed ? FAILURE : status;
};

/** Names of the experiments that take an option. */
const experimentNames = (takes: "takesNotes" | "takesOod" | "takesSeeds"): string[] =>
  EXPERIMENTS.filter((each) => each[takes]).map(({ name }) => name);

const tellEpochs = (title: string, { metrics, epoch, steps, position }: StepReport): void => {
  if (!metrics) return;
  const epochs = Math.round((steps * epoch) / position.step);
  const [loss, error] = [metrics.loss.toFixed(4), metrics.error.toFixed(2)];
  say(`${title}: epoch ${epoch}/${epochs}  loss ${loss}  error ${error} %`);
};

/** Whether the experiment reads a folder of this data set. */
const readsFolder = ({ reads }: Experiment, set: string, budget: BudgetName): boolean =>
  reads.includes(set) && !isEmbedded(set, BUDGETS[budget]);

/** An option about a data set, as a shell reads it. */
const optionText = (option: "data" | "note" | "ood", set: string, value: string): string =>
  `--${option} ${shellWord(`${set}=${value}`)}`;

/** The folders and notes given that no experiment reads, with the reason. */
const unreadData = (
  experiments: readonly Experiment[],
  { data = {}, note = {}, budget }: ReproduceFlags,
): string[] => {
  const given = [
    ...Object.entries(data).map(([set, folder]) => ({ set, option: optionText("data", set, folder) })),
    ...Object.entries(note).map(([set, text]) => ({ set, option: optionText("note", set, text) })),
  ];
  return given
    .filter(({ set }) => !experiments.some((each) => readsFolder(each, set, budget)))
    .map(({ set, option }) => {
      const why = experiments.some(({ reads }) => reads.includes(set))
        ? `the ${budget} budget uses the embedded digits`
        : `${experiments.map(({ name }) => name).join(", ")} does not use ${set}`;
      return `${why}: ${option} is not read`;
    });
};

/** The command that reproduces these findings, with the options that the experiment takes. */
const commandOf = (
  experiment: Experiment,
  { budget, seeds, out, data = {}, note = {}, ood = {}, device, threads }: ReproduceFlags,
): string =>
  [
    `nsm reproduce ${experiment.name} --budget ${budget}`,
    ...(seeds === undefined || !experiment.takesSeeds ? [] : [`--seeds ${seeds}`]),
    ...Object.entries(data)
      .filter(([set]) => readsFolder(experiment, set, budget))
      .map(([set, folder]) => optionText("data", set, folder)),
    ...(experiment.takesNotes
      ? Object.entries(note)
          .filter(([set]) => readsFolder(experiment, set, budget))
          .map(([set, text]) => optionText("note", set, text))
      : []),
    ...(experiment.takesOod
      ? Object.entries(ood).map(([set, folder]) => optionText("ood", set, folder))
      : []),
    `--out ${shellWord(out)}`,
    ...(device === undefined ? [] : [`--device ${device}`]),
    ...(threads === undefined ? [] : [`--threads ${threads}`]),
  ].join(" ");

const documentOf = ({ experiment, budget, seconds, rows }: Findings, report: string) => ({
  ...{ experiment, budget, seconds, report, rows },
});

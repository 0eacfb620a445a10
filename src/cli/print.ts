/** Output of the commands: results on standard output, everything else on standard error. */
import { counted, grouped } from "../grouped.ts";
import type { Evaluation } from "../inference/evaluation.ts";
import type { LogLikelihoodParts } from "../statistics/nll-parts.ts";

/** Prints a JSON document in one line. */
export const printJson = (value: unknown): void => print(JSON.stringify(value));

/** Prints JSON as a file has it, indented. */
export const printDocument = (value: unknown): void => print(JSON.stringify(value, null, 2));

export const print = (text: string): void => void process.stdout.write(`${text}\n`);

export const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Aligns rows of cells in columns, with two blanks between them and none at the end. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, k) =>
    Math.max(...rows.map((row) => row[k]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, k) => cell.padEnd(widths[k]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
};

/** The document of an evaluation. */
export interface EvaluationReport extends Evaluation {
  /** Wall time of the evaluation. */
  readonly seconds: number;
}

/** An evaluation as text, with the meaning of each number beside it. */
export const evaluationText = (report: EvaluationReport): string => {
  const [lower, upper] = report.errorInterval;
  const passes = Number.isInteger(report.samples)
    ? counted(report.samples, "sample")
    : `${report.samples.toFixed(1)} samples on average`;
  return [
    `${report.split}, ${passes} per image`,
    table([
      [
        "  error",
        `${report.error.toFixed(2)} %`,
        `95 % interval ${lower.toFixed(2)} to ${upper.toFixed(2)} %`,
      ],
      ["  NLL", report.nll.toFixed(4), "nats per image"],
      ["  Brier", report.brier.toFixed(4), "0 to 2"],
      ["  ECE", report.ece.toFixed(4), "calibration error, 15 bins", classwiseText(report)],
      ["  AUROC", report.auroc?.toFixed(4) ?? "-", "of finding errors by entropy"],
      ["  time", `${report.seconds.toFixed(1)} s`, `${speed(report.images, report.seconds)} images/s`],
    ]),
    ...(report.nllParts ? [partsText(report.nllParts)] : []),
  ].join("\n");
};

const classwiseText = ({ classwiseEce, adaptiveEce }: EvaluationReport): string =>
  classwiseEce === undefined || adaptiveEce === undefined
    ? ""
    : `class by class ${classwiseEce.toFixed(4)}, in equal bins ${adaptiveEce.toFixed(4)}`;

/** The sum that the NLL is, with what each part is the cost of. */
const partsText = ({
  uncertainty,
  resolution,
  reliability,
  withinBins,
  otherClasses,
}: LogLikelihoodParts): string => {
  const part = (value: number, meaning: string): string =>
    ` ${value < 0 ? "-" : "+"} ${Math.abs(value).toFixed(4)} ${meaning}`;
  return [
    `  NLL = ${uncertainty.toFixed(4)} by the error rate alone`,
    part(-resolution, "told by the confidence"),
    part(reliability, "confidence too high or low"),
    part(withinBins, "within bins"),
    part(otherClasses, "which other class"),
  ].join("");
};

/** Images per second, rounded. */
export const speed = (images: number, seconds: number): string => grouped(Math.round(images / seconds));

/** A number of bytes in kB or MB. */
export const bytesText = (bytes: number): string =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** What commands print: results on standard output, everything else on standard error. */
import { counted, grouped } from "../grouped.ts";
import type { Evaluation } from "../inference/evaluation.ts";

/** One JSON document, a line. */
export const printJson = (value: unknown): void => print(JSON.stringify(value));

export const print = (text: string): void => void process.stdout.write(`${text}\n`);

export const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Rows of cells as columns, two blanks between them; trailing blanks are dropped. */
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

/** An evaluation for people; what each number means stands beside it. */
export const evaluationText = (report: EvaluationReport): string => {
  const [lower, upper] = report.errorInterval;
  const passes = Number.isInteger(report.samples)
    ? counted(report.samples, "sample")
    : `${report.samples.toFixed(1)} samples on average`;
  return [
    `${report.split}, ${passes} an image`,
    table([
      [
        "  error",
        `${report.error.toFixed(2)} %`,
        `95 % interval ${lower.toFixed(2)} to ${upper.toFixed(2)} %`,
      ],
      ["  NLL", report.nll.toFixed(4), "nats an image"],
      ["  Brier", report.brier.toFixed(4), "0 to 2"],
      ["  ECE", report.ece.toFixed(4), "calibration error, 15 bins"],
      ["  AUROC", report.auroc?.toFixed(4) ?? "-", "of finding errors by entropy"],
      ["  time", `${report.seconds.toFixed(1)} s`, `${speed(report.images, report.seconds)} images/s`],
    ]),
  ].join("\n");
};

/** Images a second, rounded. */
export const speed = (images: number, seconds: number): string => grouped(Math.round(images / seconds));

/** Bytes in the unit that suits them. */
export const bytesText = (bytes: number): string =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

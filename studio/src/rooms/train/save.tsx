/** Saving the trained network. */
import { useSignal } from "@preact/signals";
import { exportOnnx, exportSafetensors, type Model } from "neural-sampling/web";
import { download } from "../../shared/download.ts";
import { Failure } from "../../shared/failure.tsx";
import { csvOf } from "./csv.ts";
import type { Run } from "./run.ts";
import type { Trainee } from "./trainee.ts";

const FORMATS = {
  safetensors: (model: Model, classNames: object) => exportSafetensors(model, classNames),
  onnx: (model: Model, classNames: object) => exportOnnx(model, classNames),
};

type Format = keyof typeof FORMATS;

export const Save = ({ run }: { readonly run: Run }) => {
  const failure = useSignal<unknown>(undefined);
  const save = async ({ training }: Trainee, format: Format): Promise<void> => {
    failure.value = undefined;
    try {
      const model = await training.model();
      const { classNames } = run;
      const bytes = FORMATS[format](model, classNames ? { classNames } : {});
      download(
        bytes as Uint8Array<ArrayBuffer>,
        `${model.network.name}-step${training.position.step}.${format}`,
      );
    } catch (cause) {
      failure.value = cause;
    }
  };
  return (
    <section class="panel" aria-label="Save">
      <h2>Save</h2>
      {run.trainees.map((trainee) => (
        <p key={trainee.name} class="buttons">
          <span>{trainee.name}:</span>
          <button type="button" onClick={() => void save(trainee, "safetensors")}>
            safetensors
          </button>
          <button type="button" onClick={() => void save(trainee, "onnx")}>
            ONNX
          </button>
        </p>
      ))}
      <p class="buttons">
        <span>Loss and error of every step:</span>
        <button
          type="button"
          onClick={() => download(new TextEncoder().encode(csvOf(run.trainees)), "training.csv")}
        >
          CSV
        </button>
      </p>
      {failure.value !== undefined && <Failure cause={failure.value} />}
    </section>
  );
};

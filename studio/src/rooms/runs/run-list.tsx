/** The list of runs: what each is doing, its last scores, and what can be done with it. */
import { useState } from "preact/hooks";
import { COLOURS } from "../../shared/chart/series.ts";
import { choose, chosenRuns } from "./chosen.ts";
import type { ListedRun } from "./documents.ts";
import { change, runPath } from "./server.ts";

/** Whether a training failed here, and no other has begun or ended the run since. */
const hasFailed = ({ status, training }: ListedRun): boolean =>
  training?.state === "failed" && status !== "training" && status !== "finished";

/** What a run is doing, in words. */
const statusText = (run: ListedRun): string => {
  const { status, epochs, epochsDone, training, owner, error } = run;
  if (hasFailed(run)) return `failed: ${training!.words}`;
  if (status === "damaged") return error ?? "cannot be read";
  if (status === "missing") return training?.state === "ended" ? "ended before it began" : "starting";
  const progress = `${epochsDone} of ${epochs} epochs`;
  if (training?.state === "stopping") return `stopping, ${progress}`;
  if (training?.state === "running" && status === "finished") return `scoring, ${progress}`;
  if (status === "training")
    return training?.state === "running" ? `training, ${progress}` : `training by ${owner}, ${progress}`;
  if (status !== "finished") return `stopped at ${progress}`;
  // Scoring it or training it on may have failed.
  return `finished, ${progress}${training?.state === "failed" ? `; a training started here failed: ${training.words}` : ""}`;
};

const isAlive = ({ status, training }: ListedRun): boolean =>
  status === "training" || training?.state === "running" || training?.state === "stopping";

/** The last scores, of validation where there are some. */
const scoreText = ({ last, evaluation }: ListedRun): string => {
  if (evaluation) return `error ${evaluation.error.toFixed(2)} %, ECE ${evaluation.ece.toFixed(3)}`;
  if (last?.validation) return `validation error ${last.validation.error.toFixed(2)} %`;
  return last ? `training error ${last.error.toFixed(2)} %` : "";
};

interface RowProps {
  readonly run: ListedRun;
  readonly colour: number;
  readonly onFailure: (cause: unknown) => void;
}

const Row = ({ run, colour, onFailure }: RowProps) => {
  const { name, network, noise, training, status } = run;
  const [isAsking, setAsking] = useState(false);
  const [epochs, setEpochs] = useState<number | undefined>(undefined);
  const act = (rest: string, body: object): void => {
    onFailure(undefined);
    change(runPath(name, rest), body).catch(onFailure);
  };
  const canResume = !isAlive(run) && (status === "stopped" || status === "finished");
  const least = (run.epochsDone ?? 0) + 1;
  const target = epochs ?? Math.max(run.epochs ?? 1, least);
  return (
    <li class={`run status-${hasFailed(run) ? "damaged" : status}`}>
      <label class="run-name">
        <input
          type="checkbox"
          checked={colour >= 0}
          onChange={({ currentTarget }) => choose(name, currentTarget.checked)}
        />
        <span class={colour >= 0 ? `swatch colour-${colour % COLOURS}` : "swatch"} aria-hidden="true" />
        <span>{name}</span>
      </label>
      <span class="run-network">{[network, noise].filter(Boolean).join(", ")}</span>
      <span class="run-status">
        {isAlive(run) && <span class="pulse" aria-hidden="true" />}
        {statusText(run)}
      </span>
      <span class="run-score number">{scoreText(run)}</span>
      <span class="run-actions">
        {training?.state === "running" && (
          <button type="button" onClick={() => act("/stop", {})}>
            Stop <span class="hidden-text">{name}</span>
          </button>
        )}
        {canResume && (
          <button type="button" aria-expanded={isAsking} onClick={() => setAsking(!isAsking)}>
            {status === "finished" ? "Train on" : "Resume"} <span class="hidden-text">{name}</span>
          </button>
        )}
      </span>
      {canResume && isAsking && (
        <form
          class="run-resume"
          onSubmit={(event) => {
            event.preventDefault();
            setAsking(false);
            act("/resume", { epochs: target });
          }}
        >
          <label>
            up to epoch{" "}
            <input
              type="number"
              min={least}
              max={100_000}
              value={target}
              required
              onInput={({ currentTarget }) => setEpochs(currentTarget.valueAsNumber)}
            />
          </label>
          <button type="submit" class="primary">
            Start
          </button>
        </form>
      )}
    </li>
  );
};

interface RunListProps {
  readonly runs: ReadonlyMap<string, ListedRun>;
  readonly onFailure: (cause: unknown) => void;
}

export const RunList = ({ runs, onFailure }: RunListProps) => {
  const chosen = chosenRuns();
  return (
    <ul class="run-list" aria-label="Runs">
      {[...runs.values()].map((run) => (
        <Row key={run.name} {...{ run, onFailure }} colour={chosen.indexOf(run.name)} />
      ))}
    </ul>
  );
};

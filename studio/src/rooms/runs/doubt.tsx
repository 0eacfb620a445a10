/** Where a run errs and where it doubts: computed by the server on request. */
import { useEffect, useState } from "preact/hooks";
import { changeSettings, numberSetting, textSetting } from "../../address.ts";
import { Chart } from "../../shared/chart/chart.tsx";
import { Failure } from "../../shared/failure.tsx";
import { Confusion } from "./confusion.tsx";
import type { Assessment, AssessmentState, ListedRun } from "./documents.ts";
import { Gallery } from "./gallery.tsx";
import { isConnected } from "./live.ts";
import { ReliabilityDiagram } from "./reliability.tsx";
import { change, read, runPath } from "./server.ts";

/** Time between two looks at an assessment under way. */
const LOOK_MS = 400;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const Results = ({ assessment, run }: { readonly assessment: Assessment; readonly run: ListedRun }) => {
  const { split, images, samples, error, nll, ece, aurc, auroc, step, risks } = assessment;
  const isOld = run.last !== undefined && run.last.step > step;
  return (
    <>
      <p>
        {split}, {samples} passes an image{isOld ? `, of step ${step}: the run has trained on since` : ""}.
      </p>
      <dl class="scores number">
        <div>
          <dt>Error</dt>
          <dd>{error.toFixed(2)} %</dd>
        </div>
        <div>
          <dt>NLL</dt>
          <dd>{nll.toFixed(3)} nats</dd>
        </div>
        <div>
          <dt>ECE</dt>
          <dd>{ece.toFixed(4)}</dd>
        </div>
        <div>
          <dt>AUROC of finding errors</dt>
          <dd>{auroc === null ? "–" : auroc.toFixed(3)}</dd>
        </div>
        <div>
          <dt>Images</dt>
          <dd>{images.toLocaleString("en-US")}</dd>
        </div>
      </dl>
      <div class="pair">
        <ReliabilityDiagram bins={assessment.bins} />
        <Chart
          height={280}
          title={`Risk by coverage (area ${aurc.toFixed(4)})`}
          xLabel="Share of images answered"
          yLabel="error among them"
          x={[0, 1]}
          y={[0, Math.max(0.001, ...risks.map(({ risk }) => risk)) * 1.05]}
          format={percent}
          series={[
            {
              ...{ name: run.name, colour: 0, mark: "marked" },
              x: risks.map(({ coverage }) => coverage),
              y: risks.map(({ risk }) => risk),
            },
          ]}
        />
      </div>
      <Confusion counts={assessment.confusion} names={assessment.classNames} />
      <Gallery title="Its surest mistakes" examples={assessment.mistakes} names={assessment.classNames} />
      <Gallery title="What it is least sure of" examples={assessment.unsure} names={assessment.classNames} />
    </>
  );
};

export const Doubt = ({ runs }: { readonly runs: readonly ListedRun[] }) => {
  const run = runs.find(({ name }) => name === textSetting("of")) ?? runs[0]!;
  const { name } = run;
  const passes = numberSetting("passes", 50, 1, 10_000);
  const [state, setState] = useState<AssessmentState | undefined>(undefined);
  const [failure, setFailure] = useState<unknown>(undefined);
  const [looks, setLooks] = useState(0);
  const hasConnection = isConnected.value;
  useEffect(() => {
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    setState(undefined);
    setFailure(undefined);
    // The room says that the server does not answer.
    if (!hasConnection) return;
    const look = async (): Promise<void> => {
      try {
        const found = await read<AssessmentState>(runPath(name, "/assessment"));
        if (!isCurrent) return;
        setState(found);
        if (found.state === "computing") timer = setTimeout(look, LOOK_MS);
      } catch (cause) {
        if (!isCurrent) return;
        setState(undefined);
        setFailure(cause);
      }
    };
    void look();
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [name, looks, hasConnection]);
  const begin = (): void => {
    setFailure(undefined);
    change(runPath(name, "/assessment"), { samples: passes }).then(() => setLooks(looks + 1), setFailure);
  };
  const isComputing = state?.state === "computing";
  return (
    <div class="doubt">
      <form
        class="settings"
        onSubmit={(event) => {
          event.preventDefault();
          begin();
        }}
      >
        <label>
          Run
          <select value={name} onChange={({ currentTarget }) => changeSettings({ of: currentTarget.value })}>
            {runs.map((each) => (
              <option key={each.name}>{each.name}</option>
            ))}
          </select>
        </label>
        <label>
          Passes an image
          <input
            type="number"
            min="1"
            max="10000"
            required
            value={passes}
            onChange={({ currentTarget }) => changeSettings({ passes: currentTarget.value })}
          />
        </label>
        <button type="submit" class="primary" disabled={isComputing}>
          {state?.state === "ready" ? "Assess again" : "Assess"}
        </button>
      </form>
      {failure !== undefined && <Failure cause={failure} />}
      {state?.state === "failed" && <Failure cause={new Error(state.error.message)} />}
      <p role="status" class="note">
        {isComputing
          ? state.total === null
            ? "Reading the data …"
            : `Sampling: ${state.images.toLocaleString("en-US")} of ${state.total.toLocaleString("en-US")} images`
          : state?.state === "none"
            ? "Not assessed yet."
            : ""}
      </p>
      {state?.state === "ready" && <Results assessment={state.assessment} run={run} />}
    </div>
  );
};

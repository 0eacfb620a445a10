/** Runs: the trainings in a folder, while they train, over each other, and where they err and doubt. */
import { useSignalEffect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { changeSettings, textSetting } from "../../address.ts";
import { About } from "../../shared/about.tsx";
import { Failure } from "../../shared/failure.tsx";
import { chosenRuns } from "./chosen.ts";
import { Curves } from "./curves.tsx";
import { Doubt } from "./doubt.tsx";
import { Experiments } from "./experiments.tsx";
import { isConnected, listen, runs } from "./live.ts";
import { NewTraining } from "./new-training.tsx";
import { RunList } from "./run-list.tsx";
import { hasServer, readStudio } from "./server.ts";
import { Settings } from "./settings.tsx";
import "./runs.css";

const VIEWS = [
  ["curves", "Curves"],
  ["doubt", "Doubt"],
  ["settings", "Settings"],
  ["experiments", "Experiments"],
] as const;

type View = (typeof VIEWS)[number][0];

const viewOf = (name: string | undefined): View => VIEWS.find(([view]) => view === name)?.[0] ?? "curves";

const Shown = ({ view }: { readonly view: View }) => {
  const known = runs.value;
  const names = chosenRuns().filter((name) => known?.has(name));
  if (view === "experiments") return <Experiments />;
  const readable = names.map((name) => known!.get(name)!).filter(({ status }) => status !== "damaged");
  if (readable.length === 0) return <p class="note">Mark one or several of the runs above.</p>;
  const shown = readable.map(({ name }) => name);
  // Colours are those of the list.
  if (view === "curves") return <Curves names={names} />;
  return view === "doubt" ? <Doubt runs={readable} /> : <Settings names={shown} />;
};

/** The folder's own name; the whole path is long, and is told to who points at it. */
const nameOf = (path: string): string => `${path.split(/[/\\]/).findLast((part) => part !== "") ?? path}/`;

const Served = () => {
  const [folder, setFolder] = useState("");
  const [failure, setFailure] = useState<unknown>(undefined);
  const [isAsking, setAsking] = useState(false);
  useEffect(listen, []);
  useSignalEffect(() => {
    if (isConnected.value) readStudio().then((studio) => setFolder(studio.folder), setFailure);
  });
  const known = runs.value;
  const view = viewOf(textSetting("view"));
  return (
    <section class="served" aria-label="Runs">
      {!isConnected.value && (
        <Failure
          cause={
            new Error("The server does not answer. Start it again: npx nsm studio. This page then goes on.")
          }
        />
      )}
      {failure !== undefined && isConnected.value && <Failure cause={failure} />}
      <div class="panel">
        <div class="runs-head">
          <h2>
            Runs{" "}
            {folder !== "" && (
              <span class="folder" title={folder}>
                {nameOf(folder)}
              </span>
            )}
          </h2>
          <button type="button" aria-expanded={isAsking} onClick={() => setAsking(!isAsking)}>
            New training
          </button>
        </div>
        {isAsking && <NewTraining taken={new Set(known?.keys())} onFailure={setFailure} />}
        {known === undefined ? (
          <p class="note">Looking for runs …</p>
        ) : known.size === 0 ? (
          <p class="note">
            None yet. Start one here, or in a terminal: <code>npx nsm train mnist-cnn</code>
          </p>
        ) : (
          <RunList runs={known} onFailure={setFailure} />
        )}
      </div>
      <fieldset class="views">
        <legend class="hidden-text">View</legend>
        {VIEWS.map(([name, title]) => (
          <button
            key={name}
            type="button"
            aria-pressed={view === name}
            onClick={() => changeSettings({ view: name === "curves" ? undefined : name })}
          >
            {title}
          </button>
        ))}
      </fieldset>
      <div class="panel">
        <Shown view={view} />
      </div>
    </section>
  );
};

const WithoutServer = () => (
  <section class="panel" aria-label="Runs">
    <h2>This room needs your own machine</h2>
    <p>
      Runs are folders on a disk, which this page cannot read. Where the package is installed, this command
      opens the same page with them:
    </p>
    <pre>
      <code>npx nsm studio runs/</code>
    </pre>
    <p>It listens on your machine alone, and sends nothing anywhere.</p>
  </section>
);

const Runs = () => (
  <div class="room runs">
    {hasServer() ? <Served /> : <WithoutServer />}
    <About title="Compare runs">
      <p>
        A run is a training in a folder. Mark some to see them over each other. What trains grows as you
        watch, whoever started it.
      </p>
      <p>
        <strong>Curves.</strong> Smoothing by w shows, in place of a value, the mean of all before it, each
        step back weighted by w once more:
      </p>
      <math display="block">
        <mrow>
          <msub>
            <mi>s</mi>
            <mi>k</mi>
          </msub>
          <mo>=</mo>
          <mfrac>
            <mrow>
              <munder>
                <mo>∑</mo>
                <mi>j</mi>
              </munder>
              <msup>
                <mi>w</mi>
                <mrow>
                  <mi>k</mi>
                  <mo>−</mo>
                  <mi>j</mi>
                </mrow>
              </msup>
              <msub>
                <mi>x</mi>
                <mi>j</mi>
              </msub>
            </mrow>
            <mrow>
              <munder>
                <mo>∑</mo>
                <mi>j</mi>
              </munder>
              <msup>
                <mi>w</mi>
                <mrow>
                  <mi>k</mi>
                  <mo>−</mo>
                  <mi>j</mi>
                </mrow>
              </msup>
            </mrow>
          </mfrac>
        </mrow>
      </math>
      <p>
        <strong>Doubt.</strong> Of answers given with a confidence of 80 %, 80 % should be right: bars on the
        diagonal. The expected calibration error (ECE) is their mean distance from it. If the network answers
        only what it is surest of, its error falls: the curve of risk by coverage. An image counts as doubtful
        by the entropy of its mean probabilities over the passes.
      </p>
    </About>
  </div>
);

export default Runs;

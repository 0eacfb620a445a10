/** Events: a recording of an event camera is dropped, played and transformed. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { About } from "../../shared/about.tsx";
import { Failure } from "../../shared/failure.tsx";
import { Answer } from "./answer.tsx";
import { Drop } from "./drop.tsx";
import "./events.css";
import { Frames } from "./frames.tsx";
import { Player } from "./player.tsx";
import { createState } from "./state.ts";
import { countText, timeText } from "./times.ts";
import { Transforms } from "./transforms.tsx";

const EventsText = () => (
  <About title="What an event camera sees">
    <p>
      A pixel of an event camera takes no pictures. It says when its light has changed, to the microsecond: an
      event is a time t, a place x and y, and whether it became brighter or darker. What stands still is not
      seen.
    </p>
    <p>
      Networks take frames: the events of a stretch of time, added up or marked pixel by pixel. Noise of the
      sensor is events without a neighbour: an event is kept if one of the four pixels beside it had one
      shortly before,
    </p>
    <math display="block">
      <mi>t</mi>
      <mo>−</mo>
      <msub>
        <mi>t</mi>
        <mtext>neighbour</mtext>
      </msub>
      <mo>&lt;</mo>
      <mi>τ</mi>
    </math>
    <p>Files stay on this machine: the page reads them itself.</p>
  </About>
);

const Events = () => {
  const state = useMemo(createState, []);
  const { opened, reading, failure, shown, model, missing, prediction, sensor, transforms, framing, framed } =
    state;
  const isOver = useSignal(false);
  useEffect(() => () => state.close(), []);
  useSignalEffect(() => {
    transforms.value;
    state.transform();
  });
  useSignalEffect(() => {
    framing.value;
    state.frame();
  });
  useSignalEffect(() => {
    void state.ask();
  });
  const take = (file: File | undefined): void => {
    if (file) void state.take(file);
  };
  const { name, recording } = opened.value ?? {};
  const summary = recording?.summary;
  return (
    <div class="room events">
      <section
        aria-label="Recording"
        class={isOver.value ? "over" : undefined}
        onDragOver={(event) => {
          event.preventDefault();
          isOver.value = true;
        }}
        onDragLeave={() => {
          isOver.value = false;
        }}
        onDrop={(event) => {
          event.preventDefault();
          isOver.value = false;
          for (const file of event.dataTransfer?.files ?? []) take(file);
        }}
      >
        <h2 class="hidden-text">Recording</h2>
        <Drop
          reading={reading.value}
          sensor={sensor.value}
          onFile={take}
          onMade={() => void state.make()}
          onStop={state.stop}
          onSensor={(size) => {
            sensor.value = size;
          }}
        />
        {failure.value !== undefined && <Failure cause={failure.value} />}
        {summary && (
          <>
            <h3 class="name">{name}</h3>
            <p class="hint number">
              {summary.format}, {summary.width} × {summary.height} pixels, {countText(summary.on)} events
              brighter and {countText(summary.off)} darker in{" "}
              {timeText((summary.lastUs ?? 0) - (summary.firstUs ?? 0))}
            </p>
            {summary.remarks.map((remark) => (
              <p key={remark} class="hint">
                {remark}
              </p>
            ))}
            {shown.value && <Player recording={shown.value} />}
            {framed.value && (
              <Frames
                framed={framed.value}
                events={shown.value?.events.t.length}
                durationUs={shown.value?.rate.durationUs}
              />
            )}
            <div class="lower">
              <Transforms summary={summary} shown={shown.value} />
              {model.value && <Answer model={model.value} prediction={prediction.value} />}
              {missing.value !== undefined && <Failure cause={missing.value} />}
            </div>
          </>
        )}
      </section>
      <EventsText />
    </div>
  );
};

export default Events;

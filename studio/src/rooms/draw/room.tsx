/** Draw: a digit is drawn, and the network's passes stream. */
import { useSignal, useSignalEffect } from "@preact/signals";
import type { ModelFile } from "neural-sampling/web";
import { changeSettings, numberSetting } from "../../address.ts";
import { About } from "../../shared/about.tsx";
import { Failure } from "../../shared/failure.tsx";
import { threadsAtHand } from "../../shared/isolation.ts";
import { samplingModel } from "../../shared/models.ts";
import { Slider } from "../../shared/slider.tsx";

const Draw = () => {
  const model = useSignal<ModelFile | undefined>(undefined);
  const failure = useSignal<unknown>(undefined);
  useSignalEffect(() => {
    samplingModel().then(
      (loaded) => {
        model.value = loaded;
      },
      (cause) => {
        failure.value = cause;
      },
    );
  });
  const passes = numberSetting("passes", 50, 1, 500);
  return (
    <div class="room">
      <section aria-label="Drawing">
        {failure.value !== undefined && <Failure cause={failure.value} />}
        <p>
          {model.value ? `${model.value.network.name}, ${threadsAtHand()} threads` : "Loading the network …"}
        </p>
        <Slider
          {...{ label: "Passes", value: passes, min: 1, max: 500, step: 1, text: String(passes) }}
          onInput={(value) => changeSettings({ passes: String(value) })}
        />
      </section>
      <About title="Draw a digit">
        <p>Every pass of the network draws its synapses anew.</p>
      </About>
    </div>
  );
};

export default Draw;

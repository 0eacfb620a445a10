/** The room's sliders. */
import { useId } from "preact/hooks";
import { changeSettings } from "../../address.ts";
import { chooseNetwork, isGiven, scaleSetting } from "../../shared/chosen-model.ts";
import { FileButton } from "../../shared/file-button.tsx";
import { givenModel } from "../../shared/given-model.ts";
import { Slider } from "../../shared/slider.tsx";
import { Noise } from "./noise.tsx";
import type { Models } from "./passes.ts";
import { isChanged, PASSES, passesSetting, perturbationSetting, resetSettings } from "./settings.ts";
import { takeFiles } from "./take-files.ts";

/** A setting's text in the address; undefined for the usual value, which the address leaves out. */
const unless = (usual: number, value: number): string | undefined =>
  value === usual ? undefined : String(value);

const Passes = () => {
  const passes = passesSetting();
  const place = PASSES.findIndex((number) => number >= passes);
  return (
    <Slider
      {...{ label: "Passes", value: place, min: 0, max: PASSES.length - 1, step: 1, text: String(passes) }}
      onInput={(k) => changeSettings({ passes: unless(100, PASSES[k]!) })}
    />
  );
};

const factorText = (scale: number): string => {
  const factor = 2 ** scale;
  return `× ${factor >= 1 ? Number(factor.toFixed(2)) : `1/${Number((1 / factor).toFixed(2))}`}`;
};

const Network = () => {
  const id = useId();
  const given = isGiven();
  return (
    <div class="noise">
      <label for={id}>Network</label>
      <select
        id={id}
        value={given ? "file" : "page"}
        onChange={({ currentTarget: { value } }) => chooseNetwork(value === "file" ? "file" : "page")}
      >
        <option value="page">mnist-cnn, which comes with the page</option>
        <option value="file">From a file</option>
      </select>
      {given && (
        <>
          <div class="buttons">
            <FileButton
              label="Choose a .safetensors or .onnx file …"
              single
              onFiles={(files) => void takeFiles(files)}
            />
          </div>
          <p class="hint">
            {givenModel.value
              ? `${givenModel.value.file}: ${givenModel.value.model.network.name}`
              : "Or drop it on the page."}
          </p>
        </>
      )}
    </div>
  );
};

export const Controls = ({ models }: { readonly models: Models }) => {
  const { rotation, blur } = perturbationSetting();
  const scale = scaleSetting();
  return (
    <section class="panel controls" aria-label="Settings">
      <Passes />
      <Slider
        {...{ label: "Rotation", value: rotation, min: -180, max: 180, step: 5, text: `${rotation}°` }}
        onInput={(value) => changeSettings({ rotation: unless(0, value) })}
      />
      <Slider
        {...{ label: "Blur", value: blur, min: 0, max: 4, step: 0.1, text: `${blur} pixels` }}
        onInput={(value) => changeSettings({ blur: unless(0, value) })}
      />
      <Slider
        {...{
          label: "All hidden weights × c",
          value: scale,
          min: -4,
          max: 4,
          step: 0.5,
          text: factorText(scale),
        }}
        onInput={(value) => changeSettings({ scale: unless(0, value) })}
      />
      <Noise models={models} />
      <Network />
      <div class="buttons">
        <button type="button" onClick={resetSettings} disabled={!isChanged()}>
          Usual settings
        </button>
      </div>
    </section>
  );
};

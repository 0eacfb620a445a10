/** The room's sliders. */
import { useId } from "preact/hooks";
import { changeSettings } from "../../address.ts";
import { Slider } from "../../shared/slider.tsx";
import {
  changeNoise,
  isChanged,
  NOISES,
  type NoiseName,
  noiseSetting,
  PASSES,
  passesSetting,
  perturbationSetting,
  resetSettings,
  scaleSetting,
} from "./settings.ts";

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

const Noise = () => {
  const id = useId();
  const { name, parameter } = noiseSetting();
  const { symbol, least, most } = NOISES[name];
  return (
    <div class="noise">
      <label for={id}>Noise of the synapses</label>
      <select
        id={id}
        value={name}
        onChange={({ currentTarget }) => changeNoise({ name: currentTarget.value as NoiseName })}
      >
        {Object.entries(NOISES).map(([each, { label }]) => (
          <option key={each} value={each}>
            {label}
          </option>
        ))}
      </select>
      <Slider
        {...{
          label: symbol === "p" ? "p, transmits" : "σ",
          value: parameter,
          min: least,
          max: most,
          step: 0.05,
        }}
        text={`${symbol} = ${parameter}${name === "bernoulli" && parameter === 0.5 ? ", as trained" : ""}`}
        onInput={(value) => changeNoise({ parameter: value })}
      />
    </div>
  );
};

export const Controls = () => {
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
      <Noise />
      <div class="buttons">
        <button type="button" onClick={resetSettings} disabled={!isChanged()}>
          Usual settings
        </button>
      </div>
    </section>
  );
};

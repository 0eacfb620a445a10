/** Controls of the noise of the synapses: a kind of noise, or the chip that the network is on. */
import { analogDeviceByName } from "neural-sampling/web";
import { useId } from "preact/hooks";
import { changeSettings } from "../../address.ts";
import {
  CHIPS,
  type ChipSetting,
  changeNoise,
  chipSetting,
  DEVICES,
  isGiven,
  isTrained,
  NOISES,
  type NoiseName,
  type NoiseSetting,
  noiseSetting,
} from "../../shared/chosen-model.ts";
import { FileButton } from "../../shared/file-button.tsx";
import { givenDevice } from "../../shared/given-device.ts";
import { Slider } from "../../shared/slider.tsx";
import type { Models } from "./passes.ts";
import { takeFiles } from "./take-files.ts";

const [MINUTE, HOUR, DAY, YEAR] = [60, 3600, 86_400, 31_557_600] as const;

/** Times after programming that the slider offers. */
const TIMES: readonly (readonly [seconds: number, text: string])[] = [
  [0, "just programmed"],
  [1, "after a second"],
  [MINUTE, "after a minute"],
  [HOUR, "after an hour"],
  [DAY, "after a day"],
  [7 * DAY, "after a week"],
  [30 * DAY, "after a month"],
  [YEAR, "after a year"],
  [10 * YEAR, "after ten years"],
];

const Parameter = ({ noise }: { readonly noise: NoiseSetting }) => {
  const { name, parameter } = noise;
  const { symbol, least, most } = NOISES[name];
  return (
    <Slider
      label={symbol === "p" ? "p, transmits" : "σ"}
      value={parameter}
      min={least}
      max={most}
      step={0.05}
      text={`${symbol} = ${parameter}${isTrained(noise) ? ", as trained" : ""}`}
      onInput={(value) => changeNoise({ parameter: value })}
    />
  );
};

const descriptionOf = (device: string): string | undefined =>
  device === "own" ? givenDevice.value?.device.description : analogDeviceByName(device).description;

const Chip = ({ device, chip, seconds }: ChipSetting) => {
  const later = TIMES.findIndex(([time]) => time >= seconds);
  const place = later < 0 ? TIMES.length - 1 : later;
  const [time, text] = TIMES[place]!;
  return (
    <>
      {device === "own" && (
        <div class="buttons">
          <FileButton
            label="Choose a device, JSON or CSV …"
            single
            onFiles={(files) => void takeFiles(files)}
          />
        </div>
      )}
      <p class="hint">
        {device === "own" && (givenDevice.value ? `${givenDevice.value.file}. ` : "Or drop it on the page. ")}
        {descriptionOf(device)}
      </p>
      <Slider
        label="Chip"
        value={chip}
        min={0}
        max={CHIPS - 1}
        step={1}
        text={`number ${chip}`}
        onInput={(value) => changeSettings({ chip: String(value) })}
      />
      <Slider
        label="Time"
        value={place}
        min={0}
        max={TIMES.length - 1}
        step={1}
        text={time === seconds ? text : `after ${seconds} seconds`}
        onInput={(value) => changeSettings({ after: String(TIMES[value]![0]) })}
      />
    </>
  );
};

interface ComingProps {
  readonly models: Models;
  /** Called after the user has gone back to the model before. */
  readonly onCancel: () => void;
}

/** Says that a chip is being made, which may take seconds, and lets the user go back. */
const Coming = ({ models: { coming, ready }, onCancel }: ComingProps) => {
  const chip = coming?.chip;
  const cancel = (): void => {
    changeSettings(ready?.settings ?? { device: undefined });
    onCancel();
  };
  return (
    <div class={chipSetting() ? "coming awaited" : "coming"}>
      <span role="status">
        {chip && `Making chip ${chip.chip} of ${chip.device === "own" ? "your device" : chip.device} …`}
      </span>
      {chip && (
        <button type="button" onClick={cancel}>
          Cancel
        </button>
      )}
    </div>
  );
};

export const Noise = ({ models }: { readonly models: Models }) => {
  const id = useId();
  const [noise, chip, given] = [noiseSetting(), chipSetting(), isGiven()];
  const change = (value: string): void => {
    if (DEVICES.includes(value)) changeSettings({ device: value });
    else changeNoise(value === "trained" ? undefined : { name: value as NoiseName });
  };
  return (
    <div class="noise">
      <label for={id}>Noise of the synapses</label>
      <select
        id={id}
        value={chip?.device ?? noise?.name ?? "trained"}
        onChange={({ currentTarget }) => change(currentTarget.value)}
      >
        <optgroup label="A kind of noise">
          {given && <option value="trained">As trained</option>}
          {Object.entries(NOISES).map(([each, { label }]) => (
            <option key={each} value={each}>
              {label}
            </option>
          ))}
        </optgroup>
        <optgroup label="A chip of a device">
          {DEVICES.map((each) => (
            <option key={each} value={each}>
              {each === "own" ? "A device of your own" : each}
            </option>
          ))}
        </optgroup>
      </select>
      {chip ? <Chip {...chip} /> : noise && <Parameter noise={noise} />}
      <Coming models={models} onCancel={() => document.getElementById(id)?.focus()} />
    </div>
  );
};

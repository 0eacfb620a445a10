/** The form of a training's settings. */
import type { VNode } from "preact";
import { ChoiceField, NumberField } from "../../shared/field.tsx";
import { FileButton } from "../../shared/file-button.tsx";
import { givenModel } from "../../shared/given-model.ts";
import { labelOf, NETWORKS } from "./networks.ts";
import {
  change,
  NOISES,
  type NumberName,
  OPTIMIZERS,
  RANGES,
  type Settings,
  TWINS,
  WHOLE,
} from "./settings.ts";
import { takeFiles } from "./take-files.ts";

const NOISE_LABELS = {
  bernoulli: "Bernoulli: blank-out",
  gaussian: "Gaussian",
  lognormal: "Lognormal",
};

const OPTIMIZER_LABELS = { adam: "Adam", sgd: "SGD with momentum", muon: "Muon" };

const TWIN_LABELS = {
  none: "None",
  batch: "With batch normalization",
  plain: "Without normalization",
};

const pairs = <Choice extends string>(
  choices: readonly Choice[],
  label: (choice: Choice) => string,
): readonly (readonly [Choice, string])[] => choices.map((choice) => [choice, label(choice)]);

interface NoiseProps {
  readonly settings: Settings;
  readonly number: (name: NumberName, label: string) => VNode;
}

const NoiseFields = ({ settings: { noise }, number }: NoiseProps) => (
  <>
    <ChoiceField
      label="Noise of the synapses"
      value={noise}
      choices={pairs(NOISES, (kind) => NOISE_LABELS[kind])}
      onChange={(kind) => change({ noise: kind })}
    />
    {noise === "bernoulli" ? number("p", "Transmission probability p") : number("sigma", "Deviation σ")}
  </>
);

/** The trained network of the user, which has its own noise. */
const GivenField = ({ disabled }: { readonly disabled: boolean }) => (
  <div class="own-data">
    <FileButton
      label="Choose a .safetensors or .onnx file …"
      single
      disabled={disabled}
      onFiles={(files) => void takeFiles(files)}
    />
    <p class="hint">
      {givenModel.value
        ? `${givenModel.value.file}: ${givenModel.value.model.network.name}`
        : "Or drop it on the page."}
    </p>
  </div>
);

interface FormProps {
  readonly settings: Settings;
  /** While a run is there its settings stay. */
  readonly disabled: boolean;
}

export const SettingsForm = ({ settings, disabled }: FormProps) => {
  const number = (name: NumberName, label: string) => (
    <NumberField
      key={name}
      {...{ label, value: settings[name], range: RANGES[name], whole: WHOLE.includes(name) }}
      onChange={(value) => change({ [name]: value })}
    />
  );
  return (
    <fieldset class="settings" disabled={disabled}>
      <legend class="hidden-text">Settings</legend>
      <ChoiceField
        label="Network"
        value={settings.network}
        choices={pairs(NETWORKS, labelOf)}
        onChange={(network) => change({ network })}
      />
      {settings.network === "file" ? (
        <GivenField disabled={disabled} />
      ) : (
        <NoiseFields {...{ settings, number }} />
      )}
      <ChoiceField
        label="Optimiser"
        value={settings.optimizer}
        choices={pairs(OPTIMIZERS, (optimizer) => OPTIMIZER_LABELS[optimizer])}
        onChange={(optimizer) => change({ optimizer })}
      />
      {number("rate", "Peak learning rate")}
      {number("batch", "Images a step")}
      {number("epochs", "Epochs")}
      {number("seed", "Random seed")}
      {settings.network !== "file" && (
        <ChoiceField
          label="Conventional twin alongside"
          value={settings.twin}
          choices={pairs(TWINS, (twin) => TWIN_LABELS[twin])}
          onChange={(twin) => change({ twin })}
        />
      )}
    </fieldset>
  );
};

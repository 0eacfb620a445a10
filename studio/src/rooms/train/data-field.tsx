/** The choice of data: the embedded digits, or files of the user. */
import { Failure } from "../../shared/failure.tsx";
import { ChoiceField, NumberField } from "../../shared/field.tsx";
import { FileButton } from "../../shared/file-button.tsx";
import { grouped } from "../../shared/given-files.ts";
import { own } from "./own-data.ts";
import { change, RANGES, type Settings } from "./settings.ts";
import { dataFailure, isReading, takeFiles } from "./take-files.ts";

const Described = () => {
  const splits = own.value;
  if (isReading.value) return <p class="hint">Reading …</p>;
  if (!splits)
    return <p class="hint">Or drop them anywhere on the page. They stay in it: nothing is sent.</p>;
  const { train, test } = splits;
  return (
    <p class="hint">
      {grouped(train.count)} images of {train.shape.join(" × ")} in {train.classes} classes
      {test && `, and ${grouped(test.count)} held out`}.
    </p>
  );
};

interface DataProps {
  readonly settings: Settings;
  readonly disabled: boolean;
}

export const DataField = ({ settings: { source, images, validation }, disabled }: DataProps) => (
  <fieldset class="settings" disabled={disabled}>
    <legend class="hidden-text">Data</legend>
    <ChoiceField
      label="Data"
      value={source}
      choices={[
        ["digits", "Embedded digits (MNIST)"],
        ["own", "Your own: IDX, npz or pictures"],
      ]}
      onChange={(next) => change({ source: next })}
    />
    {source === "digits" ? (
      <>
        <NumberField
          {...{ label: "Digits", value: images, range: RANGES.images, whole: true }}
          onChange={(value) => change({ images: value })}
        />
        <NumberField
          {...{ label: "Of them held out", value: validation, range: RANGES.validation, whole: true }}
          onChange={(value) => change({ validation: value })}
        />
      </>
    ) : (
      <div class="own-data">
        <div class="buttons">
          <FileButton label="Choose files …" onFiles={(files) => void takeFiles(files)} />
          <FileButton label="Choose a folder …" isFolder onFiles={(files) => void takeFiles(files)} />
        </div>
        <Described />
      </div>
    )}
    {dataFailure.value !== undefined && <Failure cause={dataFailure.value} />}
  </fieldset>
);

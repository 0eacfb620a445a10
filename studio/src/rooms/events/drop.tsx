/** Where files are dropped or chosen. */
import type { Sensor } from "neural-sampling/web";
import { useId, useState } from "preact/hooks";

interface DropProps {
  readonly reading: string | undefined;
  readonly sensor: Sensor | undefined;
  readonly onFile: (file: File) => void;
  readonly onMade: () => void;
  readonly onStop: () => void;
  readonly onSensor: (sensor: Sensor | undefined) => void;
}

const SensorSize = ({ sensor, onSensor }: Pick<DropProps, "sensor" | "onSensor">) => {
  const [size, setSize] = useState<{ [Side in keyof Sensor]?: number | undefined }>(sensor ?? {});
  const field = (name: keyof Sensor) => (
    <label>
      {name}{" "}
      <input
        type="number"
        min={1}
        max={65_536}
        value={size[name]}
        onInput={({ currentTarget: { value } }) => {
          const next = { ...size, [name]: value === "" ? undefined : Number(value) };
          setSize(next);
          const { width, height } = next;
          onSensor(width && height ? { width, height } : undefined);
        }}
      />
    </label>
  );
  return (
    <details>
      <summary>The file does not state the size of its sensor</summary>
      <div class="sensor">
        {field("width")}
        {field("height")}
      </div>
    </details>
  );
};

export const Drop = ({ reading, sensor, onFile, onMade, onStop, onSensor }: DropProps) => {
  const id = useId();
  return (
    <div class="drop">
      <label for={id}>
        <strong>Drop a recording here, or choose one</strong>
        <span>
          N-MNIST (.bin), AEDAT 2, 3.1 and 4, Prophesee DAT, EVT 2.0, 2.1 and 3.0, NumPy's .npy, text; a model
          (.safetensors, .onnx) of your own is asked about the frames of a recording
        </span>
      </label>
      <input
        {...{ id }}
        type="file"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) onFile(file);
          // The same file can be chosen again.
          currentTarget.value = "";
        }}
      />
      <p>
        <button type="button" onClick={onMade}>
          A made recording
        </button>{" "}
        <span class="made">
          No camera took it: one of the embedded digits moves along a triangle, as the camera of N-MNIST did
          before its digits, and a pixel whose light changes gives an event.
        </span>
      </p>
      {reading !== undefined && (
        <p role="status">
          Reading {reading} …{" "}
          <button type="button" onClick={onStop}>
            Stop
          </button>
        </p>
      )}
      <SensorSize {...{ sensor, onSensor }} />
    </div>
  );
};

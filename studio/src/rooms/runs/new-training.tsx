/** A form that starts a training on the server. */
import { networkNames } from "neural-sampling/web";
import { useState } from "preact/hooks";
import { choose } from "./chosen.ts";
import { change } from "./server.ts";

interface NewTrainingProps {
  readonly taken: ReadonlySet<string>;
  readonly onFailure: (cause: unknown) => void;
}

/** The first name of the form NETWORK-N that is free. */
const freeName = (network: string, taken: ReadonlySet<string>): string => {
  for (let k = 1; ; k++) if (!taken.has(`${network}-${k}`)) return `${network}-${k}`;
};

export const NewTraining = ({ taken, onFailure }: NewTrainingProps) => {
  const [network, setNetwork] = useState("mnist-cnn");
  const [ownName, setName] = useState("");
  const [isConventional, setConventional] = useState(false);
  const [noise, setNoise] = useState<"bernoulli" | "gaussian">("bernoulli");
  const [parameter, setParameter] = useState(0.5);
  const [epochs, setEpochs] = useState(5);
  const [seed, setSeed] = useState(1);
  const [rate, setRate] = useState("");
  const [validation, setValidation] = useState("1000");
  const [data, setData] = useState("");
  const name = ownName === "" ? freeName(network, taken) : ownName;
  const start = (): void => {
    onFailure(undefined);
    const body = {
      ...{ name, network, epochs, seed },
      ...(isConventional
        ? { conventional: true }
        : {
            noise: noise === "bernoulli" ? { type: noise, p: parameter } : { type: noise, sigma: parameter },
          }),
      ...(rate !== "" && { learningRate: Number(rate) }),
      ...(validation !== "" && { validation: Number(validation) }),
      ...(data !== "" && { data }),
    };
    change("trainings", body).then(() => {
      choose(name, true);
      setName("");
    }, onFailure);
  };
  return (
    <form
      class="new-training"
      aria-label="New training"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <label>
        Network
        <select value={network} onChange={({ currentTarget }) => setNetwork(currentTarget.value)}>
          {networkNames().map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      <label>
        Name of the run
        <input
          value={name}
          required
          maxLength={200}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
      </label>
      <label>
        Epochs
        <input
          type="number"
          {...{ min: 1, max: 100_000, value: epochs, required: true }}
          onInput={({ currentTarget }) => setEpochs(currentTarget.valueAsNumber)}
        />
      </label>
      <label>
        Seed
        <input
          type="number"
          {...{ min: 0, value: seed, required: true }}
          onInput={({ currentTarget }) => setSeed(currentTarget.valueAsNumber)}
        />
      </label>
      <label>
        Noise
        <select
          value={noise}
          disabled={isConventional}
          onChange={({ currentTarget }) => {
            const chosen = currentTarget.value === "gaussian" ? "gaussian" : "bernoulli";
            setNoise(chosen);
            setParameter(chosen === "gaussian" ? 1 : 0.5);
          }}
        >
          <option value="bernoulli">Bernoulli</option>
          <option value="gaussian">Gaussian</option>
        </select>
      </label>
      <label>
        {noise === "bernoulli" ? "p" : "σ"}
        <input
          type="number"
          {...{
            min: 0.01,
            max: noise === "bernoulli" ? 0.99 : 100,
            step: 0.01,
            value: parameter,
            required: true,
          }}
          disabled={isConventional}
          onInput={({ currentTarget }) => setParameter(currentTarget.valueAsNumber)}
        />
      </label>
      <label>
        Learning rate
        <input
          type="number"
          {...{ min: 0, step: "any", value: rate, placeholder: "its own" }}
          onInput={({ currentTarget }) => setRate(currentTarget.value)}
        />
      </label>
      <label>
        Examples held out
        <input
          type="number"
          {...{ min: 1, value: validation, placeholder: "none" }}
          onInput={({ currentTarget }) => setValidation(currentTarget.value)}
        />
      </label>
      <label class="wide">
        Data: a folder, or a name of <code>nsm data list</code>
        <input
          value={data}
          placeholder="the embedded digits"
          onInput={({ currentTarget }) => setData(currentTarget.value)}
        />
      </label>
      <label class="check wide">
        <input
          type="checkbox"
          checked={isConventional}
          onChange={({ currentTarget }) => setConventional(currentTarget.checked)}
        />
        Its conventional twin: rectifiers, without noise
      </label>
      <button type="submit" class="primary">
        Start training
      </button>
    </form>
  );
};

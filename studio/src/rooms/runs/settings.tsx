/** Settings of the chosen runs side by side, differences marked. */
import { changeSettings, textSetting } from "../../address.ts";
import { detailOf } from "./live.ts";

/** The values in a document by their paths, such as "training.optimizer.type". */
const flattened = (value: unknown, path = ""): readonly (readonly [string, string])[] => {
  if (typeof value !== "object" || value === null) return [[path, String(value)]];
  const isList = Array.isArray(value) && value.every((each) => typeof each !== "object");
  if (isList) return [[path, value.join(" × ")]];
  return Object.entries(value).flatMap(([key, each]) =>
    flattened(each, path === "" ? key : `${path}.${key}`),
  );
};

const settingsOf = (name: string): ReadonlyMap<string, string> => {
  const detail = detailOf(name);
  const { description } = detail ?? {};
  if (!detail || !description) return new Map();
  const { training, data, device, threads, versions, network } = description;
  const { layers: _, ...rest } = network;
  const layers = detail.layers.map(({ name: layer, layer: words }) => [`network.${layer}`, words] as const);
  return new Map([
    ...flattened(rest, "network"),
    ...layers,
    ...flattened({ training, data, device, threads, versions }),
  ]);
};

export const Settings = ({ names }: { readonly names: readonly string[] }) => {
  const isOnlyDifferences = textSetting("only") === "differences";
  const columns = names.map(settingsOf);
  const keys = [...new Set(columns.flatMap((column) => [...column.keys()]))];
  const differs = (key: string): boolean => new Set(columns.map((column) => column.get(key))).size > 1;
  const shown = isOnlyDifferences ? keys.filter(differs) : keys;
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={isOnlyDifferences}
          onChange={({ currentTarget }) =>
            changeSettings({ only: currentTarget.checked ? "differences" : undefined })
          }
        />
        Only what differs
      </label>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, also by keys */}
      <section class="scroll" aria-label="Settings side by side" tabIndex={0}>
        <table class="side-by-side">
          <thead>
            <tr>
              <th scope="col">Setting</th>
              {names.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((key) => (
              <tr key={key} class={differs(key) ? "differs" : undefined}>
                <th scope="row">
                  {differs(key) && (
                    <span title="differs">
                      ≠<span class="hidden-text"> differs: </span>
                    </span>
                  )}{" "}
                  {key}
                </th>
                {columns.map((column, k) => (
                  <td key={names[k]}>{column.get(key) ?? "–"}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {shown.length === 0 && (
        <p class="note">{isOnlyDifferences ? "Nothing differs." : "Reading the settings …"}</p>
      )}
    </>
  );
};

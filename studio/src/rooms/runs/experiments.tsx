/** Figures of the experiments whose findings lie in the folder. */
import { useEffect, useState } from "preact/hooks";
import { Failure } from "../../shared/failure.tsx";
import type { ExperimentList } from "./documents.ts";
import { read } from "./server.ts";

export const Experiments = () => {
  const [list, setList] = useState<ExperimentList | undefined>(undefined);
  const [failure, setFailure] = useState<unknown>(undefined);
  useEffect(() => {
    read<ExperimentList>("experiments").then(setList, setFailure);
  }, []);
  if (failure !== undefined) return <Failure cause={failure} />;
  if (!list) return <p class="note">Reading the findings …</p>;
  return (
    <>
      {list.damage.map((line) => (
        <p key={line} class="note">
          {line}
        </p>
      ))}
      {list.experiments.length === 0 && (
        <p class="note">
          No findings in this folder. <code>npx nsm reproduce uncertainty --out reports</code> makes some, and{" "}
          <code>npx nsm studio reports</code> shows them.
        </p>
      )}
      {list.experiments.map(({ experiment, title, budget, command, remarks, figures }) => (
        <article key={`${experiment} ${budget}`} class="experiment">
          <h3>{title}</h3>
          <p class="note">
            <code>{command}</code>
          </p>
          {remarks.map((remark) => (
            <p key={remark}>{remark}</p>
          ))}
          {figures.map(({ id, title: name, caption }) => (
            <figure key={id}>
              <picture>
                <source
                  media="(max-width: 45rem)"
                  srcset={`./api/figures/${encodeURIComponent(id)}?shape=narrow`}
                />
                <img src={`./api/figures/${encodeURIComponent(id)}`} alt={name} loading="lazy" />
              </picture>
              <figcaption>
                <strong>{name}.</strong> {caption}
              </figcaption>
            </figure>
          ))}
        </article>
      ))}
    </>
  );
};

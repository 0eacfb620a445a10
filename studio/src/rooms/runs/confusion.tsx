/** The confusion matrix, and the commonest confusions in words. */

/** Classes beyond which the matrix is too large to read. */
const MOST_CLASSES = 26;
const SHOWN = 8;
/** Steps of a cell's tint; runs.css has them. */
const TINTS = 5;

interface ConfusionProps {
  readonly counts: readonly (readonly number[])[];
  readonly names: readonly string[];
}

export const Confusion = ({ counts, names }: ConfusionProps) => {
  const wrong = counts.flatMap((row, label) =>
    row
      .map((count, answer) => ({ label, answer, count }))
      .filter(({ answer, count }) => answer !== label && count > 0),
  );
  const most = Math.max(1, ...wrong.map(({ count }) => count));
  const commonest = wrong.sort((a, b) => b.count - a.count).slice(0, SHOWN);
  const tint = (label: number, answer: number, count: number): string | undefined => {
    if (count === 0) return undefined;
    return label === answer ? "right" : `wrong-${Math.ceil((TINTS * count) / most)}`;
  };
  return (
    <section aria-label="Confusions">
      <h3>Confusions</h3>
      <p class="note">
        {commonest.length === 0
          ? "None: every image was answered right."
          : commonest
              .map(({ label, answer, count }) => `${names[label]} taken for ${names[answer]}: ${count}`)
              .join(" · ")}
      </p>
      {counts.length <= MOST_CLASSES && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, also by keys
        <section class="scroll" aria-label="Confusion matrix" tabIndex={0}>
          <table class="confusion number">
            <caption class="hidden-text">
              Images by their class, in rows, and by the answer, in columns
            </caption>
            <thead>
              <tr>
                <td>class \ answer</td>
                {names.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {counts.map((row, label) => (
                <tr key={names[label]}>
                  <th scope="row">{names[label]}</th>
                  {row.map((count, answer) => (
                    <td key={names[answer]} class={tint(label, answer, count)}>
                      {count}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
};

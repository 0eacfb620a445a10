/** Examples with their pictures, and what the network says of them. */
import type { Example } from "./documents.ts";

interface GalleryProps {
  readonly title: string;
  readonly examples: readonly Example[];
  readonly names: readonly string[];
}

export const Gallery = ({ title, examples, names }: GalleryProps) => (
  <section aria-label={title}>
    <h3>{title}</h3>
    {examples.length === 0 && <p class="note">None.</p>}
    <ul class="gallery">
      {examples.map(({ index, label, answer, confidence, entropy, mutualInformation, picture }) => (
        <li
          key={index}
          title={`image ${index}: entropy ${entropy.toFixed(3)} nats, of it ${mutualInformation.toFixed(3)} by disagreement of the passes`}
        >
          <img src={picture} alt={`number ${index} of the split`} width="64" height="64" />
          <span>
            <strong class={answer === label ? undefined : "mistaken"}>{names[answer]}</strong>{" "}
            <span class="number">{Math.round(100 * confidence)} %</span>
          </span>
          <span class="truth">is {names[label]}</span>
        </li>
      ))}
    </ul>
  </section>
);

/** The text beside the room. */
import { About } from "../../shared/about.tsx";
import { MutualInformation } from "../../shared/equations.tsx";

export const AboutTeach = () => (
  <About title="Teach by example">
    <p>
      Name two to ten classes of your own and draw an example of each: hearts and stars, letters, your
      signature and a forgery. One example is one step of learning.
    </p>
    <p>
      The learner says what it takes a drawing for <b>before</b> it learns it, by ten passes of coin flips.
      That makes the score honest: every example was a test first. A frame in the second colour marks those
      that it mistook. Press an example to forget it: the learner starts over without it, and ends where it
      would have been had it never seen it.
    </p>
    <p>
      <b>Let it ask.</b> Which picture would teach it most? The one on which its passes disagree: each pass is
      sure, but of different classes. The measure is the mutual information
    </p>
    <MutualInformation />
    <p>
      the entropy <i>H</i> of the probabilities <i>p</i>, averaged over passes (⟨ ⟩), less the average of each
      pass's own entropy. A picture that is between two classes has entropy, but its passes agree on that;
      asking about it teaches little.
    </p>
    <p>
      It starts with the strokes of digits: a network that was trained on digits lends its layers, and only
      the readout is new. Let it start with nothing to see what that is worth.
    </p>
  </About>
);

/** The text beside the room. */
import { About } from "../../shared/about.tsx";
import { FiringProbability, Potential } from "../../shared/equations.tsx";

/** The derivative that stands in for that of the spike. */
const Slope = () => (
  <math
    display="block"
    aria-label="the derivative of the mean of z by v is two over root pi times e to the minus v squared"
  >
    <mrow>
      <mfrac>
        <mrow>
          <mi>d</mi>
          <mi>E</mi>
          <mo>[</mo>
          <mi>z</mi>
          <mo>]</mo>
        </mrow>
        <mrow>
          <mi>d</mi>
          <mi>v</mi>
        </mrow>
      </mfrac>
      <mo>=</mo>
      <mfrac>
        <mn>2</mn>
        <msqrt>
          <mi>π</mi>
        </msqrt>
      </mfrac>
      <msup>
        <mi>e</mi>
        <mrow>
          <mo>−</mo>
          <msup>
            <mi>v</mi>
            <mn>2</mn>
          </msup>
        </mrow>
      </msup>
    </mrow>
  </math>
);

export const AboutTrain = () => (
  <About title="Train a network of coin flips">
    <p>
      Every unit of this network is a coin: it fires, or it does not. Noise on each synapse, new in every
      step, tosses it. How the coin is loaded depends on the unit's input <i>z</i> and its weights <i>w</i>:
    </p>
    <FiringProbability />
    <Potential />
    <p>
      The weights are divided by their own length. No one put that there: the noise does it. Weights may grow,
      and the input of the units stays in place, as the figures of the last hidden layer show. Train a
      conventional twin without normalization alongside, and see its input move. Batch normalization holds it,
      by measuring every batch.
    </p>
    <p>
      A coin has no slope to descend. In its place, the gradient takes the slope of the coin's mean, at the
      input that the coin was tossed with:
    </p>
    <Slope />
    <p>
      The faint lines are single steps, each judged on images that the network had not learned in this epoch;
      the strong lines are their moving averages. Dots are scores of images that are kept out of training, by
      the mean of ten passes.
    </p>
    <p>
      Everything happens in this page. The address holds all settings: whoever opens it and presses Start gets
      the same run.
    </p>
  </About>
);

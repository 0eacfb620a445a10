/** What is to be seen in the room. */
import { About } from "../../shared/about.tsx";
import { Of } from "../../shared/equations.tsx";

export const InsideText = () => (
  <About title="Inside the network">
    <p>
      Every synapse is noisy: in each pass it passes its signal on, or not. A unit adds up what arrives and
      fires if the sum is positive. So the same picture gives other spikes in every pass, and what the network
      is sure of is what stays the same.
    </p>
    <p>
      On the left of each layer: how likely each unit is to fire, given the spikes that reach it. On the
      right: whether it did. Click a unit, or go to it with the arrow keys, and see its weights, what it looks
      at, and its equation.
    </p>
    <p>
      The noise makes the equation: the sum of many noisy synapses has a normal distribution, its standard
      deviation is the norm of the weights, and the unit fires with the probability
    </p>
    <math display="block">
      <mi>P</mi>
      <mo>=</mo>
      <mfrac>
        <mrow>
          <mn>1</mn>
          <mo>+</mo>
          <mi>erf</mi>
          <Of>
            <mi>v</mi>
          </Of>
        </mrow>
        <mn>2</mn>
      </mfrac>
    </math>
    <p>
      where v is the sum divided by that norm: the network normalises its own weights. The first layer sees
      the same picture in every pass, so that its probabilities stand still; those of later layers follow the
      spikes before them.
    </p>
  </About>
);

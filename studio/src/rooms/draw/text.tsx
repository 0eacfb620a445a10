/** The text beside the room. */
import { About } from "../../shared/about.tsx";

export const DrawText = () => (
  <About title="Draw a digit">
    <p>
      The network was trained on 9,000 handwritten digits. Its neurons are coins: each is +1 or −1, with a
      probability that depends on what it sees,
    </p>
    <p>
      <math display="block">
        <mi>P</mi>
        <mo>(</mo>
        <mi>z</mi>
        <mo>=</mo>
        <mn>1</mn>
        <mo>)</mo>
        <mo>=</mo>
        <mfrac>
          <mn>1</mn>
          <mn>2</mn>
        </mfrac>
        <mo>(</mo>
        <mn>1</mn>
        <mo>+</mo>
        <mi>erf</mi>
        <mi>v</mi>
        <mo>)</mo>
        <mo>,</mo>
        <mspace width="1em" />
        <mi>v</mi>
        <mo>=</mo>
        <mfrac>
          <mrow>
            <mi>β</mi>
            <mi>w</mi>
            <mo>·</mo>
            <mi>z</mi>
            <mo>+</mo>
            <mi>b</mi>
          </mrow>
          <mrow>
            <mo>‖</mo>
            <mi>w</mi>
            <mo>‖</mo>
          </mrow>
        </mfrac>
      </math>
    </p>
    <p>
      because every synapse is noisy: w are its weights, β its gain, b its bias, z the coins of the layer
      before. A forward <b>pass</b> tosses all coins once and gives a probability of each digit; the next pass
      gives others. Their mean is the answer, their spread the network's doubt.
    </p>
    <p>
      <b>Entropy</b> of the mean probabilities p is all of the doubt: 0 nats if one digit is certain, 2.30 if
      all ten are as likely. <b>Mutual information</b> is the part that comes from passes that disagree:
    </p>
    <p>
      <math display="block">
        <mi>I</mi>
        <mo>=</mo>
        <mi>H</mi>
        <mo>(</mo>
        <mover>
          <mi>p</mi>
          <mo>¯</mo>
        </mover>
        <mo>)</mo>
        <mo>−</mo>
        <mover>
          <mrow>
            <mi>H</mi>
            <mo>(</mo>
            <mi>p</mi>
            <mo>)</mo>
          </mrow>
          <mo>¯</mo>
        </mover>
      </math>
    </p>
    <h3>Try this</h3>
    <ul>
      <li>Rotate the digit: the entropy rises, and falls again where it looks like another digit.</li>
      <li>Draw something between two digits, or no digit at all.</li>
      <li>
        Multiply the weights by c. Weights and biases of the hidden layers change by the same factor, and v,
        which divides by ‖w‖, does not notice. The twin, whose normalization is fixed after training, does.
      </li>
      <li>Change the noise: the trained weights on a device with other synapses.</li>
    </ul>
    <p>
      After 20 passes a detector, calibrated on 1,000 digits kept out of training, may call the drawing unlike
      any digit; it does so for 5 % of real ones.
    </p>
  </About>
);

/** The text beside the room. */
import { About } from "../../shared/about.tsx";
import { isGiven } from "../../shared/chosen-model.ts";
import { FiringProbability, MutualInformation, Potential } from "../../shared/equations.tsx";

export const DrawText = () => (
  <About title="Draw a digit">
    <p>
      {isGiven()
        ? "The network is that of your file. Neurons of a sampling network are coins:"
        : "The network was trained on 9,000 handwritten digits. Its neurons are coins:"}{" "}
      each is +1 or −1, with a probability that depends on what it sees,
    </p>
    <FiringProbability />
    <Potential />
    <p>
      because every synapse is noisy: w are its weights, β its gain, b its bias, z the coins of the layer
      before. A forward <b>pass</b> tosses all coins once and gives a probability of each digit; the next pass
      gives others. Their mean is the answer, their spread the network's doubt.
    </p>
    <p>
      <b>Entropy</b> H of the mean probabilities p is all of the doubt: 0 nats if one digit is certain, 2.30
      if all ten are as likely. <b>Mutual information</b> is the part that comes from passes that disagree; ⟨
      ⟩ is their mean:
    </p>
    <MutualInformation />
    <h3>Try this</h3>
    <ul>
      <li>Rotate the digit: the entropy rises, and falls again where it looks like another digit.</li>
      <li>Draw something between two digits, or no digit at all.</li>
      <li>
        Multiply the weights by c. Weights and biases of the hidden layers change by the same factor, and v,
        which divides by ‖w‖, does not notice. The twin, whose normalization is fixed after training, does.
      </li>
      <li>
        Change the noise, or put the weights on a chip: cells are programmed not quite as meant, and drift as
        time goes by.
      </li>
    </ul>
    <p>
      {isGiven()
        ? "If the network was calibrated, its detector may call the drawing unlike anything it was trained on."
        : "After 20 passes a detector, calibrated on 1,000 digits kept out of training, may call the drawing unlike any digit; it does so for 5 % of real ones."}
    </p>
  </About>
);

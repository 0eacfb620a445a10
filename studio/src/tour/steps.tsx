/** The seven steps of the tour. A new room needs no line here; one that a step names is linked once it exists. */
import type { ComponentType } from "preact";
import { Coins, Doubt, Events, Loss, Passes, Question, Synapses } from "./figures.tsx";

export interface Step {
  readonly title: string;
  readonly text: string;
  readonly Figure: ComponentType;
  /** Names of the rooms in which it is to be seen. */
  readonly rooms: readonly string[];
}

export const steps: readonly [Step, ...Step[]] = [
  {
    title: "A network of coins",
    text: "A Neural Sampling Machine is a deep network whose neurons toss coins. Each is +1 or −1, with a probability that depends on its input. Everything on this page is computed by real networks, in your browser, on your machine.",
    Figure: Coins,
    rooms: ["draw", "inside"],
  },
  {
    title: "Noise that works",
    text: "The coins need no generator: every synapse multiplies its weight by fresh noise, as memory devices do by themselves. The noise also normalizes the weights, so that only their direction and a gain decide how likely a neuron fires.",
    Figure: Synapses,
    rooms: ["inside"],
  },
  {
    title: "Passes",
    text: "A forward pass tosses all coins once, and gives a probability of each class. The next pass gives others. Their mean is the answer; while you draw, passes stream.",
    Figure: Passes,
    rooms: ["draw"],
  },
  {
    title: "Doubt",
    text: "Where passes disagree, the network does not know, and says so: “not sure”, or “unlike any digit”. Entropy measures all of the doubt, mutual information the part that comes from the disagreement.",
    Figure: Doubt,
    rooms: ["draw"],
  },
  {
    title: "Training",
    text: "Coins have no slope, but the probability of heads has. Training follows its derivative by ordinary backpropagation, here on your processor, beside a conventional network of the same size.",
    Figure: Loss,
    rooms: ["train"],
  },
  {
    title: "Teaching",
    text: "The network also learns from one example at a time. Draw classes of your own; it predicts each example before it learns it, and asks back what it is unsure of.",
    Figure: Question,
    rooms: ["teach"],
  },
  {
    title: "Events, and runs of your own",
    text: "Event cameras send a spike where the light changes, a natural input for a network of spikes. And “nsm studio runs/” shows the trainings of your own folder, live.",
    Figure: Events,
    rooms: ["events", "runs"],
  },
];

/** Progress of a training run. */

/** Position in a run: what the next step depends on besides the arrays of the state. */
export interface Position {
  /** Steps done. */
  readonly step: number;
  /** Sum of the losses of the current epoch's examples so far, in nats. */
  readonly lossSum: number;
  /** Correct answers among them. */
  readonly correct: number;
  /** Number of them. */
  readonly examples: number;
}

export const START: Position = { step: 0, lossSum: 0, correct: 0, examples: 0 };

/** What training measures in one epoch. */
export interface TrainingMetrics {
  /** From 1. */
  readonly epoch: number;
  /** Steps done at its end. */
  readonly step: number;
  /** Mean training loss over the epoch, in nats. */
  readonly loss: number;
  /** Training error: examples of the epoch that the single pass of their step got wrong, in per cent. */
  readonly error: number;
  /** Learning rate of the epoch's last step. */
  readonly learningRate: number;
}

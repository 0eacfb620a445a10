/** What the server of `nsm studio` answers; test/server/documents.test.ts holds that these are its types. */
import type { NetworkDescription } from "neural-sampling/web";

export interface Epoch {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly error: number;
  readonly learningRate: number;
  readonly validation?:
    | { readonly loss: number; readonly error: number; readonly nll: number; readonly ece: number }
    | undefined;
  /** Wall time of the training steps up to its end; null where it is not recorded. */
  readonly seconds: number | null;
}

export interface ListedRun {
  readonly name: string;
  readonly status: "training" | "finished" | "stopped" | "damaged" | "missing";
  readonly error?: string;
  readonly owner?: string;
  readonly network?: string;
  readonly noise?: string;
  readonly data?: string;
  readonly epochs?: number;
  readonly epochsDone?: number;
  readonly last?: Epoch;
  readonly evaluation?: {
    readonly error: number;
    readonly nll: number;
    readonly ece: number;
    readonly split: string;
    readonly samples: number;
    readonly step: number;
  };
  readonly training?: {
    readonly state: "running" | "stopping" | "ended" | "failed";
    readonly words: string;
  };
}

export interface RunDetail extends ListedRun {
  readonly description?: {
    readonly network: NetworkDescription;
    readonly training: object;
    readonly data: object;
    readonly device: string;
    readonly threads: number;
    readonly versions: Readonly<Record<string, string>>;
  };
  readonly metrics: readonly Epoch[];
  readonly layers: readonly {
    readonly name: string;
    readonly layer: string;
    readonly outputShape: readonly number[];
    readonly parameters: number;
  }[];
  readonly damage: readonly string[];
}

export interface LiveMessage {
  readonly changed: readonly ListedRun[];
  readonly gone: readonly string[];
  /** Whether `changed` is all runs. */
  readonly isWhole: boolean;
}

export interface Example {
  readonly index: number;
  readonly label: number;
  readonly answer: number;
  readonly confidence: number;
  readonly entropy: number;
  readonly mutualInformation: number;
  readonly picture: string;
}

export interface Assessment {
  readonly step: number;
  readonly split: string;
  readonly samples: number;
  readonly images: number;
  readonly error: number;
  readonly nll: number;
  readonly ece: number;
  readonly auroc: number | null;
  readonly aurc: number;
  readonly bins: readonly {
    readonly lower: number;
    readonly upper: number;
    readonly images: number;
    readonly confidence: number | null;
    readonly accuracy: number | null;
  }[];
  readonly risks: readonly { readonly coverage: number; readonly risk: number }[];
  readonly confusion: readonly (readonly number[])[];
  readonly classNames: readonly string[];
  readonly mistakes: readonly Example[];
  readonly unsure: readonly Example[];
}

export type AssessmentState =
  | { readonly state: "none" }
  | { readonly state: "computing"; readonly images: number; readonly total: number | null }
  | { readonly state: "failed"; readonly error: { readonly message: string } }
  | { readonly state: "ready"; readonly assessment: Assessment };

export interface ExperimentList {
  readonly experiments: readonly {
    readonly experiment: string;
    readonly title: string;
    readonly budget: string;
    readonly command: string;
    readonly remarks: readonly string[];
    readonly figures: readonly { readonly id: string; readonly title: string; readonly caption: string }[];
  }[];
  readonly damage: readonly string[];
}

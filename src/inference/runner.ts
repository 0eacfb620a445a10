/**
 * A runner: takes images and gives their Monte Carlo predictions. It runs where the engine is: on an engine thread in
 * Node, in a Web Worker in browsers.
 */
import { type EvidenceArrays, openScorer, type Scorer } from "../detectors/scorer.ts";
import type { FittedDetector } from "../networks/calibration.ts";
import { encodeImage, type Images } from "../networks/images.ts";
import { observationSize } from "../networks/interpreters/observe.ts";
import type { Model } from "../networks/model.ts";
import type { Network } from "../networks/network.ts";
import type { Engine } from "../runtime/engine.ts";
import { sizeOf } from "../tensor/tensor.ts";
import type { Job, Passes } from "./job.ts";
import { type Method, passPrograms } from "./pass-programs.ts";
import { fastest, imageKeys, type Row, rowPrograms, rowWriter } from "./rows.ts";
import { runShare, type SharedPasses } from "./shared-passes.ts";
import { stoppingRule } from "./stopping.ts";
import { accumulator, type Uncertainty } from "./uncertainty.ts";

export interface RunnerOptions {
  readonly method: Method;
  /** Passes of an image, at least 1; at most this many where `confidence` ends them early. */
  readonly passes: number;
  readonly seed: number;
  /** Ends an image's passes once its leading class is decided at this confidence (stopping.ts). */
  readonly confidence?: number;
  /** Runners that share the work: a single image's passes are divided among them. */
  readonly runners: number;
  /** Images of the first call, for which `compile` compiles. Default 1. */
  readonly expected?: number;
  /** Finds how unfamiliar images are. */
  readonly detector?: FittedDetector;
  /** Whether predictions hold the means and variances of what is observed of the passes. */
  readonly observes?: boolean;
}

export interface Runner {
  /** Passes of an image: 1 for networks without noise. */
  readonly passes: number;
  /** Rows of a job that is long enough to hide the messages about it, and short enough for others to have their turn. */
  readonly rowsOfJob: number;
  /** Fewest rows that are worth a message to another runner. */
  readonly worthwhileRows: number;
  /**
   * Compiles the programs that the first job runs; others are compiled when a job first needs them. Throws DeviceError
   * for a device that is not there.
   */
  compile(): Promise<void>;
  /** Uncertainty of each image over all of its passes. */
  predict(job: Job): Promise<Uncertainty>;
  passesOf(job: Job): Promise<Passes>;
  /** Writes the passes of the job; the uncertainty over all passes if no other runner's are missing. */
  share(job: Job, shared: SharedPasses): Promise<Uncertainty | undefined>;
  /** How unlike the training data the runner's detector finds images, [images]; empty without a detector. */
  detect(evidence: EvidenceArrays): Promise<Float64Array>;
  dispose(): Promise<void>;
}

/** Elements of the widest tensor of all rows together, which then stays in a core's cache. */
const CACHED_ELEMENTS = 2 ** 19;
/**
 * Rows of a program: fewer do not use the kernels well, more gain nothing. A single row would be computed by kernels of
 * its own, which may sum in another order.
 */
const [LEAST_ROWS, MANY_ROWS, MOST_ROWS] = [2, 4, 64];
/** Passes that undisputed images take until they are decided, about. */
const DECIDED_AFTER = 8;
const RUNS_OF_JOB = 32;

/** Throws ConfigError for a model or method that does not fit, and for options out of their range. */
export const createRunner = (engine: Engine, model: Model, options: RunnerOptions): Runner => {
  const { network } = model;
  const { method, seed, confidence, runners, expected = 1, passes: wanted } = options;
  const observed = observedNumbers(network, options);
  const programs = passPrograms(model, method, engine, observed > 0);
  const passes = programs.stochastic ? wanted : 1;
  const many = clamp(2 ** Math.floor(Math.log2(CACHED_ELEMENTS / programs.widest)), MANY_ROWS, MOST_ROWS);
  const worthwhileRows = many / 2;
  const most = confidence === undefined ? passes : Math.min(passes, DECIDED_AFTER);
  const few = fewRows(Math.ceil(most / Math.min(runners, Math.ceil(most / worthwhileRows))), many);
  const pass = rowPrograms(engine, programs.pass, [few, many]);
  const prepare = programs.prepare && rowPrograms(engine, programs.prepare, [LEAST_ROWS, many]);
  const keysOf = (image: number): Row["keys"] => imageKeys(programs.noise, seed, image);
  const write = rowWriter(programs.noise);
  const table = programs.pixels;
  const shape = network.input;
  const [size, { classes }] = [sizeOf(shape), network];
  // Images without a key of their own all have key 0, most often.
  const zero = keysOf(0);
  let scorer: Promise<Scorer> | undefined;

  /** Encoded or prepared inputs of the passes of images `start`, `start` + 1, ..: as many as one program prepares. */
  const enter = async (images: Images, start: number): Promise<readonly Float32Array[]> => {
    const left = images.count - start;
    if (!prepare) {
      const encoded = new Float32Array(size);
      encodeImage(images, start, table, encoded, 0);
      return [encoded];
    }
    const program = await prepare.for(left);
    const count = Math.min(left, program.rows);
    for (let k = 0; k < count; k++) encodeImage(images, start + k, table, program.inputs.images!, k);
    await program.run();
    const { entering } = programs;
    return Array.from({ length: count }, (_, k) =>
      program.outputs.entering!.slice(k * entering, (k + 1) * entering),
    );
  };

  /** Images in the order of the job, with what enters their passes. */
  async function* entrants({ pixels, keys, first }: Job): AsyncGenerator<Entrant, void, void> {
    const images: Images = { name: "images of a job", images: pixels, count: keys.length, shape };
    for (let start = 0; start < images.count; ) {
      for (const entering of await enter(images, start)) {
        const key = keys[start]!;
        yield { image: start++, entering, keys: key === 0 ? zero : keysOf(key), next: first };
      }
    }
  }

  /**
   * Runs all passes of a job. `take` gets the probabilities of a run's rows, the image of each, and what is observed of
   * it; `isDone` tells whether an image needs no more passes. With early exit many images are under way together, one row
   * each, so that few passes are run in vain.
   */
  const run = async (
    job: Job,
    take: (probabilities: Float32Array, images: Uint32Array, observation: Float32Array) => void,
    isDone: (image: number) => boolean = () => false,
  ): Promise<void> => {
    const waiting = entrants(job);
    const active: Entrant[] = [];
    let left = job.keys.length * (job.end - job.first);
    let coming = job.keys.length;
    const enterNext = async (): Promise<void> => {
      active.push((await waiting.next()).value as Entrant);
      coming--;
    };
    while (active.length > 0 || coming > 0) {
      if (isAborted(job)) throw new AbortedError();
      const program = await pass.for(left);
      const rows: Row[] = [];
      const images: number[] = [];
      let share = program.rows;
      if (confidence !== undefined) {
        while (coming > 0 && active.length < program.rows) await enterNext();
        share = Math.ceil(program.rows / active.length);
      }
      for (let k = 0; rows.length < program.rows && k < active.length + coming; k++) {
        if (k === active.length) await enterNext();
        const entrant = active[k]!;
        const { entering, keys, image } = entrant;
        const end = Math.min(job.end, entrant.next + share, entrant.next + program.rows - rows.length);
        while (entrant.next < end) {
          rows.push({ entering, keys, pass: entrant.next++ });
          images.push(image);
        }
      }
      write(program, rows);
      await program.run();
      take(
        program.outputs.probabilities!.subarray(0, rows.length * classes),
        Uint32Array.from(images),
        program.outputs.observation?.subarray(0, rows.length * observed) ?? NOTHING,
      );
      for (let k = active.length - 1; k >= 0; k--) {
        const { image, next } = active[k]!;
        if (next < job.end && !isDone(image)) continue;
        left -= job.end - next;
        active[k] = active.at(-1)!;
        active.pop();
      }
      left -= rows.length;
    }
  };

  const scorerFor = (detector: FittedDetector): Promise<Scorer> => {
    scorer ??= openScorer(engine, network, detector);
    return scorer;
  };

  const detect = async (evidence: EvidenceArrays): Promise<Float64Array> => {
    const { detector } = options;
    if (!detector) return NO_SCORES;
    return (await scorerFor(detector)).score(evidence.agreement.length, evidence);
  };

  /** Without what only the detector needs. */
  const answerOf = (uncertainty: Uncertainty): Uncertainty =>
    options.observes ? uncertainty : { ...uncertainty, means: NOTHING, variances: NOTHING };

  const detected = async (uncertainty: Uncertainty): Promise<Uncertainty> => ({
    ...answerOf(uncertainty),
    unfamiliarity: await detect(uncertainty),
  });

  const passesOf = async (job: Job): Promise<Passes> => {
    const rows = job.keys.length * (job.end - job.first);
    const all = {
      probabilities: new Float32Array(rows * classes),
      observation: new Float32Array(rows * observed),
    };
    let end = 0;
    // Without early exit rows come image by image, pass by pass.
    await run(job, (probabilities, images, observation) => {
      all.probabilities.set(probabilities, end * classes);
      all.observation.set(observation, end * observed);
      end += images.length;
    });
    return all;
  };

  return {
    detect,
    passesOf,
    passes,
    rowsOfJob: RUNS_OF_JOB * many,
    worthwhileRows,
    async compile() {
      await prepare?.for(Math.ceil(expected / runners));
      await pass.for(Math.ceil((expected * most) / runners));
      if (options.detector) await scorerFor(options.detector);
    },
    async predict(job) {
      const count = job.keys.length;
      const seen = accumulator(count, classes, observed);
      if (confidence === undefined) {
        await run(job, seen.add);
        return detected(seen.result());
      }
      const rule = stoppingRule(count, classes, confidence);
      const take = (probabilities: Float32Array, images: Uint32Array, observation: Float32Array): void => {
        for (let row = 0; row < images.length; row++) {
          const own = images.subarray(row, row + 1);
          if (rule.decided[own[0]!]) continue;
          const distribution = probabilities.subarray(row * classes, (row + 1) * classes);
          rule.add(distribution, own);
          seen.add(distribution, own, observation.subarray(row * observed, (row + 1) * observed));
        }
      };
      await run(job, take, (image) => rule.decided[image] === 1);
      return detected(seen.result());
    },
    async share(job, shared) {
      const found = await runShare({ passesOf, detect }, job, shared);
      return found && answerOf(found);
    },
    async dispose() {
      await Promise.all([pass.dispose(), prepare?.dispose(), scorer?.then((own) => own.dispose())]);
    },
  };
};

const NOTHING = new Float32Array(0);
const NO_SCORES = new Float64Array(0);

/** Sizes of a runner's answers, as a dispatcher asks for them. */
export const sizesOfAnswers = (network: Network, options: Pick<RunnerOptions, "detector" | "observes">) => {
  const observed = observedNumbers(network, options);
  return {
    classes: network.classes,
    observed,
    sizes: {
      observed: options.observes ? observed : 0,
      isDetected: options.detector !== undefined,
    },
  };
};

/** Numbers that are observed of each pass: none unless they are asked for or a detector needs them. */
const observedNumbers = (
  network: Network,
  { detector, observes = false }: Pick<RunnerOptions, "detector" | "observes">,
): number => (observes || detector ? observationSize(network) : 0);

/** Nobody waits for the job any more. */
class AbortedError extends Error {}

const isAborted = ({ aborted = [] }: Job): boolean =>
  aborted.length > 0 && aborted.every((flag) => Atomics.load(flag, 0) === 1);

/** An image under way. */
interface Entrant extends Omit<Row, "pass"> {
  readonly image: number;
  /** Its next pass. */
  next: number;
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** Rows of a program that runs `count` rows in the least time, about as large as a program of `many`. */
const fewRows = (count: number, many: number): number => {
  const sizes = Array.from({ length: Math.ceil(1.5 * many) - LEAST_ROWS + 1 }, (_, k) => LEAST_ROWS + k);
  return fastest(count, sizes);
};

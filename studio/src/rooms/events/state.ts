/** State of the room: the recording that was dropped, what is made of it, and the settings in the address. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import {
  type EventTransform,
  type FramedImage,
  type Framing,
  type ModelFile,
  madeRecording,
  nmnistFraming,
  openPredictor,
  openWebRecording,
  type Prediction,
  readModel,
  type Sensor,
  type TransformedRecording,
  type WebRecording,
} from "neural-sampling/web";
import { choiceSetting, numberSetting } from "../../address.ts";
import { digitPixels, testDigits } from "../../shared/digits.ts";
import { isModelFile } from "../../shared/given-model.ts";
import { eventModel } from "../../shared/models.ts";

/** Bins of the rate over time. */
const BINS = 200;

export interface Opened {
  readonly name: string;
  readonly recording: WebRecording;
}

export interface Framed extends FramedImage {
  readonly isOfNmnist: boolean;
}

/** A network that is asked about the frames. */
export interface Asked {
  readonly file: ModelFile;
  /** Whether it came with the page. */
  readonly isOfPage: boolean;
}

export interface RoomState {
  readonly opened: Signal<Opened | undefined>;
  /** Name of the file that is being read. */
  readonly reading: Signal<string | undefined>;
  readonly failure: Signal<unknown>;
  readonly shown: Signal<TransformedRecording | undefined>;
  /** The network that is asked: one that was dropped, or that of the page, once there are frames for it. */
  readonly model: Signal<Asked | undefined>;
  readonly prediction: Signal<Prediction | undefined>;
  /** Why the page's network could not be fetched. */
  readonly missing: Signal<unknown>;
  readonly framing: ReadonlySignal<Framing>;
  /** The frames that the framing makes of the recording. */
  readonly framed: Signal<Framed | undefined>;
  /** Size of the sensor for files that do not state it. */
  readonly sensor: Signal<Sensor | undefined>;
  readonly transforms: ReadonlySignal<readonly EventTransform[]>;
  /** Reads a recording, or a model: a file that ends in .safetensors or .onnx. */
  take(file: File): Promise<void>;
  /** Makes a recording of an embedded digit, another one each time. */
  make(): Promise<void>;
  /** Ends reading. */
  stop(): void;
  /** Transforms the recording anew. */
  transform(): void;
  /** Frames the recording anew. */
  frame(): void;
  /** Asks the model of the frames, if it takes images of their shape; without one, fetches that of the page. */
  ask(): Promise<void>;
  close(): void;
}

/** Ranges of the sliders, and of the settings in the address. */
export const RANGES = {
  denoise: { min: 0, max: 100 },
  percent: { min: 0, max: 100 },
  shrink: { min: 1, max: 8 },
  frames: { min: 1, max: 40 },
} as const;

const inRange = (
  name: string,
  fallback: number,
  { min, max }: { readonly min: number; readonly max: number },
) => numberSetting(name, fallback, min, max);

/** Milliseconds; 0 for none. */
export const denoiseSetting = (): number => inRange("denoise", 0, RANGES.denoise);
/** Percent of the recording's length. */
export const fromSetting = (): number => inRange("from", 0, RANGES.percent);
export const toSetting = (): number => inRange("to", 100, RANGES.percent);
/** Pixels of the sensor along one of the shown. */
export const shrinkSetting = (): number => Math.round(inRange("shrink", 1, RANGES.shrink));

/** What the frames are equal in: the time that they take, or the number of their events. */
export const SLICES = ["time", "events"] as const;
export const POLARITIES = ["on", "off", "merged", "both"] as const;
export const OUTPUTS = ["binary", "counts"] as const;

export const slicesSetting = () => choiceSetting("by", SLICES, "time");
export const framesSetting = (): number => Math.round(inRange("frames", 10, RANGES.frames));
export const polaritySetting = () => choiceSetting("polarity", POLARITIES, "on");
export const outputSetting = () => choiceSetting("output", OUTPUTS, "binary");

/** Whether frames are cut and drawn as those of N-MNIST, which the page's network takes. */
const isOfNmnist = ({ representation }: Framing): boolean =>
  Object.entries(nmnistFraming.representation).every(
    ([name, value]) => representation[name as keyof typeof representation] === value,
  );

/** The framing that the address states; that of N-MNIST for what it leaves out. */
const framingOf = (transforms: readonly EventTransform[]): Framing => {
  const count = framesSetting();
  return {
    transforms: [...transforms],
    representation: {
      ...{ type: "toFrame", polarity: polaritySetting(), output: outputSetting() },
      ...(slicesSetting() === "time" ? { timeBins: count } : { eventBins: count }),
      ...{ overlap: 0, includeIncomplete: false },
    },
  };
};

const transformsOf = ({ summary }: WebRecording): readonly EventTransform[] => {
  const [first, last] = [summary.firstUs ?? 0, summary.lastUs ?? 0];
  const at = (percent: number): number => first + ((last - first) * percent) / 100;
  const [from, to] = [fromSetting(), Math.max(fromSetting(), toSetting())];
  const denoise = denoiseSetting();
  const shrink = shrinkSetting();
  return [
    ...(from > 0 || to < 100 ? [{ type: "cropTime", min: at(from), max: at(to) } as const] : []),
    ...(denoise > 0 ? [{ type: "denoise", filterTime: 1000 * denoise } as const] : []),
    ...(shrink > 1 ? [{ type: "downsample", spatialFactor: 1 / shrink, timeFactor: 1 } as const] : []),
  ];
};

/** Height and width of the frames that the page's network takes. */
const NMNIST_SIZE = "34,34";

/** Seed of the first made recording: a camera that the page's network has not been trained with. */
const CAMERAS = 10_000;

/** Passes of the answer on a recording. */
const PASSES = 100;

const predictionOf = async (model: ModelFile, pixels: Uint8Array): Promise<Prediction> => {
  const predictor = await openPredictor(model, { passes: PASSES });
  try {
    return await predictor.predict(pixels);
  } finally {
    await predictor.close();
  }
};

/**
 * Works of which the last that is asked for counts. One is done at a time, and only the last that was asked for meanwhile
 * follows it; results and failures of earlier ones are dropped.
 */
const lastOf = <Result>(shown: Signal<Result | undefined>, failure: Signal<unknown>) => {
  let wanted: (() => Promise<Result>) | undefined;
  let isBusy = false;
  const work = async (): Promise<void> => {
    isBusy = true;
    for (let own = wanted; own; own = wanted) {
      try {
        const found = await own();
        if (wanted === own) shown.value = found;
      } catch (cause) {
        if (wanted === own) failure.value = cause;
      }
      if (wanted === own) wanted = undefined;
    }
    isBusy = false;
  };
  return {
    /** Shows the result of a work, or tells its failure; without one those that are due are dropped. */
    show(next: (() => Promise<Result>) | undefined): void {
      wanted = next;
      if (!isBusy) void work();
    },
  };
};

export const createState = (): RoomState => {
  const opened = signal<Opened | undefined>(undefined);
  const reading = signal<string | undefined>(undefined);
  const failure = signal<unknown>(undefined);
  const shown = signal<TransformedRecording | undefined>(undefined);
  const model = signal<Asked | undefined>(undefined);
  const prediction = signal<Prediction | undefined>(undefined);
  const missing = signal<unknown>(undefined);
  const sensor = signal<Sensor | undefined>(undefined);
  const transforms = computed(() => (opened.value ? transformsOf(opened.value.recording) : []));
  const framing = computed(() => framingOf(transforms.value));
  const framed = signal<Framed | undefined>(undefined);
  let aborter: AbortController | undefined;
  const transforming = lastOf(shown, failure);
  const framingNow = lastOf(framed, failure);
  const asking = lastOf(prediction, failure);
  let made = 0;
  let isClosed = false;

  /** Closes the recording that is shown; what is asked of it no longer counts. */
  const closeRecording = (): void => {
    transforming.show(undefined);
    framingNow.show(undefined);
    asking.show(undefined);
    opened.peek()?.recording.close();
  };

  const readRecording = async (file: File): Promise<void> => {
    aborter?.abort();
    const own = new AbortController();
    aborter = own;
    reading.value = file.name;
    try {
      const options = { signal: own.signal, ...(sensor.peek() && { sensor: sensor.peek()! }) };
      const recording = await openWebRecording(file, options);
      if (own.signal.aborted) return recording.close();
      closeRecording();
      shown.value = undefined;
      framed.value = undefined;
      opened.value = { name: file.name, recording };
    } catch (cause) {
      if (!own.signal.aborted) failure.value = cause;
    } finally {
      if (aborter === own) reading.value = undefined;
    }
  };

  /** Takes the page's network, unless one was dropped in the meantime. */
  const takeOwn = async (): Promise<void> => {
    try {
      const file = await eventModel();
      missing.value = undefined;
      model.value ??= { file, isOfPage: true };
    } catch (cause) {
      if (!model.peek()) missing.value = cause;
    }
  };

  return {
    ...{ opened, reading, failure, shown, model, missing, prediction, sensor, transforms, framing, framed },
    async take(file) {
      failure.value = undefined;
      if (!isModelFile({ path: file.name, file })) return readRecording(file);
      try {
        model.value = { file: readModel(new Uint8Array(await file.arrayBuffer())), isOfPage: false };
      } catch (cause) {
        failure.value = cause;
      }
    },
    async make() {
      failure.value = undefined;
      try {
        const digits = await testDigits();
        if (isClosed) return;
        const number = made++ % digits.count;
        const bytes = madeRecording(digitPixels(digits, number), CAMERAS + number);
        await readRecording(
          new File([bytes], `made of test digit ${number}, a ${digits.labels[number]}.bin`),
        );
      } catch (cause) {
        failure.value = cause;
      }
    },
    stop() {
      aborter?.abort();
      reading.value = undefined;
    },
    transform() {
      const recording = opened.value?.recording;
      const wanted = transforms.value;
      transforming.show(recording && (() => recording.transformed(wanted, BINS)));
    },
    frame() {
      const recording = opened.value?.recording;
      const wanted = framing.value;
      framingNow.show(
        recording && (async () => ({ ...(await recording.framed(wanted)), isOfNmnist: isOfNmnist(wanted) })),
      );
    },
    async ask() {
      const [known, image] = [model.value, framed.value];
      prediction.value = undefined;
      if (!known) {
        const [, ...size] = image?.shape ?? [];
        // The effect that asks runs again once the network is there.
        if (image?.isOfNmnist && size.join() === NMNIST_SIZE) await takeOwn();
        return;
      }
      const fits =
        image?.shape.join() === known.file.network.input.join() && (image.isOfNmnist || !known.isOfPage);
      asking.show(fits ? () => predictionOf(known.file, image.pixels) : undefined);
    },
    close() {
      isClosed = true;
      aborter?.abort();
      closeRecording();
    },
  };
};

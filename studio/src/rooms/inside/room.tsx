/** Inside: the network's layers as maps of units, pass by pass. */
import { computed, type Signal, signal, untracked, useSignalEffect } from "@preact/signals";
import {
  type ImageSplit,
  type LayerInPass,
  layersInPass,
  type Model,
  openTracer,
  receptiveField,
  type Tracer,
} from "neural-sampling/web";
import { useMemo } from "preact/hooks";
import { changeSettings } from "../../address.ts";
import { chosenNetwork, isGiven } from "../../shared/chosen-model.ts";
import { digitPixels, testDigits } from "../../shared/digits.ts";
import { useDroppedFiles } from "../../shared/dropped-files.ts";
import { Failure, FileFailure } from "../../shared/failure.tsx";
import { decodeDrawing } from "../../shared/pad/drawing.ts";
import { pictureOf } from "../../shared/pad/ink.ts";
import { fileTaker, networkFile } from "../../shared/take-files.ts";
import { Controls } from "./controls.tsx";
import { GivenNetwork } from "./given-network.tsx";
import "./inside.css";
import { LayerMap } from "./layer-map.tsx";
import type { Box } from "./map-canvas.tsx";
import { layerTitle, shapeText, unitText } from "./names.ts";
import { passesText } from "./numbers.ts";
import { framesOf, Picture } from "./picture.tsx";
import { type Player, playerOf, type Shown, type Watch } from "./player.ts";
import { Readout } from "./readout.tsx";
import {
  digitSetting,
  handedSetting,
  passSetting,
  runsSetting,
  type Selection,
  select,
  selectionSetting,
  speedSetting,
} from "./settings.ts";
import { InsideText } from "./text.tsx";
import { tilesOf } from "./tiles.ts";
import { UnitPanel } from "./unit-panel.tsx";

/** Milliseconds between two changes of texts while passes run: the maps change with every pass. */
const TEXT_EVERY = 150;
/** Milliseconds between two changes of the address while passes run: browsers refuse more than some a second. */
const ADDRESS_EVERY = 1000;

interface Loaded {
  readonly model: Model;
  /** Names of its classes. */
  readonly names: readonly string[];
  readonly layers: readonly LayerInPass[];
  readonly digits: ImageSplit;
  readonly player: Player;
}

interface RoomState {
  readonly loaded: Signal<Loaded | undefined>;
  readonly failure: Signal<unknown>;
  /** Changes when what failed is tried again. */
  readonly attempt: Signal<number>;
  /** The pass that texts tell of. */
  readonly told: Signal<Shown | undefined>;
  readonly rate: Signal<number | undefined>;
  readonly watch: Watch;
  /** Takes a pass to show. */
  readonly take: (shown: Shown) => void;
  /** Texts and address tell of the last pass from now on, if that is this one. */
  readonly tell: (pass: number) => void;
  /** Forgets the passes of another network. */
  readonly forget: () => void;
}

const createState = (): RoomState => {
  const listeners = new Set<(shown: Shown) => void>();
  const told = signal<Shown | undefined>(undefined);
  const rate = signal<number | undefined>(undefined);
  let last: Shown | undefined;
  let [textAt, addressAt, countFrom, count] = [0, 0, 0, 0];
  const writePass = ({ pass }: Shown): void => changeSettings({ pass: String(pass) }, "inside");
  return {
    loaded: signal<Loaded | undefined>(undefined),
    failure: signal<unknown>(undefined),
    attempt: signal(0),
    ...{ told, rate },
    watch(listener) {
      listeners.add(listener);
      if (last) listener(last);
      return () => listeners.delete(listener);
    },
    take(shown) {
      last = shown;
      for (const listener of listeners) listener(shown);
      const now = performance.now();
      count++;
      if (now > countFrom + 1000) {
        rate.value = now < countFrom + 2500 ? (1000 * count) / (now - countFrom) : undefined;
        [countFrom, count] = [now, 0];
      }
      const runs = runsSetting();
      if (!runs || now > textAt + TEXT_EVERY) {
        textAt = now;
        told.value = shown;
      }
      if (!runs || now > addressAt + ADDRESS_EVERY) {
        addressAt = now;
        writePass(shown);
      }
    },
    tell(pass) {
      if (last?.pass !== pass) return;
      told.value = last;
      writePass(last);
    },
    forget() {
      last = undefined;
      told.value = undefined;
    },
  };
};

/** The picture that the address names: a test digit, or what was drawn. */
const pictureNow = (digits: ImageSplit): Uint8Array => {
  const digit = digitPixels(digits, digitSetting(digits.count));
  const handed = handedSetting();
  if (!handed) return digit;
  const sheet = { digit: handed.onDigit ? digit : undefined, drawing: decodeDrawing(handed.drawing) };
  return pictureOf(sheet, handed.perturbation) ?? digit;
};

/** Loads network and digits, and plays what the address says. */
const usePlayer = ({ loaded, failure, attempt, take, tell, forget }: RoomState): void => {
  const fail = (cause: unknown): void => {
    failure.value = cause;
  };
  // The address changes with every pass, the network seldom.
  const network = useMemo(() => computed(() => chosenNetwork().key), []);
  useSignalEffect(() => {
    attempt.value;
    network.value;
    const chosen = untracked(chosenNetwork);
    loaded.value = undefined;
    failure.value = undefined;
    forget();
    let isOpen = true;
    let tracer: Tracer | undefined;
    let player: Player | undefined;
    const load = async (): Promise<void> => {
      const [model, digits] = await Promise.all([chosen.load(), testDigits()]);
      tracer = await openTracer(model);
      if (!isOpen) return void tracer.close();
      player = playerOf(tracer, take, fail);
      const layers = layersInPass(model.network);
      loaded.value = { model, names: chosen.names, layers, digits, player };
    };
    load().catch((cause) => {
      if (isOpen) fail(cause);
    });
    return () => {
      isOpen = false;
      player?.close();
      tracer?.close();
    };
  });
  const wanted = useMemo(
    () =>
      computed(() => {
        const count = loaded.value?.digits.count;
        return count && JSON.stringify([digitSetting(count), handedSetting()]);
      }),
    [],
  );
  const image = useMemo(
    () =>
      computed(() => {
        wanted.value;
        const digits = loaded.value?.digits;
        return digits && untracked(() => pictureNow(digits));
      }),
    [],
  );
  const pass = useMemo(() => computed(passSetting), []);
  const speed = useMemo(() => computed(() => (runsSetting() ? speedSetting() : 0)), []);
  useSignalEffect(() => {
    const player = loaded.value?.player;
    if (player) player.show(image.value!, pass.peek());
  });
  useSignalEffect(() => {
    const player = loaded.value?.player;
    // Running passes write the address behind them.
    if (player && pass.value !== player.pass) player.show(image.peek()!, pass.value);
  });
  useSignalEffect(() => {
    const player = loaded.value?.player;
    if (!player) return;
    if (speed.value > 0) return player.run(speed.value);
    player.halt();
    tell(player.pass);
  });
};

/** What the chosen unit looks at, as frames in the maps before it. */
const framesBefore = (
  { model: { network } }: Loaded,
  { layer, unit }: Selection,
  of: string,
  shape: readonly number[],
): readonly Box[] => {
  const region = receptiveField(network, layer, unit)[of];
  const [height = 1, width = 1] = shape.length < 3 ? [] : shape.slice(-2);
  const isAll = region && region.bottom - region.top === height && region.right - region.left === width;
  return region && !isAll ? framesOf(region, shape) : [];
};

interface LayersProps extends Pick<RoomState, "watch"> {
  readonly loaded: Loaded;
  readonly selection: Selection;
}

const Layers = ({ loaded, selection, watch }: LayersProps) => {
  const { layers } = loaded;
  const tiles = useMemo(() => layers.map(({ shape }) => tilesOf(shape)), [layers]);
  return (
    <>
      {layers.map(
        (layer, k) =>
          layer.isStochastic && (
            <section key={layer.name} class="layer" aria-label={layerTitle(layers, layer.name)}>
              <h3>
                {layerTitle(layers, layer.name)} <span>{shapeText(layer)}</span>
              </h3>
              <LayerMap
                {...{ layer, watch }}
                title={layerTitle(layers, layer.name)}
                tiles={tiles[k]!}
                selected={selection.layer === layer.name ? selection.unit : undefined}
                frames={framesBefore(loaded, selection, layer.name, layer.shape)}
                nameOf={(unit) => `${layerTitle(layers, layer.name)}, ${unitText(layer, unit)}`}
                onUnit={(unit) => select({ layer: layer.name, unit })}
              />
            </section>
          ),
      )}
    </>
  );
};

const Network = ({ state, loaded }: { readonly state: RoomState; readonly loaded: Loaded }) => {
  const { told, rate, watch } = state;
  const { model, names, layers, digits, player } = loaded;
  const selection = selectionSetting(layers.filter(({ hasWeights }) => hasWeights));
  const digit = digitSetting(digits.count);
  const shown = told.value;
  const shape = model.network.input;
  return (
    <>
      <div class="network">
        <h2 class="hidden-text">Layers of the network</h2>
        <div class="panel">
          <Controls
            runs={runsSetting()}
            speed={speedSetting()}
            pass={shown?.pass ?? passSetting()}
            rate={rate.value}
            onStep={(by) => changeSettings({ pass: String(player.pass + by) })}
          />
        </div>
        <section class="layer" aria-label="Picture">
          <h3>
            Picture <span>28 × 28 pixels, as the network sees them</span>
          </h3>
          <Picture
            {...{ network: model.network, digits, digit, watch, isDrawn: handedSetting() !== undefined }}
            frames={framesBefore(loaded, selection, "input", shape)}
          />
        </section>
        <p class="columns" aria-hidden="true">
          <span>Probability of firing, from pale (0) to full (1)</span>
          <span>Spikes of this pass: full where a unit fires</span>
        </p>
        <Layers {...{ loaded, selection, watch }} />
        {shown && (
          <section class="layer" aria-label="Readout">
            <h3>
              Readout <span>mean of {passesText(shown.seen)}, and a mark at this one</span>
            </h3>
            <Readout
              {...{ shown, classNames: names }}
              selected={selection.layer === "readout" ? selection.unit : undefined}
              onUnit={(unit) => select({ layer: "readout", unit })}
            />
          </section>
        )}
      </div>
      {shown && <UnitPanel {...{ model, layers, selection, shown }} />}
    </>
  );
};

const { failure: fileFailure, take: takeFiles } = fileTaker([networkFile("inside")]);

const Inside = () => {
  const state = useMemo(createState, []);
  usePlayer(state);
  useDroppedFiles((files) => void takeFiles(files));
  const { loaded, failure, attempt } = state;
  const retry = (): void => {
    attempt.value++;
  };
  return (
    <div class="inside">
      <FileFailure failure={fileFailure} />
      {isGiven() && <GivenNetwork />}
      {failure.value !== undefined && (
        <Failure cause={failure.value}>
          <button type="button" onClick={retry}>
            Try again
          </button>
        </Failure>
      )}
      {loaded.value ? (
        <Network state={state} loaded={loaded.value} />
      ) : (
        failure.value === undefined && <p>Loading the network …</p>
      )}
      <InsideText />
    </div>
  );
};

export default Inside;

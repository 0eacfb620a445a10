/** The way to the room Inside, with the drawing and the network. */
import { linkTo, textSetting } from "../../address.ts";
import { chipSetting, MODEL_SETTINGS } from "../../shared/chosen-model.ts";
import { encodeDrawing } from "../../shared/pad/drawing.ts";
import type { Sheet } from "../../shared/pad/ink.ts";
import type { Example } from "./examples.ts";

/** Settings that Inside has as this room has them. */
const SHARED = ["rotation", "blur", ...MODEL_SETTINGS] as const;

interface LookInsideProps {
  readonly sheet: Sheet & { readonly example?: Example | undefined };
}

export const LookInside = ({ sheet: { drawing, example } }: LookInsideProps) => {
  const settings = Object.fromEntries(SHARED.map((name) => [name, textSetting(name)]));
  const address = linkTo("inside", {
    ...settings,
    digit: example && String(example.index),
    drawing: encodeDrawing(drawing),
  });
  return (
    <p class="look-inside">
      <a href={address}>Look inside the network at this picture</a>
      {chipSetting() && ", without its chip"}
    </p>
  );
};

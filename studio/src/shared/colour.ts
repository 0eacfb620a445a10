/** Colours of the page for what is painted on canvases. */

export type Colour = readonly [red: number, green: number, blue: number];

/** The colour of a custom property, which may depend on the colour scheme. */
export const colourOf = (name: string): Colour => {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const numbers = getComputedStyle(probe)
    .color.match(/[\d.]+/g)!
    .map(Number);
  probe.remove();
  return numbers as unknown as Colour;
};

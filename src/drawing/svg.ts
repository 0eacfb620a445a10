/** SVG elements as text. The same input gives the same text on every machine. */

import { encode } from "fast-png";

/** Colours of text, secondary text, lines and the background. */
export const INK = { text: "#24292f", faint: "#6e7781", line: "#d0d7de", ground: "#ffffff" };

/** Font family of all figures. */
export const FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif";

/** An SVG document of `width` x `height` units. */
export const svg = (width: number, height: number, title: string, parts: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
  `font-family="${FONT}" font-size="12" fill="${INK.text}">\n<title>${escaped(title)}</title>\n` +
  `<rect width="100%" height="100%" fill="${INK.ground}"/>\n${parts.join("\n")}\n</svg>\n`;

/** A number with at most two decimals, so that rounding differences between machines do not show. */
export const rounded = (x: number): string => String(Math.round(x * 100) / 100);

export interface TextStyle {
  readonly anchor?: "start" | "middle" | "end";
  readonly size?: number;
  readonly weight?: number;
  readonly fill?: string;
}

/** A line of text. `anchor` says whether its baseline starts, is centred or ends at (x, y). */
export const text = (x: number, y: number, content: string, style: TextStyle = {}): string => {
  const { anchor = "start", size = 12, weight = 400, fill = INK.text } = style;
  return (
    `<text x="${rounded(x)}" y="${rounded(y)}" text-anchor="${anchor}" font-size="${size}" ` +
    `font-weight="${weight}" fill="${fill}">${escaped(content)}</text>`
  );
};

/** A straight line from (x1, y1) to (x2, y2). */
export const line = (x1: number, y1: number, x2: number, y2: number, stroke = INK.line): string =>
  `<line x1="${rounded(x1)}" y1="${rounded(y1)}" x2="${rounded(x2)}" y2="${rounded(y2)}" stroke="${stroke}"/>`;

/** A rectangle with its upper left corner at (x, y); `style` holds further attributes. */
export const rectangle = (x: number, y: number, width: number, height: number, style: string): string =>
  `<rect x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}" ${style}/>`;

/** An image of pixels. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Values 0 to 255, row by row: one grey value per pixel, or red, green and blue. */
  readonly data: Uint8Array;
}

/** An image as a PNG in a data URL. */
export const pngUrl = (raster: Raster): string => {
  const channels = raster.data.length / (raster.width * raster.height);
  const png = encode({ ...raster, channels, depth: 8 });
  let binary = "";
  for (const byte of png) binary += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(binary)}`;
};

/** An image at (x, y), `width` units wide. Pixels are scaled without interpolation. */
export const picture = (x: number, y: number, width: number, raster: Raster): string => {
  const height = (width * raster.height) / raster.width;
  return (
    `<image x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}" ` +
    `style="image-rendering:crisp-edges;image-rendering:pixelated" href="${pngUrl(raster)}"/>` +
    rectangle(x, y, width, height, `fill="none" stroke="${INK.line}"`)
  );
};

/** Text escaped for XML and HTML. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/[^\t\n\r\x20-\uFFFD]/g, " ");

/** Pictures of one size, one behind the other in one array. */

import { DataError } from "../../errors.ts";
import type { Size } from "./damage.ts";
import { type Channels, channelsOf, type Samples, writePlanes } from "./samples.ts";

/** Most bytes of an array that every Node supports. */
const mostBytes = 2 ** 32;

/** The size of a picture. */
export interface SizeOf extends Size {
  readonly path: string;
}

/** Grey until the first colour picture comes, of which all then are three channels. */
export class ImageStack {
  readonly #capacity: number;
  readonly #size: SizeOf;
  #pixels = new Uint8Array(0);
  #channels: Channels = 1;
  count = 0;

  /** `capacity`: the most pictures that will come; `size`: what they must have. */
  constructor(capacity: number, size: SizeOf) {
    this.#capacity = capacity;
    this.#size = size;
  }

  /** [channels, height, width]. */
  get shape(): readonly [number, number, number] {
    return [this.#channels, this.#size.height, this.#size.width];
  }

  /** Adds a picture. Throws DataError, naming `path`, if it is of another size. */
  add(picture: Samples, path: string): void {
    const { width, height } = picture;
    if (width !== this.#size.width || height !== this.#size.height)
      throw new DataError(
        { file: path },
        {
          given: `${width} x ${height} pixels (width x height)`,
          expected: `${this.#size.width} x ${this.#size.height}, as ${this.#size.path} has`,
          remedy: "Scale or crop all pictures to one size.",
        },
      );
    if (this.count === 0) {
      this.#channels = channelsOf(picture);
      this.#pixels = this.#allocate(path);
    }
    if (channelsOf(picture) > this.#channels) this.#widen(path);
    const start = this.count * this.#elements;
    writePlanes(picture, this.#channels, this.#pixels.subarray(start, start + this.#elements));
    this.count++;
  }

  /** Pictures [start, start + count), as they will be once no more are added. */
  images(start: number, count: number): Uint8Array {
    return this.#pixels.subarray(start * this.#elements, (start + count) * this.#elements);
  }

  get #elements(): number {
    return this.#channels * this.#size.height * this.#size.width;
  }

  #allocate(file: string): Uint8Array<ArrayBuffer> {
    const bytes = this.#capacity * this.#elements;
    if (bytes <= mostBytes) return new Uint8Array(bytes);
    const given = `${this.#capacity} pictures of ${this.shape.join(" x ")}, ${bytes} bytes`;
    const remedy = "Scale them down, or take fewer.";
    throw new DataError({ file }, { given, expected: `at most ${mostBytes} bytes`, remedy });
  }

  /** Makes three equal channels of each picture's one. */
  #widen(path: string): void {
    const grey = this.#pixels;
    const size = this.#elements;
    this.#channels = 3;
    this.#pixels = this.#allocate(path);
    for (let k = 0; k < this.count; k++) {
      const picture = grey.subarray(k * size, (k + 1) * size);
      for (let channel = 0; channel < 3; channel++) this.#pixels.set(picture, (3 * k + channel) * size);
    }
  }
}

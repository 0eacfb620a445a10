/** Random keys of a chip. */
import type { Key } from "../random/key.ts";

/** Key of a named stream, such as "drift": the only source of randomness of a device model. */
export type Keys = (stream: string) => Key;

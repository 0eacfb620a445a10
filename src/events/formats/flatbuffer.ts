/**
 * Tables of FlatBuffers (flatbuffers.dev, internals). A table starts with how far before it its vtable is (i32); the
 * vtable holds its own bytes, those of the table (both u16), and for each field where in the table it is (u16; 0: not
 * there). A table, a string and a vector are pointed to by how far behind the pointer they are (u32); the latter two
 * start with how many elements they have (u32). All numbers are little-endian.
 *
 * A DataView throws RangeError where an offset leads out of it: that is how damage shows here.
 */

/** Position of the root table of a buffer that starts with its own size and has `identifier`; undefined for another. */
export const rootTable = (view: DataView, identifier: string): number | undefined => {
  const size = view.getUint32(0, true);
  const found = String.fromCharCode(...[8, 9, 10, 11].map((at) => view.getUint8(at)));
  if (size !== view.byteLength - 4 || found !== identifier) return undefined;
  return tableAt(view, 4);
};

/** Position of field `index` of the table at `table`; undefined if it is absent. */
export const fieldAt = (view: DataView, table: number, index: number): number | undefined => {
  const vtable = table - view.getInt32(table, true);
  const entry = 4 + 2 * index;
  if (entry >= view.getUint16(vtable, true)) return undefined;
  const offset = view.getUint16(vtable + entry, true);
  return offset === 0 ? undefined : table + offset;
};

/** Position of the table that the offset at `at` points to. */
export const tableAt = (view: DataView, at: number): number => at + view.getUint32(at, true);

/** Position and number of the elements, `bytes` each, of the vector or string that the field at `at` points to. */
export const vectorAt = (
  view: DataView,
  at: number,
  bytes: number,
): { readonly start: number; readonly count: number } => {
  const vector = tableAt(view, at);
  const count = view.getUint32(vector, true);
  const start = vector + 4;
  if (start + count * bytes > view.byteLength) throw new RangeError("a vector past the end");
  return { start, count };
};

/**
 * The worker thread of hdf5.ts: looks at files and reads rows of datasets with the HDF5 library. Each request opens the
 * file again, so that any other thread can answer the next one.
 */
import { parentPort } from "node:worker_threads";
import { File, library, opened, said } from "./hdf5-library.ts";
import type { Dataset, Hdf5Reply, Hdf5Request, Look, LookRequest } from "./hdf5-requests.ts";
import { DamagedChunk, readRows } from "./hdf5-rows.ts";

/** Longest attribute that is read, in bytes. */
const longestAttribute = 1024;
/** Message of the error that h5wasm throws where the library cannot open an object. */
const notOpened = "error - name not defined!";

parentPort!.on("message", (request: Hdf5Request) => {
  const reply = answer(request);
  const memory = "rows" in reply ? reply.rows.map(({ buffer }) => buffer as ArrayBuffer) : [];
  parentPort!.postMessage(reply, memory);
});

parentPort!.postMessage("ready");

const answer = (request: Hdf5Request): Hdf5Reply => {
  said.text = "";
  opened.file = request.file;
  const file = new File(request.file, "r");
  try {
    if (file.file_id < 0) return failure();
    if (request.kind === "look") return { look: look(file, request) };
    return readRows(file.file_id, request) ?? failure();
  } catch (error) {
    // A file that cannot be opened leaves nothing open; after any other error the library's state is undefined.
    if ((error as Error).message === notOpened) return failure();
    if (error instanceof DamagedChunk) return { damage: error.message, offset: error.offset };
    throw error;
  } finally {
    if (file.file_id >= 0) file.close();
    opened.file = undefined;
  }
};

/** The last line of the library's report, the innermost of its functions, says what is wrong. */
const failure = (): { readonly damage: string } => {
  const reports = [...said.text.matchAll(/#\d+: .*\(\): (.*)/g)].map(([, report]) => report!);
  return { damage: `a failure of the HDF5 library: ${reports.at(-1) ?? "no reason given"}` };
};

const look = (file: InstanceType<typeof File>, { datasets, attributes }: LookRequest): Look => {
  const found: Record<string, Dataset> = {};
  for (const path of datasets) {
    if (library.get_type(file.file_id, path) !== library.H5G_DATASET) continue;
    const metadata = library.get_dataset_metadata(file.file_id, path);
    found[path] = { ...metadata, filters: library.get_dataset_filters(file.file_id, path) };
  }
  const values: Record<string, unknown> = {};
  for (const [object, name] of attributes) {
    const entity = object === "/" ? file : file.get(object);
    if (!entity || !("attrs" in entity) || !library.get_attribute_names(file.file_id, object).includes(name))
      continue;
    const { size, total_size: count } = library.get_attribute_metadata(file.file_id, object, name);
    if (size * count <= longestAttribute) values[`${object}@${name}`] = entity.get_attribute(name, true);
  }
  return { datasets: found, attributes: values };
};

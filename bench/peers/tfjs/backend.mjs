/**
 * tfjs's WASM backend with SIMD and two threads in Node, where tfjs itself runs it on one:
 * - its flag WASM_HAS_MULTITHREAD_SUPPORT is always false in Node, since its threads are started from Blob URLs, which
 *   Node's workers refuse. So the threaded module is made here, its threads from a file;
 * - its module takes at most half of the logical processors, so that two of them give one thread. So it is told of twice
 *   as many while it starts.
 */
import { createRequire } from "node:module";
import os from "node:os";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const BUILD = "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd";

const threadedModule = async () => {
  const script = require.resolve(`${BUILD}.js`);
  const paths = {
    js: fileURLToPath(new URL("thread.cjs", import.meta.url)),
    wasm: require.resolve(`${BUILD}.wasm`),
  };
  const module = await require(script)({
    mainScriptUrlOrBlob: script,
    locateFile: (name) => (name.endsWith(".wasm") ? paths.wasm : paths.js),
  });
  module.tfjs = {
    init: module.cwrap("init", null, []),
    initWithThreadsCount: module.cwrap("init_with_threads_count", null, ["number"]),
    getThreadsCount: module.cwrap("get_threads_count", "number", []),
    registerTensor: module.cwrap("register_tensor", null, ["number", "number", "number"]),
    disposeData: module.cwrap("dispose_data", null, ["number"]),
    dispose: module.cwrap("dispose", null, []),
  };
  return module;
};

/** Starts the backend; resolves to tfjs and the number of threads that it says it has. */
export const startBackend = async (threads) => {
  const tf = require("@tensorflow/tfjs-core");
  const { BackendWasm, getThreadsCount, setThreadsCount } = require("@tensorflow/tfjs-backend-wasm");
  setThreadsCount(threads);
  const processors = os.cpus();
  const cpus = os.cpus;
  require("node:os").cpus = () => Array.from({ length: 2 * threads }, () => processors[0]);
  try {
    const module = await threadedModule();
    tf.removeBackend("wasm");
    tf.registerBackend("wasm", () => new BackendWasm(module));
    await tf.setBackend("wasm");
  } finally {
    require("node:os").cpus = cpus;
  }
  return { tf, threads: getThreadsCount() };
};

/**
 * tfjs's WASM backend with SIMD and two threads in Node, where tfjs itself uses one thread:
 * - Its flag WASM_HAS_MULTITHREAD_SUPPORT is always false in Node, because it starts threads from Blob URLs,
 *   which Node's workers refuse. The threaded module is therefore created here, with its threads from a file.
 * - Its module uses at most half of the logical processors, one of two. It is shown twice as many while it
 *   starts.
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

/** Starts the backend; resolves to tfjs and the number of threads that it reports. */
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

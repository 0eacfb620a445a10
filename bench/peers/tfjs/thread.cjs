// A pthread of tfjs's threaded WASM build. The package ships the script of its threads as a string, made for the
// browser's Blob workers, which Node does not have; the script itself does know Node.
const {
  wasmWorkerContents,
} = require("@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.worker.js");
// biome-ignore lint/security/noGlobalEval: the text is the package's own.
eval(wasmWorkerContents.replaceAll("\n", "\\n"));

/**
 * The browser's entry for bundlers. While it serves a page in development, Vite bundles the .js modules of dependencies
 * into one file, which then finds neither its worker nor its .wasm file. It leaves .jsx modules as they are.
 */
export * from "./web.js";

/** Setup before every test file: property tests use a fixed seed, so that none fails by chance. */
import fc from "fast-check";

fc.configureGlobal({ seed: 1 });

/** Set up before every test file: property tests draw the same cases each time, so that none fails by chance. */
import fc from "fast-check";

fc.configureGlobal({ seed: 1 });

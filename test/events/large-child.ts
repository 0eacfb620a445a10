/** The process that large.test.ts watches: frames a recording, and says what it took. */

import { convertRecording, parseConversion } from "../../src/events/convert.ts";

const [recording, out] = process.argv.slice(2) as [string, string];
const conversion = parseConversion({ representation: { type: "toFrame", timeBins: 10 } }, "test");
const { events, shape } = await convertRecording(recording, out, conversion);
console.log(JSON.stringify({ events, shape, maxRSS: process.resourceUsage().maxRSS }));

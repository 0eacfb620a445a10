/** A worker thread that answers, crashes or hangs as it is asked to, and counts its answers. */
import { parentPort } from "node:worker_threads";

let answers = 0;

parentPort!.on("message", (mood: string) => {
  if (mood === "crash") throw new Error("crashed");
  if (mood === "exit") process.exit(3);
  while (mood === "hang");
  answers++;
  parentPort!.postMessage(`${mood} ${answers}`);
});

parentPort!.postMessage("ready");

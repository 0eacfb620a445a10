/** The page's start. */
import { render } from "preact";
import { App } from "./app.tsx";
import { isolate } from "./shared/isolation.ts";
import "./style.css";

isolate();
render(<App />, document.getElementById("studio")!);

/** The page's own types of what the server answers: it compiles without Node's. */
import { expectTypeOf, it } from "vitest";
import type { AssessmentState } from "../../src/server/assessments.ts";
import type { ExperimentList } from "../../src/server/figures.ts";
import type { LiveMessage } from "../../src/server/live.ts";
import type { RunDetail } from "../../src/server/run-documents.ts";
import type { ListedRun } from "../../src/server/run-list.ts";
import type * as page from "../../studio/src/rooms/runs/documents.ts";

it("are those of the server", () => {
  expectTypeOf<ListedRun>().toExtend<page.ListedRun>();
  expectTypeOf<RunDetail & ListedRun>().toExtend<page.RunDetail>();
  expectTypeOf<LiveMessage>().toExtend<page.LiveMessage>();
  expectTypeOf<AssessmentState>().toExtend<page.AssessmentState>();
  expectTypeOf<ExperimentList>().toExtend<page.ExperimentList>();
});

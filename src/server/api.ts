/** What the studio's page asks the server for. */
import type { ServerResponse } from "node:http";
import * as z from "zod";
import { packageVersion } from "../version.ts";
import { openAssessments } from "./assessments.ts";
import { listExperiments, readFigure } from "./figures.ts";
import { openLive } from "./live.ts";
import { Refused } from "./refused.ts";
import { readRunDetail } from "./run-documents.ts";
import { listRuns, withTraining } from "./run-list.ts";
import { placeOfNewRun, requireRun } from "./runs-folder.ts";
import {
  parseResumeRequest,
  parseTrainingRequest,
  resumeArguments,
  trainingArguments,
} from "./training-request.ts";
import { openTrainings } from "./trainings.ts";

/** What a page learns first. */
export interface StudioDocument {
  readonly version: string;
  /** The folder of the runs. */
  readonly folder: string;
  /** For the header `nsm-token` of requests that start or stop something. */
  readonly token: string;
}

/** The answer to a request: a JSON document, or text of another type; undefined where the handler answers by itself. */
export type Answer =
  | { readonly status?: number; readonly document: unknown }
  | { readonly type: string; readonly text: string }
  | undefined;

/** The parts of a request that handlers read. */
export interface ApiRequest {
  /** Segments of the path that the route leaves open, decoded. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  /** The document of a POST. */
  readonly body: unknown;
  readonly response: ServerResponse;
}

export interface Route {
  readonly method: "GET" | "POST";
  /** Segments below /api/; "*" takes any. */
  readonly path: readonly string[];
  readonly handle: (request: ApiRequest) => Promise<Answer> | Answer;
}

export interface ApiOptions {
  readonly folder: string;
  readonly token: string;
  /** Program and first arguments by which `nsm` is run. */
  readonly command: readonly [string, ...string[]];
}

export interface Api {
  readonly routes: readonly Route[];
  /** Ends listeners, and stops assessments and trainings, which write checkpoints. */
  close(): Promise<void>;
}

const assessmentSchema = z.strictObject({ samples: z.int().min(1).max(10_000).optional() });

export const openApi = ({ folder, token, command }: ApiOptions): Api => {
  const trainings = openTrainings(command, () => live.hurry());
  const live = openLive(folder, trainings);
  const assessments = openAssessments();
  const accepted: Answer = { status: 202, document: {} };

  const routes: readonly Route[] = [
    {
      ...{ method: "GET", path: ["studio"] },
      handle: () => ({ document: { version: packageVersion, folder, token } satisfies StudioDocument }),
    },
    {
      ...{ method: "GET", path: ["runs"] },
      handle: async () => ({ document: await listRuns(folder, trainings) }),
    },
    {
      ...{ method: "GET", path: ["changes"] },
      handle({ response }) {
        live.listen(response);
        return undefined;
      },
    },
    {
      ...{ method: "GET", path: ["runs", "*"] },
      async handle({ parts: [name] }) {
        const detail = await readRunDetail(folder, name!);
        const lines = trainings.state(name!)?.lines ?? [];
        return { document: { ...withTraining(detail, trainings), lines } };
      },
    },
    {
      ...{ method: "GET", path: ["runs", "*", "assessment"] },
      handle: ({ parts: [name] }) => ({ document: assessments.state(name!) }),
    },
    {
      ...{ method: "POST", path: ["runs", "*", "assessment"] },
      async handle({ parts: [name], body }) {
        const asked = assessmentSchema.safeParse(body);
        if (!asked.success)
          throw new Refused(400, "assessing the run", {
            given: JSON.stringify(body).slice(0, 100),
            expected: "{} or samples from 1 to 10000",
            remedy: "Correct the number of samples.",
          });
        assessments.begin(name!, await requireRun(folder, name!), asked.data.samples);
        return accepted;
      },
    },
    {
      ...{ method: "POST", path: ["trainings"] },
      async handle({ body }) {
        const request = parseTrainingRequest(body);
        const place = await placeOfNewRun(folder, request.name);
        trainings.start(request.name, trainingArguments(request, place));
        return accepted;
      },
    },
    {
      ...{ method: "POST", path: ["runs", "*", "resume"] },
      async handle({ parts: [name], body }) {
        const place = await requireRun(folder, name!);
        trainings.start(name!, resumeArguments(parseResumeRequest(body), place));
        return accepted;
      },
    },
    {
      ...{ method: "POST", path: ["runs", "*", "stop"] },
      handle({ parts: [name] }) {
        trainings.stop(name!);
        return accepted;
      },
    },
    {
      ...{ method: "GET", path: ["experiments"] },
      handle: async () => ({ document: await listExperiments(folder) }),
    },
    {
      ...{ method: "GET", path: ["figures", "*"] },
      handle: async ({ parts: [id], query }) => ({
        type: "image/svg+xml",
        text: await readFigure(folder, id!, query.get("shape") === "narrow"),
      }),
    },
  ];

  return {
    routes,
    async close() {
      live.close();
      await Promise.all([trainings.close(), assessments.close()]);
    },
  };
};

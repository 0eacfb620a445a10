/** nsm data: lists, fetches, verifies, shows and converts data. */
import type { Command } from "commander";
import { addConvert } from "./data-convert.ts";
import { addFetch } from "./data-fetch.ts";
import { addList } from "./data-list.ts";
import { addShow } from "./data-show.ts";
import { addVerify } from "./data-verify.ts";
import { showExample } from "./options.ts";

export const addData = (program: Command): void => {
  const data = program
    .command("data")
    .summary("list, fetch, verify, show and convert data")
    .description("Lists, fetches, verifies and shows data sets, and converts event recordings.");
  for (const add of [addList, addFetch, addVerify, addShow, addConvert]) add(data);
  showExample(data, "nsm data list\nnsm data fetch mnist");
};

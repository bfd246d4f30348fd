// One function: calls it with an event that the user writes, and shows the answer and what it printed.

import { http } from "../api.js";
import { code, countText, element, field, foreign, link, notice, table, textarea } from "../elements.js";
import { pretty } from "../values.js";
import { functionOf } from "./failures.js";
import { durationText, outcomePlace, section, timeText, workButton } from "./live.js";
import { stateBadge } from "./mappings.js";
import { logBlock } from "./records.js";

// What Lambda sends for one new item.
const SAMPLE = {
  Records: [
    {
      eventID: "1",
      eventName: "INSERT",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "us-east-1",
      dynamodb: {
        Keys: { pk: { S: "a" } },
        NewImage: { pk: { S: "a" } },
        SequenceNumber: "1",
        StreamViewType: "NEW_IMAGE",
      },
    },
  ],
};

// The log is a text in UTF-8 that is encoded in base64.
function textOf(base64) {
  return new TextDecoder().decode(Uint8Array.from(atob(base64 ?? ""), (each) => each.charCodeAt(0)));
}

const errorText = ({ Time, Message }) => [timeText(Time), ": ", foreign(Message, 300)];

function mappingTable(mappings, href) {
  return table({
    label: "Mappings",
    columns: [
      { label: "Mapping" },
      { label: "State" },
      { label: "Calls", number: true },
      { label: "Failed calls", number: true },
      { label: "Given up", number: true },
      { label: "Last error" },
    ],
    rows: mappings.map((each) => [
      link(foreign(each.Name, 160), href(["streams", "mapping", each.Id])),
      stateBadge(each),
      countText(each.Batches),
      countText(each.Failures),
      countText(each.GivenUp),
      each.LastError ? element("span", { class: "error-text" }, errorText(each.LastError)) : "none",
    ]),
    empty: "No stream calls it.",
  });
}

async function lastEvent(mappings, signal) {
  const mapping = mappings.find((each) => each.Batches > 0);
  if (!mapping) return null;
  const path = `/_tailrace/mappings/${encodeURIComponent(mapping.Id)}/history?records&limit=1`;
  return (await http("GET", path, { signal, isSilent: true })).Invocations[0]?.Event ?? null;
}

export async function show(place, context, name) {
  const { signal } = context;
  context.heading(`Function ${name}`);
  const known = await http("GET", `/2015-03-31/functions/${encodeURIComponent(name)}`, {
    signal,
    isSilent: true,
  });
  const { Mappings: all } = await http("GET", "/_tailrace/mappings", { signal, isSilent: true });
  const mappings = all.filter((each) => functionOf(each) === name);
  const outcome = outcomePlace();
  const event = textarea({ rows: 14, value: pretty((await lastEvent(mappings, signal)) ?? SAMPLE) });
  const answer = element("div", {});

  async function invoke() {
    try {
      JSON.parse(event.value);
    } catch (error) {
      throw new Error(`The event is not JSON: ${error.message}`);
    }
    const began = performance.now();
    const { answer: payload, response } = await http(
      "POST",
      `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`,
      { text: event.value, headers: { "X-Amz-Log-Type": "Tail" }, whole: true, signal },
    );
    const took = durationText(performance.now() - began);
    const hasFailed = response.headers.has("X-Amz-Function-Error");
    answer.replaceChildren(
      element("h3", {}, "Answer"),
      element("pre", { role: "region", tabindex: 0, "aria-label": "Answer" }, code(pretty(payload), 20000)),
      element("h3", {}, "Log"),
      logBlock(textOf(response.headers.get("X-Amz-Log-Result"))),
    );
    if (!hasFailed) return notice("good", `The function answered after ${took}.`);
    return notice("error", `The function failed after ${took}: `, foreign(payload?.errorMessage ?? "", 2000));
  }

  const facts = known.Configuration;
  place.append(
    element(
      "p",
      {},
      code(facts.FunctionArn),
      facts.Runtime ? ` runs with ${facts.Runtime}` : "",
      `, for at most ${facts.Timeout} s.`,
    ),
    section(
      "Call it",
      field("Event", event, {
        hint: "Any JSON. It begins with the last event of the function, or with a sample.",
        wide: true,
      }),
      element("div", { class: "actions" }, workButton("Invoke", outcome, invoke, { class: "primary" })),
      outcome.place,
      answer,
    ),
    section(
      "Called by",
      mappingTable(mappings, context.href),
      mappings.length > 0
        ? element("p", { class: "muted" }, "The page of a mapping has its last calls.")
        : null,
    ),
  );
}

// The batches that a function has failed on: what was in them, what went wrong, and how to go on.

import { http, streams } from "../api.js";
import { confirmed, countOf, countText, element, foreign, link } from "../elements.js";
import { shortId, timeText, workButton } from "./live.js";
import { eventBlock, logBlock } from "./records.js";

const SHOWN_BATCHES = 20;

export const mappingPath = (mapping, what = "") =>
  `/_tailrace/mappings/${encodeURIComponent(mapping.Id)}${what}`;
export const batchesText = (number) => `${countText(number)} ${number === 1 ? "batch" : "batches"}`;
export const functionOf = (mapping) => mapping.Name.slice(mapping.TableName.length + 1);

// Returns a text that changes when the failed batches of the mapping change.
export const failureMark = (mapping) =>
  JSON.stringify([
    mapping.Failures,
    mapping.GivenUp,
    mapping.Skipped,
    mapping.LastError,
    mapping.Retry?.Attempts,
    mapping.State === "Retrying",
  ]);

const isOf = (call, batch) =>
  call.FirstSequenceNumber === batch.FirstSequenceNumber &&
  call.LastSequenceNumber === batch.LastSequenceNumber;

// Returns the failed batches of a mapping, the one that is being tried again first, as {isRetried, mapping,
// batch, call}. `call` is the last call with it that failed, or undefined if that was before the server
// started.
export async function failedBatches(mapping, signal) {
  if (!mapping.GivenUp && !mapping.Retry) return [];
  const history = await http("GET", mappingPath(mapping, `/history?failed&records&limit=${SHOWN_BATCHES}`), {
    signal,
    isSilent: true,
  });
  const calls = history.Invocations.reverse();
  const given = history.GivenUp.reverse().slice(0, SHOWN_BATCHES);
  const found = given.map((batch) => ({
    isRetried: false,
    mapping,
    batch,
    call: calls.find((call) => isOf(call, batch)),
  }));
  if (!mapping.Retry) return found;
  const tried = calls.find(
    (call) => call.Cause === "Stream" && !call.GivenUp && !given.some((batch) => isOf(call, batch)),
  );
  return tried ? [{ isRetried: true, mapping, batch: tried, call: tried }, ...found] : found;
}

const errorOf = ({ call, batch }) => call?.Error ?? batch.Error ?? "The reason is not kept.";

function factsOf({ isRetried, mapping, batch, call }) {
  const attempts = isRetried ? mapping.Retry.Attempts : (batch.Attempts ?? call?.Attempt);
  const next = mapping.Retry?.NextTry;
  return [
    attempts ? `${countOf(attempts, "attempt")}` : null,
    call || batch.Time ? `last at ${timeText(call?.Time ?? batch.Time)}` : null,
    isRetried
      ? next
        ? `the next at ${timeText(next)}`
        : "being called now"
      : `given up: ${batch.GivenUp ?? "reason not kept"}`,
    `shard ${shortId(batch.ShardId ?? "")}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

// Why a batch may have more attempts than retries.
const isBisected = (mapping) => mapping.Parameters.BisectBatchOnFunctionError === true;
const BISECTED =
  "BisectBatchOnFunctionError is on: a batch of several records that fails is split and tried again in " +
  "halves, which go on counting its attempts.";

// Says how sending a batch has ended.
export function resentText(mapping, answer, sent = "Sent again") {
  const name = functionOf(mapping);
  if (answer.Failures > 0) {
    return element(
      "div",
      { class: "notice error" },
      `${sent}, and `,
      foreign(name, 120),
      " failed: ",
      foreign(answer.Failed?.[0]?.Error ?? "", 1000),
    );
  }
  if (answer.Batches === 0)
    return element(
      "div",
      { class: "notice info" },
      "Nothing was sent: ",
      foreign(answer.Reason ?? "", 1000),
      ".",
    );
  return element(
    "div",
    { class: "notice good" },
    `${sent}: `,
    foreign(name, 120),
    ` handled ${countOf(answer.Records, "record")}.`,
  );
}

function steppedText(mapping, answer, what) {
  const call = answer.Invocation;
  if (call === null)
    return element("div", { class: "notice info" }, "Nothing was sent: ", foreign(answer.Reason, 1000), ".");
  if (what === "skip")
    return element(
      "div",
      { class: "notice info" },
      `Given up ${countOf(call.RecordCount, "record")}. They are kept, so that you can send them again.`,
    );
  const answered = { Batches: 1, Records: call.RecordCount, Failures: call.Error ? 1 : 0, Failed: [call] };
  return resentText(mapping, answered, call.Attempt > 1 ? "Sent again" : "Sent");
}

// Sends, or gives up, the next batch of a mapping.
export async function step(mapping, what = "step") {
  return steppedText(mapping, await http("POST", mappingPath(mapping, `/${what}`)), what);
}

export async function redrive(mapping, batch) {
  const range = batch && {
    FromSequenceNumber: batch.FirstSequenceNumber,
    ToSequenceNumber: batch.LastSequenceNumber,
  };
  return resentText(mapping, await http("POST", mappingPath(mapping, "/redrive"), { body: range }));
}

// Reads the records of a batch from the stream, if the calls with them are no longer known.
async function readRecords({ mapping, batch }) {
  const { ShardIterator } = await streams("GetShardIterator", {
    StreamArn: mapping.StreamArn,
    ShardId: batch.ShardId,
    ShardIteratorType: "AT_SEQUENCE_NUMBER",
    SequenceNumber: batch.FirstSequenceNumber,
  });
  const { Records } = await streams("GetRecords", {
    ShardIterator,
    Limit: Math.min(1000, batch.RecordCount ?? 100),
  });
  return {
    Records: Records.filter(
      (each) => BigInt(each.dynamodb.SequenceNumber) <= BigInt(batch.LastSequenceNumber),
    ),
  };
}

function contents(failed, { outcome, href }) {
  const { call, batch, mapping } = failed;
  const itemHref = (keys) => href(["tables", mapping.TableName, "items"], { item: JSON.stringify(keys) });
  if (call) {
    return [
      element("h4", {}, countOf(call.RecordCount, "record")),
      eventBlock(call.Event, itemHref),
      element("h4", {}, "Log"),
      logBlock(call.Log),
    ];
  }
  const place = element("div", {});
  return [
    element("p", { class: "muted" }, "The server has started again since, so the log of the call is gone."),
    workButton(
      "Show the records",
      outcome,
      async () => {
        place.replaceChildren(eventBlock(await readRecords(failed), itemHref));
      },
      { "data-key": `records/${batch.FirstSequenceNumber}` },
    ),
    place,
  ];
}

// A card for one failed batch. `changed` is called after an action of the user. With `isOverview`, there is a
// link to its mapping.
export function failureCard(failed, { outcome, changed, href, isOverview }) {
  const { isRetried, mapping, batch } = failed;
  const name = functionOf(mapping);
  const key = `${mapping.Id}/${batch.FirstSequenceNumber}`;
  const done = async (work) => {
    const said = await work();
    changed();
    return said;
  };
  const actions = isRetried
    ? [
        workButton("Send again now", outcome, () => done(() => step(mapping)), {
          class: "primary",
          "data-key": `again/${key}`,
        }),
        workButton("Give up", outcome, () => done(() => step(mapping, "skip")), {
          "data-key": `skip/${key}`,
        }),
      ]
    : [
        workButton("Send again", outcome, () => done(() => redrive(mapping, batch)), {
          class: "primary",
          "data-key": `again/${key}`,
        }),
      ];
  return element(
    "article",
    { class: "card failed", "aria-label": `${name} failed on a batch of ${mapping.TableName}` },
    element(
      "header",
      {},
      element(
        "h3",
        {},
        foreign(name, 120),
        " failed on ",
        countOf(batch.RecordCount ?? 1, "record"),
        " of ",
        foreign(mapping.TableName, 120),
      ),
      element(
        "span",
        { class: `badge ${isRetried ? "warning" : "error"}` },
        isRetried ? "Tries again" : "Given up",
      ),
    ),
    element("p", { class: "error-text" }, foreign(errorOf(failed), 2000)),
    element("p", { class: "muted" }, factsOf(failed)),
    isBisected(mapping) ? element("p", { class: "muted" }, BISECTED) : null,
    contents(failed, { outcome, href }),
    element(
      "div",
      { class: "actions" },
      actions,
      isOverview
        ? link("All calls of this mapping", href(["streams", "mapping", mapping.Id]), {
            "data-key": `all/${key}`,
          })
        : null,
    ),
  );
}

export async function redriveAll(mapping) {
  const isSure = await confirmed({
    title: "Send all given-up batches again?",
    text: `${functionOf(mapping)} is called with ${batchesText(mapping.GivenUp)}, one after the other.`,
    action: "Send all again",
  });
  return isSure ? redrive(mapping) : undefined;
}

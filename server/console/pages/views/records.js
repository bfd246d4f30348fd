// Records of a stream, as functions get them: what happened to which item.

import { code, element, foreign, link } from "../elements.js";
import { pretty, valueText } from "../values.js";

const WORDS = new Map([
  ["INSERT", "Inserted"],
  ["MODIFY", "Changed"],
  ["REMOVE", "Removed"],
]);

// "pk: a, sk: 1"
export const attributesText = (map, limit = 120) =>
  Object.entries(map ?? {})
    .map(([name, value]) => `${name}: ${valueText(value, limit)}`)
    .join(", ");

function image(title, map, key) {
  if (map === undefined) return null;
  return element(
    "details",
    { "data-key": key },
    element("summary", {}, `${title}: `, code(attributesText(map, 60), 160)),
    element("pre", { role: "region", tabindex: 0, "aria-label": title }, code(pretty(map), 20000)),
  );
}

// A record of an event: {eventName, dynamodb: {Keys, NewImage, OldImage}}. `itemHref(keys)` is the address of
// its item; without it, there is no link.
function recordBlock(record, itemHref) {
  const change = record.dynamodb ?? {};
  const expired =
    record.userIdentity?.principalId === "dynamodb.amazonaws.com"
      ? ", because its time to live has passed"
      : "";
  const key = record.eventID ?? change.SequenceNumber ?? "";
  return element(
    "li",
    { class: "record" },
    element(
      "div",
      {},
      element("strong", {}, WORDS.get(record.eventName) ?? foreign(record.eventName ?? "Record", 40)),
      expired,
      " the item ",
      itemHref && change.Keys
        ? link(code(attributesText(change.Keys), 400), itemHref(change.Keys), { "data-key": `item/${key}` })
        : code(attributesText(change.Keys), 400),
    ),
    image("New image", change.NewImage, `new/${key}`),
    image("Old image", change.OldImage, `old/${key}`),
  );
}

const SHOWN_RECORDS = 5;

// The records of an event, or the whole event if it has none.
export function eventBlock(event, itemHref) {
  const records = event?.Records;
  if (!Array.isArray(records) || records.length === 0) {
    return element(
      "pre",
      { role: "region", tabindex: 0, "aria-label": "Event" },
      code(pretty(event ?? null), 20000),
    );
  }
  const rest = records.length - SHOWN_RECORDS;
  const block = (record) => recordBlock(record, itemHref);
  return element(
    "ul",
    { class: "records" },
    records.slice(0, SHOWN_RECORDS).map(block),
    rest > 0
      ? element(
          "li",
          {},
          element(
            "details",
            { "data-key": `rest/${records[0].eventID}` },
            element("summary", {}, `${rest} more`),
            element("ul", { class: "records" }, records.slice(SHOWN_RECORDS).map(block)),
          ),
        )
      : null,
  );
}

// What a function printed during a call, or a note that it printed nothing.
export function logBlock(log) {
  if (!log) return element("p", { class: "muted" }, "The function printed nothing.");
  return element(
    "pre",
    { class: "log", role: "region", tabindex: 0, "aria-label": "Log of the call" },
    code(log, 8000),
  );
}

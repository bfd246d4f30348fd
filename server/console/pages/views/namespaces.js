// Namespaces: separate sets of tables on one server. Makes, forks, keeps, restores, empties and removes them.

import { listNamespaces, useNamespace } from "../app.js";
import { DEFAULT_NAMESPACE, connection, http } from "../api.js";
import {
  bytesText,
  button,
  code,
  confirmed,
  countOf,
  countText,
  element,
  field,
  foreign,
  formDialog,
  group,
  input,
  notice,
  select,
} from "../elements.js";
import { outcomePlace, refresh, everySecond, section, workButton } from "./live.js";

const SHOWN = 100;
const ROOT = "/_tailrace/namespaces";
const pathOf = (name, what = "") => `${ROOT}/${encodeURIComponent(name)}${what}`;
const known = (number) => (number === null ? "rests" : countText(number));

// Asks for one text, and returns it, or undefined.
function asked({ title, text, label, action, value = "" }) {
  const answer = input({ value, required: true });
  return formDialog(
    {
      title,
      answer: () => answer.value.trim(),
      submit: button(action, null, { type: "submit", class: "primary" }),
    },
    element("p", {}, text),
    field(label, answer),
  );
}

function chosenSnapshot(each) {
  const snapshot = select(each.Snapshots, {});
  return formDialog(
    {
      title: `Restore ${each.Name}`,
      answer: () => snapshot.value,
      submit: button("Restore", null, { type: "submit", class: "danger" }),
    },
    element("p", {}, "The namespace goes back to the snapshot. What has changed since is lost."),
    field("Snapshot", snapshot),
  );
}

async function fork(each) {
  const name = await asked({
    title: `Fork ${each.Name}`,
    text: "A fork is a copy of everything in it. After that, neither sees what changes in the other.",
    label: "Name of the fork",
    action: "Fork",
  });
  if (!name) return undefined;
  await http("POST", ROOT, { body: { Name: name, From: each.Name } });
  return notice("good", foreign(each.Name, 80), " is forked: ", foreign(name, 80), ".");
}

async function keep(each) {
  const name = await asked({
    title: `Snapshot of ${each.Name}`,
    text: "A copy of the namespace is kept in memory until the server stops.",
    label: "Name of the snapshot",
    action: "Keep",
  });
  if (!name) return undefined;
  await http("POST", pathOf(each.Name, "/snapshots"), { body: { Name: name } });
  return notice("good", "Kept the snapshot ", foreign(name, 80), " of ", foreign(each.Name, 80), ".");
}

async function restore(each) {
  const name = await chosenSnapshot(each);
  if (!name) return undefined;
  await http("POST", pathOf(each.Name, "/restore"), { body: { Name: name } });
  return notice("good", foreign(each.Name, 80), " is again as it was in ", foreign(name, 80), ".");
}

async function reset(each, onlyItems) {
  const what = onlyItems
    ? "All items and records are removed. Tables, streams and mappings stay."
    : "Everything is removed: tables, streams, mappings, users, faults and limits.";
  const isSure = await confirmed({
    title: `${onlyItems ? "Remove the items of" : "Reset"} ${each.Name}?`,
    text: what,
    action: onlyItems ? "Remove the items" : "Reset",
    typed: each.Name,
  });
  if (!isSure) return undefined;
  await http("POST", pathOf(each.Name, "/reset"), { body: onlyItems ? { Items: true } : {} });
  return notice("good", foreign(each.Name, 80), onlyItems ? " has no items any more." : " is empty.");
}

async function remove(each) {
  const isSure = await confirmed({
    title: `Delete ${each.Name}?`,
    text: "The namespace is removed with all its tables and snapshots.",
    action: "Delete",
    typed: each.Name,
  });
  if (!isSure) return undefined;
  await http("DELETE", pathOf(each.Name));
  if (connection.namespace === each.Name) useNamespace(DEFAULT_NAMESPACE);
  return notice("good", foreign(each.Name, 80), " is deleted.");
}

function snapshotsOf(each, outcome, changed) {
  if (each.Snapshots.length === 0) return "none";
  return element(
    "span",
    { class: "snapshots" },
    each.Snapshots.map((name) =>
      element(
        "span",
        { class: "badge" },
        foreign(name, 40),
        " ",
        workButton(
          "×",
          outcome,
          async () => {
            await http("DELETE", pathOf(each.Name, `/snapshots/${encodeURIComponent(name)}`));
            changed();
            return notice("info", "Forgot the snapshot ", foreign(name, 80), ".");
          },
          {
            class: "plain small",
            "aria-label": `Forget the snapshot ${name} of ${each.Name}`,
            "data-key": `forget/${each.Name}/${name}`,
          },
        ),
      ),
    ),
  );
}

function cardOf(each, outcome, changed) {
  const act = (label, work, attributes) =>
    workButton(
      label,
      outcome,
      async () => {
        const said = await work(each);
        if (said === undefined) return undefined;
        changed();
        listNamespaces();
        return said;
      },
      {
        class: "small",
        "aria-label": `${label} ${each.Name}`,
        "data-key": `${label}/${each.Name}`,
        ...attributes,
      },
    );
  const isUsed = connection.namespace === each.Name;
  const use = { class: "small", "aria-label": `Use ${each.Name}`, "data-key": `use/${each.Name}` };
  const fact = (name, value) => element("div", {}, element("dt", {}, name), element("dd", {}, value));
  return element(
    "article",
    { class: "card", "aria-label": `Namespace ${each.Name}` },
    element(
      "header",
      {},
      element("h2", {}, foreign(each.Name, 80)),
      isUsed ? element("span", { class: "badge good" }, "used here") : null,
    ),
    element(
      "dl",
      { class: "facts" },
      fact("Tables", known(each.Tables)),
      fact("Items", known(each.Items)),
      fact("Size", each.Bytes === null ? "rests" : bytesText(each.Bytes)),
      fact("Clock", each.Clock === "real" ? "the machine’s" : each.Clock),
      fact("Snapshots", snapshotsOf(each, outcome, changed)),
    ),
    element(
      "div",
      { class: "actions" },
      isUsed ? null : button("Use", () => useNamespace(each.Name), use),
      act("Fork", fork),
      act("Snapshot", keep),
      each.Snapshots.length > 0 ? act("Restore", restore) : null,
      act("Remove items", () => reset(each, true)),
      act("Reset", () => reset(each, false), { class: "small danger" }),
      each.Name === DEFAULT_NAMESPACE ? null : act("Delete", remove, { class: "small danger" }),
    ),
  );
}

function createForm(outcome, changed) {
  const name = input({ required: true });
  const from = input({});
  const clock = input({ placeholder: "2026-01-31T12:00:00Z" });
  const create = workButton(
    "Create",
    outcome,
    async () => {
      const body = { Name: name.value.trim() };
      if (from.value.trim()) body.From = from.value.trim();
      if (clock.value.trim()) body.Clock = clock.value.trim();
      await http("POST", ROOT, { body });
      for (const each of [name, from, clock]) each.value = "";
      changed();
      listNamespaces();
      return notice("good", "Created ", foreign(body.Name, 80), ".");
    },
    { class: "primary" },
  );
  return group(
    "Create a namespace",
    element(
      "div",
      { class: "fields" },
      field("Name", name, { hint: "1 to 64 letters, digits, dots, underscores and hyphens." }),
      field("Copy of", from, { hint: "Without it, the namespace is empty." }),
      field("Clock", clock, {
        hint: "A time, for a clock that you move; or real. Without it, as the server’s.",
      }),
    ),
    create,
  );
}

export async function show(place, context) {
  context.heading("Namespaces");
  const outcome = outcomePlace();
  const list = element("div", {});
  const wanted = input({ type: "search", on: { input: () => polling.now() } });
  const polling = everySecond(context, async () => {
    const { Namespaces: all } = await http("GET", ROOT, { signal: context.signal, isSilent: true });
    const found = all.filter((each) => each.Name.includes(wanted.value.trim()));
    const shown = found.slice(0, SHOWN);
    const more = shown.length < found.length ? `; the first ${SHOWN} are shown` : "";
    refresh(list, [shown, found.length, connection.namespace], () => [
      element("p", { class: "muted" }, `${countOf(found.length, "namespace")}${more}.`),
      element(
        "div",
        { class: "cards" },
        shown.map((each) => cardOf(each, outcome, () => polling.now())),
      ),
    ]);
  });
  await polling.first;
  place.append(
    polling.place,
    element(
      "p",
      {},
      "A program chooses its namespace by its endpoint: ",
      code(`${location.origin}/~NAME`),
      ".",
    ),
    field("Only names with", wanted),
    outcome.place,
    list,
    section(
      "Another one",
      createForm(outcome, () => polling.now()),
    ),
  );
}

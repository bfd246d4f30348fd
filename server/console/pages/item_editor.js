// The dialog for one item: as fields, and as DynamoDB JSON.

import { http } from "./api.js";
import { button, confirmed, dialog, element, failure, fill, foreign, notice, textarea } from "./elements.js";
import { differingNames, keyOf, putItem, readItem, removeItem } from "./item_changes.js";
import { attributeOf, indexesOf, pretty, typeOfKey, valueText } from "./values.js";
import { itemFields } from "./value_fields.js";

const keysOf = (table) => indexesOf(table)[0].keys;
export const keyText = (table, item) =>
  keysOf(table)
    .map((name) => valueText(attributeOf(item, name), 80))
    .join(" / ");

const listed = new Intl.ListFormat("en");
const NOT_CALLED = new Set(["Disabled", "NotStarted", "TableHasNoStream"]);

// Returns a note that names the functions which are called when the table changes. The note is hidden until
// the server has named such functions.
export function calledNote(table) {
  const place = element("p", { class: "muted", hidden: true });
  const say = ({ Mappings: mappings }) => {
    const names = mappings
      .filter((each) => each.TableName === table.TableName && !NOT_CALLED.has(each.State))
      .map((each) => each.Name.slice(each.TableName.length + 1));
    if (names.length === 0) return;
    fill(
      place,
      "Also calls ",
      listed.formatToParts(names).map(({ value }) => foreign(value, 80)),
      ".",
    );
    place.hidden = false;
  };
  // It is only a note: a change does not wait for it.
  http("GET", "/_tailrace/mappings", { isSilent: true }).then(say, () => {});
  return place;
}

// A new item has the keys with the types that the table declares.
const emptyItem = (table) =>
  Object.fromEntries(keysOf(table).map((name) => [name, { [typeOfKey(table, name)]: "" }]));

// The members of a map have no order.
const ordered = (value) =>
  value === null || typeof value !== "object" || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
const isSameItem = (a, b) =>
  JSON.stringify(a, (_, each) => ordered(each)) === JSON.stringify(b, (_, each) => ordered(each));

// The first name that an object in a JSON text has twice, or null. JSON.parse() keeps the last value only.
function nameGivenTwice(text) {
  const open = [];
  let last;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (token !== ":") last = token;
    else {
      const name = JSON.parse(last);
      if (open.at(-1).has(name)) return name;
      open.at(-1).add(name);
    }
  }
  return null;
}

function checked(text) {
  const item = JSON.parse(text);
  if (item === null || typeof item !== "object" || Array.isArray(item))
    throw new Error("An item is a JSON object.");
  const twice = nameGivenTwice(text);
  if (twice !== null) throw new Error(`An object has the name ${JSON.stringify(twice)} twice.`);
  return item;
}

// Two tabs that show the same item. read() returns it as it is now, or throws if the JSON cannot be read.
function editor(item, fixedKeys) {
  const place = element("div", { role: "tabpanel", id: "item-panel", tabindex: 0 });
  let read;
  let isJson = false;
  const message = element("div", {});
  function show(now) {
    tab[0].setAttribute("aria-selected", String(!isJson));
    tab[1].setAttribute("aria-selected", String(isJson));
    if (isJson) {
      const text = textarea({
        rows: 20,
        value: pretty(now),
        "aria-label": "The item in DynamoDB JSON",
        class: "code",
      });
      read = () => checked(text.value);
      fill(place, text);
    } else {
      const fields = itemFields(now, fixedKeys);
      read = fields.read;
      fill(place, fields.node);
    }
  }
  const choose = (json) => {
    try {
      const now = read();
      fill(message);
      isJson = json;
      show(now);
    } catch (error) {
      fill(message, failure(error));
    }
  };
  const tab = ["Fields", "JSON"].map((label, number) =>
    element(
      "button",
      {
        type: "button",
        role: "tab",
        "aria-controls": place.id,
        on: { click: () => choose(number === 1) },
      },
      label,
    ),
  );
  show(item);
  return {
    node: element(
      "div",
      {},
      element("div", { role: "tablist", "aria-label": "How the item is shown" }, tab),
      message,
      place,
    ),
    read: () => read(),
  };
}

// Shows an item, or a new one if `item` is null. `copied` is what a new one begins with. `onChange(change)`
// is called after something has been written.
export function editItem(table, item, { copied, onChange }) {
  const isNew = item === null;
  const message = element("div", {});
  const beginning = item ?? copied ?? emptyItem(table);
  const fields = editor(beginning, isNew ? [] : keysOf(table));
  const hasChanges = () => {
    try {
      return !isSameItem(fields.read(), beginning);
    } catch {
      return true;
    }
  };

  const attempt = (work, close) => async () => {
    try {
      onChange(await work());
      close();
    } catch (error) {
      fill(message, failure(error), await otherNow(error));
      message.scrollIntoView({ block: "nearest" });
    }
  };
  // If somebody else has changed the item meanwhile, its values are worth seeing.
  async function otherNow(error) {
    if (error.isKeyTaken) return notice("warning", "The table has an item with this key already.");
    if (error.name !== "ConditionalCheckFailedException" && error.name !== "ItemChanged") return null;
    const now = await readItem(table, keyOf(table, item));
    if (now === null) return notice("warning", "The item has been deleted since it was read.");
    return notice(
      "warning",
      "The item has been changed since it was read: ",
      differingNames(item, now).map((name) => [
        foreign(name, 60),
        " is now ",
        Object.hasOwn(now, name) ? foreign(valueText(now[name], 200)) : "gone",
        ". ",
      ]),
    );
  }
  const remove = async (close) => {
    const isSure = await confirmed({
      title: "Delete the item",
      action: "Delete item",
      text: foreign(keyText(table, item)),
    });
    if (isSure) await attempt(() => removeItem(table, item), close)();
  };
  const write = (close) => attempt(() => putItem(table, fields.read(), item), close);
  const save = (close) => () => {
    if (isNew || hasChanges()) return write(close)();
    fill(message, notice("info", "Nothing has been changed, so nothing is written."));
  };
  const duplicate = (close) => () => {
    try {
      const copy = fields.read();
      close();
      editItem(table, null, { copied: copy, onChange });
    } catch (error) {
      fill(message, failure(error));
    }
  };
  return dialog({
    title: isNew ? "New item" : foreign(keyText(table, item)),
    wide: true,
    hasChanges,
    content: () => [fields.node, calledNote(table), message],
    actions: (close) => [
      isNew ? null : button("Delete", () => remove(close), { class: "danger" }),
      isNew ? null : button("Duplicate", duplicate(close)),
      button("Cancel", () => close()),
      button(isNew ? "Create item" : "Save", save(close), { class: "primary" }),
    ],
  });
}

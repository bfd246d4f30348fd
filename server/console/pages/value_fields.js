// Fields for an item's attributes and their values, nested as deep as DynamoDB allows. Numbers are texts, so
// that they keep their digits; the server says what is wrong with a value.

import { button, element, fill, input, select, textarea, visible } from "./elements.js";
import { TYPE_NAMES, parts } from "./values.js";

const TYPES = Object.entries(TYPE_NAMES);
const EMPTY = { S: "", N: "0", B: "", BOOL: true, NULL: true, M: {}, L: [], SS: [""], NS: ["0"], BS: [""] };
// Larger maps and lists are closed at first, so that an item with hundreds of values opens at once.
const OPEN_MEMBERS = 12;

const area = (label, value) =>
  textarea({ rows: Math.min(8, Math.ceil(value.length / 60) || 1), value, "aria-label": label });

function sizeText(type, content) {
  const number = type === "M" ? Object.keys(content).length : content.length;
  return number === 1 ? "1 value" : `${number} values`;
}

// Controls for one value: the type, and what the type needs. read() returns the value as it is now.
export function valueField(value, label, { isFixed, isNested } = {}) {
  let [type, content] = parts(value);
  let read;
  const place = element("div", { class: "value" });
  const kind = select(TYPES, {
    value: type,
    disabled: isFixed,
    "aria-label": `Type of ${visible(label, 60)}`,
    on: {
      change: () => {
        // A text stays if the new type is written as a text, too.
        const now = read()[type];
        type = kind.value;
        content =
          typeof now === "string" && typeof EMPTY[type] === "string" ? now : structuredClone(EMPTY[type]);
        show(true);
      },
    },
  });
  const named = `Value of ${visible(label, 60)}`;

  function show(isOpen) {
    if (type === "M" || type === "L") {
      const inner = type === "M" ? members(content, label) : elements(content, label);
      read = () => ({ [type]: inner.read() });
      const details = element(
        "details",
        { open: isOpen },
        element("summary", {}, sizeText(type, content)),
        inner.node,
      );
      const open = () => {
        if (details.open) inner.show();
      };
      details.addEventListener("toggle", open);
      fill(place, details);
      open();
    } else if (type === "BOOL") {
      const control = select(
        [
          ["true", "true"],
          ["false", "false"],
        ],
        { value: String(content), "aria-label": named },
      );
      read = () => ({ BOOL: control.value === "true" });
      fill(place, control);
    } else if (type === "NULL") {
      read = () => ({ NULL: true });
      fill(place, element("span", { class: "muted" }, "null"));
    } else if (type.length === 2) {
      const list = elements(
        content.map((each) => ({ [type[0]]: each })),
        label,
        type[0],
      );
      list.show();
      read = () => ({ [type]: list.read().map((each) => each[type[0]]) });
      fill(place, list.node);
    } else {
      const control =
        type === "S"
          ? area(named, content)
          : input({
              value: content,
              "aria-label": named,
              inputmode: type === "N" ? "decimal" : null,
              readonly: isFixed,
              placeholder: type === "B" ? "base64" : null,
            });
      if (isFixed) control.readOnly = true;
      read = () => ({ [type]: control.value });
      fill(place, control);
    }
  }
  const isSmall = typeof content === "object" && Object.keys(content).length <= OPEN_MEMBERS;
  show(isSmall && !isNested);
  return { node: element("div", { class: "typed" }, kind, place), read: () => read() };
}

// A list of rows that is only built when it is shown; until then its value is what it was.
function rows({ make, empty, addLabel, entries, collect }) {
  let made = null;
  const list = element("div", { class: "members" });
  const node = element(
    "div",
    {},
    list,
    button(
      addLabel,
      () => {
        const row = add(empty());
        row.node.querySelector("input, select, textarea")?.focus();
      },
      { class: "small" },
    ),
  );
  function add(entry) {
    const row = make(entry, () => {
      made.splice(made.indexOf(row), 1);
      row.node.remove();
    });
    made.push(row);
    list.append(row.node);
    return row;
  }
  return {
    node,
    show: () => {
      if (made) return;
      made = [];
      entries.forEach(add);
    },
    read: () => (made ? collect(made.map((row) => row.read())) : collect(entries)),
  };
}

const remover = (label, remove) =>
  button("×", remove, { class: "plain small", "aria-label": `Remove ${visible(label, 60)}` });

function members(content, label) {
  return rows({
    entries: Object.entries(content),
    empty: () => ["", { S: "" }],
    addLabel: `Add to ${visible(label, 40)}`,
    collect: (pairs) => Object.fromEntries(pairs),
    make: ([name, value], remove) => attributeRow(name, value, { remove, isNested: true }),
  });
}

function elements(content, label, onlyType) {
  let number = 0;
  return rows({
    entries: content,
    empty: () => ({ [onlyType ?? "S"]: onlyType ? EMPTY[onlyType] : "" }),
    addLabel: `Add to ${visible(label, 40)}`,
    collect: (values) => values,
    make: (value, remove) => {
      const name = `${label}[${number++}]`;
      if (!onlyType) {
        const field = valueField(value, name, { isNested: true });
        return {
          node: element("div", { class: "member" }, field.node, remover(name, remove)),
          read: field.read,
        };
      }
      const control = input({ value: value[onlyType], "aria-label": `Value of ${visible(name, 60)}` });
      return {
        node: element("div", { class: "member" }, control, remover(name, remove)),
        read: () => ({ [onlyType]: control.value }),
      };
    },
  });
}

// A name, a type and a value. read() returns [name, value].
export function attributeRow(name, value, { remove, isKey, isNested } = {}) {
  const control = input({
    value: name,
    readonly: isKey,
    "aria-label": name ? `Name of ${visible(name, 60)}` : "Name of the new attribute",
  });
  const field = valueField(value, name || "the new attribute", { isFixed: isKey, isNested });
  const node = element(
    "div",
    { class: "member" },
    control,
    field.node,
    isKey ? element("span", { class: "badge" }, "key") : remover(name || "the new attribute", remove),
  );
  return { node, read: () => [control.value, field.read()] };
}

// The fields of a whole item. Attributes in `keys` cannot be changed or removed.
export function itemFields(item, keys) {
  const order = [
    ...keys.filter((name) => name in item),
    ...Object.keys(item).filter((name) => !keys.includes(name)),
  ];
  const fields = rows({
    entries: order.map((name) => [name, item[name]]),
    empty: () => ["", { S: "" }],
    addLabel: "Add attribute",
    collect: (pairs) => Object.fromEntries(pairs),
    make: ([name, value], remove) => attributeRow(name, value, { remove, isKey: keys.includes(name) }),
  });
  fields.show();
  return fields;
}

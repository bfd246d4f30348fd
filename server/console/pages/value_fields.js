// Fields for an item's attributes and their values, nested as deep as DynamoDB allows. Numbers are texts, so
// that they keep their digits; the server says what is wrong with a value.

import { button, element, fill, freshId, input, select, textarea, visible } from "./elements.js";
import { TYPE_NAMES, parts } from "./values.js";

const TYPES = Object.entries(TYPE_NAMES);
const EMPTY = { S: "", N: "0", B: "", BOOL: true, NULL: true, M: {}, L: [], SS: [""], NS: ["0"], BS: [""] };
// Larger maps and lists are closed at first, so that an item with hundreds of values opens at once.
const OPEN_MEMBERS = 12;

const LINE_END = /\r\n|\r|\n/g;

// Returns an edited text with the line ends of the original. New lines end as its first line does.
function withLineEnds(edited, text) {
  const ends = text.match(LINE_END) ?? [];
  if (!text.includes("\r")) return edited;
  const [lines, were] = [edited.split("\n"), text.split(LINE_END)];
  let [before, after] = [0, 0];
  while (before < ends.length && lines[before] === were[before]) ++before;
  while (after < ends.length && lines.at(-1 - after) === were.at(-1 - after)) ++after;
  const endOf = (place) => {
    if (place < before) return ends[place];
    const left = lines.length - 1 - place;
    return left <= after ? ends[ends.length - left] : ends[0];
  };
  return lines.map((line, place) => (place < lines.length - 1 ? line + endOf(place) : line)).join("");
}

// A control for a text of any number of lines. Browsers change all its line ends to the same kind, so a text
// that nobody has edited is returned as it was.
function area(text) {
  const control = textarea({ rows: Math.min(8, Math.ceil(text.length / 60) || 1), value: text });
  const shown = control.value;
  return { control, read: () => (control.value === shown ? text : withLineEnds(control.value, text)) };
}

// A text without a line end gets a control of one line.
function line(text, attributes = {}) {
  if (/[\r\n]/.test(text)) return area(text);
  const control = input({ value: text, ...attributes });
  return { control, read: () => control.value };
}

// The name of a value. The names of its controls change with it when the user renames it.
class Label {
  #followers = [];

  constructor(text) {
    this.text = text;
  }

  // Calls `show` with the text now, and whenever it changes.
  follow(show) {
    this.#followers.push(show);
    show(this.text);
  }

  rename(text) {
    this.text = text;
    for (const show of this.#followers) show(text);
  }

  // The label of an element of this list.
  element(number) {
    const inner = new Label("");
    this.follow((text) => inner.rename(`${text}[${number}]`));
    return inner;
  }
}

// A control whose accessible name follows a label: "Value of year".
function named(control, label, words) {
  label.follow((text) => control.setAttribute("aria-label", `${words} ${visible(text, 60)}`));
  return control;
}

const sizeText = (number) => (number === 1 ? "1 value" : `${number} values`);

// Controls for one value: the type, and what the type needs. read() returns the value as it is now.
function valueField(value, label, { isFixed, isNested } = {}) {
  let [type, content] = parts(value);
  let read;
  const place = element("div", { class: "value" });
  const kind = select(TYPES, {
    value: type,
    disabled: isFixed,
    on: {
      change: () => {
        // The content stays if the old and the new type both hold a text, as S, N and B do.
        const isText = (each) => typeof EMPTY[each] === "string";
        content = isText(type) && isText(kind.value) ? read()[type] : structuredClone(EMPTY[kind.value]);
        type = kind.value;
        show(true);
      },
    },
  });
  named(kind, label, "Type of");

  function show(isOpen) {
    if (type === "M" || type === "L") {
      const size = element("summary", {});
      const onSize = (number) => fill(size, sizeText(number));
      const inner = type === "M" ? members(content, label, onSize) : elements(content, label, { onSize });
      read = () => ({ [type]: inner.read() });
      const details = element("details", { open: isOpen }, size, inner.node);
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
        { value: String(content) },
      );
      named(control, label, "Value of");
      read = () => ({ BOOL: control.value === "true" });
      fill(place, control);
    } else if (type === "NULL") {
      read = () => ({ NULL: true });
      fill(place, element("span", { class: "muted" }, "null"));
    } else if (type.length === 2) {
      const list = elements(
        content.map((each) => ({ [type[0]]: each })),
        label,
        { onlyType: type[0] },
      );
      list.show();
      read = () => ({ [type]: list.read().map((each) => each[type[0]]) });
      fill(place, list.node);
    } else {
      const text =
        type === "S"
          ? area(content)
          : line(content, {
              inputmode: type === "N" ? "decimal" : null,
              placeholder: type === "B" ? "base64" : null,
            });
      named(text.control, label, "Value of");
      text.control.readOnly = isFixed === true;
      read = () => ({ [type]: text.read() });
      fill(place, text.control);
    }
  }
  const isSmall = typeof content === "object" && Object.keys(content).length <= OPEN_MEMBERS;
  show(isSmall && !isNested);
  return { node: element("div", { class: "typed" }, kind, place), read: () => read() };
}

// A list of rows that is only built when it is shown; until then its value is what it was. `onSize` is called
// with the number of rows, now and whenever it changes. `check`, if there is one, is called with the rows and
// the values that were read from them, before `collect`.
function rows({ make, empty, label, entries, collect, check, onSize = () => {} }) {
  let made = null;
  const list = element("div", { class: "members" });
  const grow = button(
    "Add attribute",
    () => {
      const row = add(empty());
      onSize(made.length);
      row.node.querySelector("input, select, textarea")?.focus();
    },
    { class: "small" },
  );
  label?.follow((text) => fill(grow, `Add to ${visible(text, 40)}`));
  onSize(entries.length);
  const node = element("div", {}, list, grow);
  function add(entry) {
    const row = make(entry, () => {
      made.splice(made.indexOf(row), 1);
      row.node.remove();
      onSize(made.length);
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
    read: () => {
      if (!made) return collect(entries);
      const now = made.map((row) => row.read());
      check?.(made, now);
      return collect(now);
    },
  };
}

const remover = (label, remove) => named(button("×", remove, { class: "plain small" }), label, "Remove");

// Refuses rows that have the same name, because only the last of them would be sent.
function eachNameOnce(made, pairs) {
  const seen = new Set();
  pairs.forEach(([name], place) => {
    if (seen.has(name)) {
      made[place].refuse("Another field has this name.");
      throw new Error(`Two fields have the name ${visible(name, 60) || "with no characters"}.`);
    }
    seen.add(name);
  });
}

function members(content, label, onSize) {
  return rows({
    entries: Object.entries(content),
    empty: () => ["", { S: "" }],
    label,
    onSize,
    check: eachNameOnce,
    collect: (pairs) => Object.fromEntries(pairs),
    make: ([name, value], remove) => attributeRow(name, value, { remove, isNested: true }),
  });
}

function elements(content, label, { onlyType, onSize }) {
  let number = 0;
  return rows({
    entries: content,
    empty: () => ({ [onlyType ?? "S"]: onlyType ? EMPTY[onlyType] : "" }),
    label,
    onSize,
    collect: (values) => values,
    make: (value, remove) => {
      const own = label.element(number++);
      if (!onlyType) {
        const field = valueField(value, own, { isNested: true });
        return {
          node: element("div", { class: "member" }, field.node, remover(own, remove)),
          read: field.read,
        };
      }
      const text = line(value[onlyType]);
      named(text.control, own, "Value of");
      return {
        node: element("div", { class: "member" }, text.control, remover(own, remove)),
        read: () => ({ [onlyType]: text.read() }),
      };
    },
  });
}

const UNNAMED = "the new attribute";

// A name, a type and a value. read() returns [name, value].
function attributeRow(name, value, { remove, isKey, isNested } = {}) {
  const label = new Label(name || UNNAMED);
  const message = element("small", { id: freshId("refused"), class: "refused", role: "alert" });
  const text = line(name);
  const control = named(text.control, label, "Name of");
  control.readOnly = isKey === true;
  // Says at the field why its name is not allowed; an empty text removes the message.
  function refuse(why) {
    message.textContent = why;
    if (why === "") {
      control.removeAttribute("aria-invalid");
      control.removeAttribute("aria-describedby");
      return;
    }
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", message.id);
    control.focus();
  }
  control.addEventListener("input", () => {
    label.rename(control.value || UNNAMED);
    refuse("");
  });
  const field = valueField(value, label, { isFixed: isKey, isNested });
  const node = element(
    "div",
    { class: "member" },
    element("div", { class: "named" }, control, message),
    field.node,
    isKey
      ? element("span", { class: "badge", title: "The key of an item stays as it is." }, "key")
      : remover(label, remove),
  );
  return { node, read: () => [text.read(), field.read()], refuse };
}

// The fields of a whole item. Attributes in `keys` cannot be changed or removed.
export function itemFields(item, keys) {
  const order = [
    ...keys.filter((name) => Object.hasOwn(item, name)),
    ...Object.keys(item).filter((name) => !keys.includes(name)),
  ];
  const fields = rows({
    entries: order.map((name) => [name, item[name]]),
    empty: () => ["", { S: "" }],
    check: eachNameOnce,
    collect: (pairs) => Object.fromEntries(pairs),
    make: ([name, value], remove) => attributeRow(name, value, { remove, isKey: keys.includes(name) }),
  });
  fields.show();
  return fields;
}

// Builds what a view shows, without ever parsing a text as HTML. Any text may come from an untrusted source.
//
// element(tag, attributes, ...children) makes an element. A child is a node, a text, a list of them, or
// null. Attributes: `on` has event handlers, `class`, `value`, `checked` and so on are as in HTML; an
// attribute whose value is false, null or undefined is left out, and true means that it has no value. svg()
// is the same for SVG. The other functions are what views are made of: field(), table(), tabs(), notice(),
// dialog().

import { unreachable } from "./api.js";

const SVG = "http://www.w3.org/2000/svg";
// Set as properties, because the attributes of the same name only set a control's initial state.
const PROPERTIES = new Set(["value", "checked", "selected", "disabled", "indeterminate", "open"]);

function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) parent.append(child);
  }
}

function build(made, attributes, children) {
  const late = [];
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    } else if (PROPERTIES.has(name) && name in made) {
      late.push([name, value]);
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(made, children);
  // These properties are set last: a select accepts a value only if it already has that option.
  for (const [name, value] of late) if (value !== undefined && value !== null) made[name] = value;
  return made;
}

export const element = (tag, attributes, ...children) =>
  build(document.createElement(tag), attributes, children);
export const svg = (tag, attributes, ...children) =>
  build(document.createElementNS(SVG, tag), attributes, children);

export function fill(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
  return parent;
}

// Characters that a reader cannot see, or that change the order of the others, such as U+202E.
const UNSEEN = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

// Returns a text as people may see it: unseen characters by their numbers, and not too long.
export function visible(text, limit = Infinity) {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  const numbered = (c) => `⟨U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
  return cut.replace(UNSEEN, numbered);
}

// A text from somebody else. Its writing direction does not affect the text around it.
export const foreign = (text, limit) => element("bdi", {}, visible(String(text), limit));
export const code = (text, limit) => element("code", {}, element("bdi", {}, visible(String(text), limit)));

let count = 0;
export const freshId = (stem) => `${stem}-${++count}`;

export const button = (label, click, attributes = {}) =>
  element("button", { type: "button", ...attributes, on: { click } }, label);
export const link = (label, href, attributes = {}) => element("a", { href, ...attributes }, label);

export const input = (attributes = {}) =>
  element("input", { type: "text", autocomplete: "off", spellcheck: "false", ...attributes });
export const textarea = (attributes = {}) =>
  element("textarea", { rows: 6, autocomplete: "off", spellcheck: "false", ...attributes });

// `options` has texts, or pairs of a value and a label.
export function select(options, attributes = {}) {
  const pairs = options.map((each) => (Array.isArray(each) ? each : [each, each]));
  return element(
    "select",
    attributes,
    pairs.map(([value, label]) => element("option", { value }, visible(label, 80))),
  );
}

// A control with its label above it, and a hint below it if there is one.
export function field(label, control, { hint, wide } = {}) {
  control.id ||= freshId("control");
  const about = hint ? element("small", { id: freshId("hint") }, hint) : null;
  if (about) control.setAttribute("aria-describedby", about.id);
  return element(
    "div",
    { class: wide ? "field wide" : "field" },
    element("label", { for: control.id }, label),
    control,
    about,
  );
}

export function checkbox(label, attributes = {}) {
  const box = element("input", { type: "checkbox", ...attributes });
  return { box, node: element("label", { class: "check" }, box, label) };
}

export const group = (legend, ...children) =>
  element("fieldset", {}, element("legend", {}, legend), ...children);

// `kind` is "info", "good", "warning" or "error". A screen reader reads it aloud.
export function notice(kind, ...children) {
  return element(
    "div",
    { class: `notice ${kind}`, role: kind === "error" ? "alert" : "status" },
    ...children,
  );
}

const ABOUT_KEYS = new Set(["InvalidSignatureException", "UnrecognizedClientException"]);

// What browsers say if they do not get a module that a view needs.
const NO_MODULE = /dynamically imported module|Importing a module script failed/;

// What failed, in the server's own words.
export function failure(error) {
  if (error?.name === "TypeError" && NO_MODULE.test(error.message)) return failure(unreachable());
  const name =
    error?.name && error.name !== "Error" ? [element("strong", {}, visible(error.name, 120)), ": "] : [];
  const hint = ABOUT_KEYS.has(error?.name)
    ? " The button Connection takes the keys that the server knows."
    : null;
  return notice("error", ...name, foreign(error?.message ?? error, 4000), hint);
}

// Columns are {label, number: true for numbers}; rows are lists of cells, each a node or a text. On a narrow
// screen the table scrolls inside its own region.
export function table({ label, columns, rows, empty = "Nothing." }) {
  const cell = (content, index) =>
    element(
      index === 0 ? "th" : "td",
      { scope: index === 0 ? "row" : null, class: columns[index].number ? "number" : null },
      content,
    );
  const head = columns.map((each) =>
    element("th", { scope: "col", class: each.number ? "number" : null }, each.label),
  );
  if (rows.length === 0) return element("p", { class: "muted" }, empty);
  return element(
    "div",
    { class: "scroll", role: "region", tabindex: 0, "aria-label": label },
    element(
      "table",
      { "aria-label": label },
      element("thead", {}, element("tr", {}, head)),
      element(
        "tbody",
        {},
        rows.map((row) => element("tr", {}, row.map(cell))),
      ),
    ),
  );
}

// `parts` has {label, show()}, and show() returns what the tab shows. Arrow keys move between tabs.
export function tabs({ label, parts, selected = 0, onSelect }) {
  const panel = element("div", { role: "tabpanel", id: freshId("panel"), tabindex: 0, class: "panel" });
  const buttons = parts.map((part, index) =>
    element(
      "button",
      {
        type: "button",
        role: "tab",
        id: freshId("tab"),
        "aria-controls": panel.id,
        on: {
          click: () => choose(index),
          keydown: (event) => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
            if (!step) return;
            event.preventDefault();
            choose((index + step + parts.length) % parts.length);
          },
        },
      },
      part.label,
    ),
  );
  function choose(index, isFirst) {
    buttons.forEach((each, place) => {
      each.setAttribute("aria-selected", String(place === index));
      each.tabIndex = place === index ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", buttons[index].id);
    if (!isFirst) {
      buttons[index].focus();
      onSelect?.(index);
    }
    fill(panel, parts[index].show());
  }
  choose(selected, true);
  return element(
    "div",
    { class: "tabs" },
    element("div", { role: "tablist", "aria-label": label }, buttons),
    panel,
  );
}

// The dialogs that are open: {close(), hasChanges()}.
const openDialogs = new Set();
export const dialogs = {
  haveChanges: () => [...openDialogs].some((each) => each.hasChanges()),
  close: () => [...openDialogs].forEach((each) => each.close()),
};

// Shows a modal dialog and returns {node, close(value), closed}, where `closed` is a promise of that value,
// or of undefined if the user leaves the dialog with Escape. `content` and `actions` may be functions that
// are called with close(). If hasChanges() is true, the user is asked before Escape or × discards the
// changes.
export function dialog({ title, content, actions = [], wide = false, hasChanges = () => false }) {
  const heading = element("h2", { id: freshId("title") }, title);
  const box = element("dialog", { "aria-labelledby": heading.id, class: wide ? "wide" : null });
  let finish;
  const closed = new Promise((resolve) => {
    finish = resolve;
  });
  const shown = { close: () => close(), hasChanges };
  const close = (value) => {
    openDialogs.delete(shown);
    finish(value);
    box.close();
  };
  const leave = async (event) => {
    if (!hasChanges()) return event ? undefined : close();
    event?.preventDefault();
    if (await confirmedLeaving()) close();
  };
  const made = (part) => (typeof part === "function" ? part(close) : part);
  append(box, [
    element(
      "header",
      {},
      heading,
      button("×", () => leave(), { class: "plain", "aria-label": "Close" }),
    ),
    element("div", { class: "content" }, made(content)),
    element("footer", {}, made(actions)),
  ]);
  // A page can prevent only the first of several "cancel" events. It can prevent every key press, so Escape
  // is also handled as a key.
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave(event);
  });
  box.addEventListener("cancel", (event) => {
    if (event.target === box) leave(event);
  });
  box.addEventListener("close", () => {
    openDialogs.delete(shown);
    finish(undefined);
    box.remove();
  });
  openDialogs.add(shown);
  document.body.append(box);
  box.showModal();
  return { node: box, close, closed };
}

// Shows a dialog with a form, and returns a promise of answer() when the user submits it, or of undefined if
// not. `submit` is the form's button.
export function formDialog({ title, answer, submit }, ...content) {
  return dialog({
    title,
    content: (close) =>
      element(
        "form",
        {
          on: {
            submit: (event) => {
              event.preventDefault();
              if (!submit.disabled) close(answer());
            },
          },
        },
        ...content,
        element(
          "div",
          { class: "actions" },
          button("Cancel", () => close()),
          submit,
        ),
      ),
  }).closed;
}

// Asks whether to go on. With `typed`, the user has to type that text first.
export function confirmed({ title, text, action, typed }) {
  const go = button(action, null, { class: "danger", type: "submit", disabled: typed !== undefined });
  const answer = input({
    on: {
      input: () => {
        go.disabled = answer.value !== typed;
      },
    },
  });
  return formDialog(
    { title, answer: () => true, submit: go },
    element("p", {}, text),
    typed === undefined ? null : field(["Type ", code(typed), " to confirm"], answer),
  ).then((value) => value === true);
}

export const confirmedLeaving = () =>
  confirmed({
    title: "Leave without saving?",
    text: "What you have changed here is lost.",
    action: "Discard changes",
  });

const COUNT = new Intl.NumberFormat("en");
export const countText = (number) => COUNT.format(number);
// "1 item", "2 items".
export const countOf = (number, noun) => `${countText(number)} ${noun}${number === 1 ? "" : "s"}`;
export function bytesText(bytes) {
  if (bytes < 1000) return countOf(bytes, "byte");
  const units = ["KB", "MB", "GB", "TB"];
  let size = bytes / 1000,
    unit = 0;
  while (size >= 1000 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

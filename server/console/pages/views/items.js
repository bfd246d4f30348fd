// The items of one table: a query, its result as rows, and what can be done with them.

import {
  button,
  confirmed,
  countOf,
  countText,
  dialog,
  element,
  failure,
  fill,
  foreign,
  notice,
  visible,
} from "../elements.js";
import { keyOf, readItem, removeFound, removeItems } from "../item_changes.js";
import { editItem, keyText } from "../item_editor.js";
import { ItemPages } from "../item_pages.js";
import { requestOf, typeIn } from "../item_query.js";
import { queryForm } from "../query_form.js";
import { keepsOldImages, undoLastChange } from "../stream_undo.js";
import { attributeOf, indexesOf, parts, valueText } from "../values.js";
import { virtualTable } from "../virtual_table.js";

const MOST_COLUMNS = 20;
const MOST_UNDONE = 200;
const NO_WAY_BACK = "This cannot be undone.";
const SELECT_WIDTH = 44;
// In pixels. An attribute that is not part of a key is not wider than this, unless there is room.
const [NARROWEST, WIDEST] = [80, 340];
// The padding of a cell, and a little more for fractions of a pixel.
const BESIDE_TEXT = 26;
const SHOWN_CHARACTERS = 100;

// The address has the question, so that back and reload find it again.
function readQuestion(parameters) {
  try {
    return JSON.parse(parameters.get("q") ?? "{}") ?? {};
  } catch {
    return {};
  }
}

// The attributes of the first items: keys first, then by how many items have them.
function attributeNames(table, index, items) {
  const keys = [
    ...new Set([
      ...indexesOf(table)[0].keys,
      ...(indexesOf(table).find((each) => each.name === index)?.keys ?? []),
    ]),
  ];
  const counts = new Map();
  for (const item of items)
    for (const name of Object.keys(item)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const others = [...counts.keys()]
    .filter((name) => !keys.includes(name))
    .sort((a, b) => counts.get(b) - counts.get(a));
  return {
    keys,
    shown: [...keys, ...others].slice(0, MOST_COLUMNS),
    hidden: Math.max(0, keys.length + others.length - MOST_COLUMNS),
  };
}

const shownText = (value) => valueText(value, SHOWN_CHARACTERS);

// Returns a function that measures a text in the page's font, in pixels.
function ruler() {
  const { fontFamily, fontSize } = getComputedStyle(document.body);
  const drawing = document.createElement("canvas").getContext("2d");
  drawing.font = `${fontSize} ${fontFamily}`;
  return (text) => drawing.measureText(text).width;
}

// The least width of a column in pixels, and the width that shows its texts as a whole.
function widthsOf(name, items, isKey, measured) {
  const values = items.slice(0, 50).map((item) => attributeOf(item, name));
  const texts = values.filter(Boolean).map((value) => visible(shownText(value)));
  const longest = Math.max(...[visible(name, 60), ...texts].map(measured));
  const whole = Math.max(NARROWEST, BESIDE_TEXT + Math.ceil(longest));
  return { whole, width: Math.min(whole, isKey ? WIDEST * 2 : WIDEST) };
}

function isNumber(name, items) {
  const values = items.map((item) => attributeOf(item, name)).filter(Boolean);
  return values.length > 0 && values.every((value) => "N" in value);
}

class ItemsView {
  constructor(place, context) {
    Object.assign(this, { place, context, table: context.table, selected: new Map() });
    this.question = readQuestion(context.parameters);
    this.message = element("div", {});
    this.status = element("p", { class: "muted status", role: "status" });
    this.result = element("div", {});
    this.rows = null;
  }

  show() {
    const { table } = this;
    this.context.heading(
      table.TableName,
      button("New item", () => this.edit(null), { class: "primary" }),
      button("Import", () => this.transfer("importItems")),
      button("Export", () => this.transfer("exportItems")),
      keepsOldImages(table) ? button("Undo last change", () => this.undoLast()) : null,
      button("Purge", () => this.purge(), { class: "danger" }),
    );
    this.removeSelected = button("Delete selected", () => this.deleteSelected(), {
      class: "danger small",
      disabled: true,
    });
    this.removeAll = button("Delete all that match", () => this.deleteFound(), {
      class: "danger small",
      hidden: true,
    });
    this.place.append(
      queryForm(table, this.question, {
        onAsk: (question) => this.ask(question),
        typeOf: (name) => typeIn(this.pages?.loaded() ?? [], name),
      }),
      this.message,
      element(
        "div",
        { class: "toolbar" },
        this.status,
        element("div", { class: "actions end" }, this.removeSelected, this.removeAll),
      ),
      this.result,
    );
    return this.run();
  }

  ask(question) {
    const text = JSON.stringify(question);
    const q = text === "{}" ? undefined : text;
    if ((this.context.parameters.get("q") ?? undefined) === q) return this.run();
    this.context.go(["tables", this.table.TableName, "items"], { q });
  }

  async run() {
    this.selected.clear();
    this.rows?.end();
    this.rows = null;
    fill(this.result, element("p", { class: "muted" }, "Reading…"));
    try {
      this.request = requestOf(this.table, this.question);
      this.pages = new ItemPages(this.table, this.request, {
        limit: this.question.limit,
        signal: this.context.signal,
        onChange: () => this.update(),
      });
      await this.pages.more();
      this.rows?.refresh();
    } catch (error) {
      if (error.name === "AbortError") return;
      fill(this.result, failure(error));
    }
  }

  // Called after pages have arrived.
  update() {
    const { pages } = this;
    if (pages.count === 0) {
      this.showStatus();
      fill(
        this.result,
        notice(
          "info",
          pages.isDone ? "No items." : `${countOf(pages.cost.read, "item")} read, and none matches so far. `,
          pages.isDone ? null : button("Read on", () => this.more(true), { class: "small" }),
        ),
      );
      return;
    }
    if (!this.rows) this.makeRows();
    else this.rows.refresh();
    this.showStatus();
  }

  async more(isAsked) {
    const { pages } = this;
    const before = pages.count;
    try {
      await pages.more(isAsked);
      // These may be too few to fill the view.
      if (pages.count > before) this.rows?.refresh();
    } catch (error) {
      if (error.name !== "AbortError") fill(this.message, failure(error));
    }
  }

  showStatus() {
    const { pages } = this;
    const { cost } = pages;
    const found = pages.isDone ? countOf(pages.count, "item") : `First ${countOf(pages.count, "item")}`;
    const units = `${Number(cost.capacity.toFixed(1))} capacity units`;
    fill(
      this.status,
      `${found}. ${this.request.operation}: ${countText(cost.read)} read, `,
      `${countOf(cost.requests, "request")}, ${units}.`,
      pages.isPaused && pages.count
        ? [" ", button("Read on", () => this.more(true), { class: "small" })]
        : null,
    );
    this.removeSelected.disabled = this.selected.size === 0;
    this.removeSelected.textContent = this.selected.size
      ? `Delete ${countText(this.selected.size)} selected`
      : "Delete selected";
    this.removeAll.hidden =
      this.request.input.FilterExpression === undefined && this.request.operation === "Scan";
    this.removeAll.disabled = pages.isDone && pages.count === 0;
  }

  makeRows() {
    const first = this.pages.loaded();
    const { keys, shown, hidden } = attributeNames(this.table, this.question.index, first);
    const measured = ruler();
    const all = element("input", {
      type: "checkbox",
      "aria-label": "Select all that have been read",
      on: {
        change: () => this.selectAll(all.checked),
      },
    });
    const columns = [
      { node: all, label: "", width: SELECT_WIDTH },
      ...shown.map((name) => ({
        label: foreign(name, 60),
        ...widthsOf(name, first, keys.includes(name), measured),
        number: isNumber(name, first),
      })),
    ];
    this.rows = virtualTable({
      label: `Items of ${this.table.TableName}`,
      columns,
      count: () => this.pages.count,
      row: (index) => this.cells(index, shown),
      onSight: (from, to) => {
        this.pages.forgetFarFrom(from);
        if (to >= this.pages.count - 20) this.more(false);
      },
    });
    fill(
      this.result,
      this.rows.node,
      hidden
        ? element(
            "p",
            { class: "muted" },
            `${countOf(hidden, "more attribute")} are not shown here; open an item to see all.`,
          )
        : null,
    );
    this.rows.update();
  }

  cells(index, names) {
    const item = this.pages.item(index);
    if (item === null) return null;
    const key = keyOf(this.table, item);
    const id = JSON.stringify(key);
    const text = visible(keyText(this.table, item), 120);
    const box = element("input", {
      type: "checkbox",
      checked: this.selected.has(id),
      "aria-label": `Select ${text}`,
      on: {
        change: () => {
          if (box.checked) this.selected.set(id, key);
          else this.selected.delete(id);
          this.showStatus();
        },
      },
    });
    const cell = (name, place) => {
      const value = attributeOf(item, name);
      if (place === 0) {
        return button(foreign(shownText(value)), () => this.edit(key), {
          class: "cell",
          "aria-label": `Open ${text}`,
        });
      }
      if (value === undefined) return element("td", {});
      const [type] = parts(value);
      return element("td", { class: type === "N" ? "number" : `type-${type}` }, foreign(shownText(value)));
    };
    return [box, ...names.map(cell)];
  }

  selectAll(isOn) {
    this.selected.clear();
    if (isOn) {
      for (const item of this.pages.loaded()) {
        const key = keyOf(this.table, item);
        this.selected.set(JSON.stringify(key), key);
      }
    }
    this.rows.update();
    this.showStatus();
  }

  // The address may have the key of an item to open.
  async openNamed() {
    const text = this.context.parameters.get("item");
    if (text === null) return;
    try {
      await this.edit(JSON.parse(text));
    } catch {
      fill(this.message, notice("warning", "The address has no key of an item."));
    }
  }

  async edit(key) {
    try {
      const item = key === null ? null : await readItem(this.table, key);
      if (this.context.signal.aborted) return;
      if (key !== null && item === null)
        return fill(this.message, notice("warning", "The item has been deleted since it was read."));
      editItem(this.table, item, { onChange: (change) => this.changed(change) });
    } catch (error) {
      fill(this.message, failure(error));
    }
  }

  // Says what has been done, with a way back, and reads the items again.
  changed(change) {
    const undo = async () => {
      try {
        await change.undo();
        fill(this.message, notice("good", "The change has been undone."));
        await this.run();
      } catch (error) {
        fill(this.message, failure(error));
      }
    };
    fill(
      this.message,
      notice("good", `${change.text} `, change.undo ? button("Undo", undo, { class: "small" }) : null),
    );
    const isSame = (item) =>
      JSON.stringify(keyOf(this.table, item)) === JSON.stringify(keyOf(this.table, change.after));
    // A changed item stays where it is in the list.
    if (change.before && change.after && this.pages.replace(isSame, change.after)) return this.rows.update();
    return this.run();
  }

  async undoLast() {
    try {
      await undoLastChange(this.table, { onChange: (change) => this.changed(change) });
    } catch (error) {
      fill(this.message, failure(error));
    }
  }

  // Shows how far work has come, and lets the user end it.
  async withProgress(title, work) {
    const ending = new AbortController();
    const text = element("p", { role: "status" }, "0 items");
    const shown = dialog({
      title,
      content: [text, element("progress", { "aria-label": title })],
      actions: [button("Stop", () => ending.abort())],
    });
    shown.closed.then(() => ending.abort());
    try {
      const onProgress = (number) => {
        text.textContent = countOf(number, "item");
      };
      await this.changed(await work({ onProgress, signal: ending.signal }));
    } catch (error) {
      if (error.name === "AbortError") await this.changed({ text: `${title} was stopped.` });
      else fill(this.message, failure(error));
    } finally {
      shown.close();
    }
  }

  async deleteSelected() {
    const keys = [...this.selected.values()];
    const canUndo = keys.length <= MOST_UNDONE;
    const isSure = await confirmed({
      title: "Delete items",
      action: `Delete ${countOf(keys.length, "item")}`,
      text: canUndo
        ? "You can undo this until you leave the page."
        : `This cannot be undone. It can for up to ${MOST_UNDONE} items.`,
    });
    if (isSure) await this.withProgress("Delete items", (options) => removeItems(this.table, keys, options));
  }

  async deleteFound() {
    const isSure = await confirmed({
      title: "Delete all that match",
      action: "Delete all that match",
      typed: this.table.TableName,
      text: [
        "All items that the query finds are deleted, including those that are not in the list yet. ",
        NO_WAY_BACK,
      ],
    });
    if (isSure) await this.removeAllOf(this.request, "Delete all that match");
  }

  async purge() {
    const isSure = await confirmed({
      title: "Purge the table",
      action: "Delete all items",
      typed: this.table.TableName,
      text: [
        "All items are deleted, one by one, so the stream has a record of each. The table stays. ",
        NO_WAY_BACK,
      ],
    });
    if (isSure) await this.removeAllOf(requestOf(this.table, {}), "Purge the table");
  }

  removeAllOf(request, title) {
    return this.withProgress(title, async (options) => {
      const number = await removeFound(this.table, request, options);
      return { text: `${countOf(number, "item")} ${number === 1 ? "has" : "have"} been deleted.` };
    });
  }

  async transfer(name) {
    const module = await import("../data_transfer.js");
    module[name](this.table, { onChange: (change) => this.changed(change) });
  }
}

export async function show(place, context) {
  const view = new ItemsView(place, context);
  await view.show();
  await view.openNamed();
  return () => view.rows?.end();
}

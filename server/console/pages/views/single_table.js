// One table with several kinds of items: grouped by partition, with a colour and a label for each kind, a
// tab for each index, and links from key to key.

import { dynamodb } from "../api.js";
import {
  button,
  countOf,
  element,
  failure,
  fill,
  foreign,
  link,
  notice,
  tabs,
  visible,
} from "../elements.js";
import { UNNAMED, entityCounts, entityOf, partitionsOf, targetOf, targetsOf } from "../entities.js";
import { keyOf, readItem } from "../item_changes.js";
import { editItem, keyText } from "../item_editor.js";
import { requestOf } from "../item_query.js";
import { attributeOf, indexesOf, valueText } from "../values.js";
import { describeInSight, tableNames } from "./tables.js";

const PAGE = 300;
const COLOURS = 8;

// A kind has the same colour as long as the page is open.
const colours = new Map();
function colourOf(entity) {
  if (entity === UNNAMED) return COLOURS;
  if (!colours.has(entity)) colours.set(entity, (colours.size % (COLOURS - 1)) + 1);
  return colours.get(entity);
}

// The values of a partition key, as a JSON list; null for all partitions.
function readPartition(parameters) {
  try {
    const values = JSON.parse(parameters.get("partition"));
    return Array.isArray(values) ? values.map(String) : null;
  } catch {
    return null;
  }
}

class SingleTable {
  constructor(place, context, table) {
    Object.assign(this, { place, context, table, indexes: indexesOf(table), hidden: new Set() });
    this.index =
      this.indexes.find((each) => each.name === (context.parameters.get("index") ?? "")) ?? this.indexes[0];
    this.partition = readPartition(context.parameters);
    this.items = [];
    this.next = undefined;
    this.message = element("div", {});
    this.result = element("div", {});
  }

  address(index, values) {
    return this.context.href(["single-table", this.table.TableName], {
      index,
      partition: values && JSON.stringify(values.map((value) => value.S ?? value.N ?? value.B)),
    });
  }

  async read() {
    const { operation, input } = requestOf(this.table, {
      index: this.index.name,
      partition: this.partition ?? undefined,
    });
    const shown = { ...input, ExclusiveStartKey: this.next, ReturnConsumedCapacity: "INDEXES" };
    const answer = await dynamodb(
      operation,
      { ...shown, Limit: PAGE },
      { signal: this.context.signal, shown },
    );
    this.items.push(...answer.Items);
    this.next = answer.LastEvaluatedKey;
  }

  show() {
    const counts = entityCounts(this.items, this.indexes[0].keys);
    const badge = (entity) =>
      element("span", { class: `entity series-${colourOf(entity)}` }, foreign(entity, 40));
    const facets = element(
      "div",
      { class: "toolbar", role: "group", "aria-label": "Kinds of items" },
      counts.map(([entity, number]) =>
        element(
          "button",
          {
            type: "button",
            class: "facet",
            "aria-pressed": String(!this.hidden.has(entity)),
            on: {
              click: () => {
                if (!this.hidden.delete(entity)) this.hidden.add(entity);
                this.show();
              },
            },
          },
          badge(entity),
          ` ${number}`,
        ),
      ),
    );
    const shown = this.items.filter((item) => !this.hidden.has(entityOf(item, this.indexes[0].keys)));
    const partitions = partitionsOf(shown, this.index, this.indexes[0].keys);
    const known = targetsOf(partitions, this.index.name);
    fill(
      this.result,
      element(
        "p",
        { class: "muted", role: "status" },
        `${countOf(shown.length, "item")} in ${countOf(partitions.length, "partition")}.`,
        this.next ? " There are more." : null,
      ),
      this.partition === null
        ? null
        : element(
            "p",
            {},
            "Only the partition ",
            foreign(this.partition.join(", "), 200),
            ". ",
            link("Show all", this.address(this.index.name)),
          ),
      facets,
      partitions.map((each) => this.shownPartition(each, badge, known)),
      this.next ? button("Read more items", () => this.more()) : null,
    );
  }

  shownPartition({ values, items }, badge, known) {
    const { partition, sort, keys } = this.index;
    const names = this.namesOf(items, keys);
    const head = ["Kind", ...[...sort, ...names].map((name) => foreign(name, 60)), "Item"];
    const title = values.map((value) => valueText(value, 120)).join(", ");
    const row = ({ item, entity }) =>
      element(
        "tr",
        {},
        element("td", {}, badge(entity)),
        sort.map((name) => element("th", { scope: "row" }, this.cell(name, item, known))),
        names.map((name) =>
          element(
            "td",
            { class: attributeOf(item, name)?.N === undefined ? null : "number" },
            this.cell(name, item, known),
          ),
        ),
        element(
          "td",
          {},
          button("Open", () => this.open(item), {
            class: "small",
            "aria-label": `Open ${visible(keyText(this.table, item), 160)}`,
          }),
        ),
      );
    return element(
      "section",
      { class: "partition", "aria-label": `Partition ${visible(title)}` },
      element(
        "h2",
        {},
        element("span", { class: "muted" }, foreign(partition.join(", "), 120), " "),
        link(foreign(title), this.address(this.index.name, values)),
        element("span", { class: "muted" }, ` ${countOf(items.length, "item")}`),
      ),
      element(
        "div",
        { class: "scroll", role: "region", tabindex: 0, "aria-label": `Items of ${visible(title)}` },
        element(
          "table",
          { class: "lines" },
          element(
            "thead",
            {},
            element(
              "tr",
              {},
              head.map((each) => element("th", { scope: "col" }, each)),
            ),
          ),
          element("tbody", {}, items.map(row)),
        ),
      ),
    );
  }

  // The attributes of these items, without their keys here. The most informative ones come first.
  namesOf(items, keys) {
    const all = new Set(items.flatMap(({ item }) => Object.keys(item)));
    const others = [...all].filter((name) => !keys.includes(name));
    const isKey = (name) => this.indexes.some((each) => each.keys.includes(name));
    return [...others.filter(isKey), ...others.filter((name) => !isKey(name))].slice(0, 12);
  }

  cell(name, item, known) {
    const value = attributeOf(item, name);
    if (value === undefined) return "";
    const text = foreign(valueText(value, 120));
    const target = targetOf(name, value, this.indexes, known);
    const isHere = target && target.index === this.index.name && this.index.partition.includes(name);
    return target && !isHere ? link(text, this.address(target.index, target.values)) : text;
  }

  async open(item) {
    try {
      const now = await readItem(this.table, keyOf(this.table, item));
      if (this.context.signal.aborted) return;
      if (now === null) throw new Error("The item has been deleted since it was read.");
      editItem(this.table, now, {
        onChange: async (change) => {
          fill(this.message, notice("good", change.text));
          [this.items, this.next] = [[], undefined];
          await this.more();
        },
      });
    } catch (error) {
      fill(this.message, failure(error));
    }
  }

  async more() {
    try {
      await this.read();
      this.show();
    } catch (error) {
      if (error.name !== "AbortError") fill(this.message, failure(error));
    }
  }
}

async function chooseTable(place, context) {
  const names = await tableNames(context.signal);
  if (names.length === 0) {
    place.append(notice("info", "There are no tables yet."));
    return;
  }
  const counts = names.map(() => element("span", {}));
  const entries = names.map((name, index) =>
    element("li", {}, link(foreign(name), context.href(["single-table", name])), " ", counts[index]),
  );
  const message = element("div", {});
  place.append(
    element("p", {}, "This view shows tables in which items of several kinds are together."),
    message,
    element("ul", {}, entries),
  );
  describeInSight(
    entries.map((entry, index) => [entry, names[index]]),
    {
      signal: context.signal,
      onTable: (entry, described) => {
        if (described === null) entry.remove();
        else fill(entry.lastChild, countOf(described.ItemCount, "item"));
      },
      onError: (error) => fill(message, failure(error)),
    },
  );
}

export async function show(place, context) {
  context.heading("Single table");
  const [name] = context.path;
  if (name === undefined) return chooseTable(place, context);
  const described = (await dynamodb("DescribeTable", { TableName: name }, { signal: context.signal })).Table;
  const view = new SingleTable(place, context, described);
  context.heading(
    name,
    link("Items as a list", context.href(["tables", name, "items"]), { class: "button" }),
  );
  const parts = view.indexes.map((each) => ({
    label: each.name ? foreign(each.name, 60) : "Table",
    show: () => view.result,
  }));
  place.append(
    view.message,
    parts.length === 1
      ? view.result
      : tabs({
          label: "Indexes",
          parts,
          selected: view.indexes.indexOf(view.index),
          onSelect: (place) => context.go(["single-table", name], { index: view.indexes[place].name }),
        }),
  );
  await view.read();
  view.show();
}

// The form for a query of a table: its index, keys, filters, attributes and order.

import { button, checkbox, element, field, fill, foreign, input, select, visible } from "./elements.js";
import { FILTER_OPERATORS, FILTER_TYPES, SORT_OPERATORS, valuesOf } from "./item_query.js";
import { indexesOf, typeOfKey } from "./values.js";

const KINDS = { S: "string", N: "number", B: "binary, in base64" };

// `typeOf(name)` is the type of an attribute, if it is known. A type that the user chooses stays.
function filterRow(filter, typeOf, remove) {
  const name = input({
    value: filter.name ?? "",
    placeholder: "attribute",
    "aria-label": "Attribute of the filter",
  });
  const operator = select(FILTER_OPERATORS, {
    value: filter.operator ?? "=",
    "aria-label": "Operator of the filter",
  });
  const type = select(FILTER_TYPES, {
    value: filter.type ?? "S",
    "aria-label": "Type of the filter's value",
  });
  const first = input({
    value: filter.first ?? "",
    placeholder: "value",
    "aria-label": "Value of the filter",
  });
  const second = input({
    value: filter.second ?? "",
    placeholder: "and",
    "aria-label": "Upper value of the filter",
  });
  const update = () => {
    first.hidden = valuesOf(operator.value) === 0 || type.value === "NULL";
    second.hidden = valuesOf(operator.value) < 2;
    type.hidden =
      valuesOf(operator.value) === 0 || operator.value === "has type" || operator.value.startsWith("size");
    first.placeholder =
      operator.value === "in" ? "a, b, c" : operator.value === "has type" ? "S, N, M…" : "value";
  };
  let isChosen = false;
  operator.addEventListener("change", update);
  type.addEventListener("change", () => {
    isChosen = true;
    update();
  });
  name.addEventListener("input", () => {
    if (!isChosen) type.value = typeOf(name.value) ?? type.value;
    update();
  });
  update();
  const row = {
    node: element(
      "div",
      { class: "line" },
      name,
      operator,
      type,
      first,
      second,
      button("×", () => remove(row), { class: "plain", "aria-label": "Remove the filter" }),
    ),
    name,
    read: () => ({
      name: name.value,
      operator: operator.value,
      type: type.value,
      first: first.value,
      second: second.value,
    }),
  };
  return row;
}

// The controls for one attribute of a sort key.
function sortFields(name, kind, wanted, operatorLabel) {
  const operator = select(SORT_OPERATORS, { value: wanted?.operator ?? "=", "aria-label": operatorLabel });
  const first = input({ value: wanted?.first ?? "" });
  const second = input({
    value: wanted?.second ?? "",
    "aria-label": `Upper value of ${visible(name, 60)}`,
    placeholder: "and",
  });
  const update = () => {
    second.hidden = operator.value !== "between";
  };
  operator.addEventListener("change", update);
  update();
  return {
    node: element(
      "div",
      { class: "grow sort" },
      field([foreign(name, 60), " (sort key)"], first, { hint: kind }),
      operator,
      second,
    ),
    read: () => ({ operator: operator.value, first: first.value, second: second.value || undefined }),
  };
}

// The key fields of the chosen index.
function keyFields(table, question) {
  const indexes = indexesOf(table);
  const chosen = indexes.find((each) => each.name === (question.index ?? "")) ?? indexes[0];
  const kind = (name) => `A ${KINDS[typeOfKey(table, name)]}.`;
  const partition = chosen.partition.map((_, place) => input({ value: question.partition?.[place] ?? "" }));
  const operatorLabel = (name) =>
    chosen.sort.length === 1 ? "Operator of the sort key" : `Operator of ${visible(name, 60)}`;
  const sort = chosen.sort.map((name, place) =>
    sortFields(name, kind(name), question.sort?.[place], operatorLabel(name)),
  );
  return {
    nodes: [
      chosen.partition.map((name, place) =>
        element(
          "div",
          { class: "grow" },
          field([foreign(name, 60), " (partition key)"], partition[place], {
            hint: `${kind(name)} Without it, the ${chosen.name ? "index" : "table"} is scanned.`,
          }),
        ),
      ),
      sort.map((each) => each.node),
    ],
    read: () => {
      const conditions = sort.map((each) => each.read());
      return {
        partition: partition.some((each) => each.value !== "")
          ? partition.map((each) => each.value)
          : undefined,
        sort: conditions.some((each) => each.first !== "") ? conditions : undefined,
      };
    },
  };
}

// `onAsk(question)` is called with what the user asks. Members that are not used are left out of it.
// `typeOf(name)` returns the type of an attribute's values, such as "N", or undefined if it is not known.
export function queryForm(table, question, { onAsk, typeOf }) {
  const indexes = indexesOf(table).map((each) => [
    each.name,
    each.name ? `${each.name} (${each.kind})` : "the table",
  ]);
  const index = select(indexes, { value: question.index ?? "" });
  const keyPlace = element("div", { class: "line keys" });
  let keys;
  const showKeys = (now) => {
    keys = keyFields(table, now);
    fill(keyPlace, indexes.length > 1 ? field("Index", index) : null, keys.nodes);
  };
  index.addEventListener("change", () => showKeys({ ...keys.read(), index: index.value, sort: undefined }));
  showKeys(question);

  const any = select(
    [
      ["", "all filters apply"],
      ["any", "any filter applies"],
    ],
    { value: question.any ? "any" : "", "aria-label": "How filters combine" },
  );
  const filterPlace = element("div", {});
  const filters = [];
  const showAny = () => {
    any.hidden = filters.length < 2;
  };
  const addFilter = (filter) => {
    const row = filterRow(filter, typeOf, (gone) => {
      filters.splice(filters.indexOf(gone), 1);
      gone.node.remove();
      showAny();
    });
    filters.push(row);
    filterPlace.append(row.node);
    showAny();
    return row;
  };
  (question.filters ?? []).forEach(addFilter);
  showAny();
  const attributes = input({ value: question.attributes ?? "" });
  const limit = input({ type: "number", min: 1, value: question.limit ?? "" });
  const order = select(
    [
      ["", "ascending"],
      ["descending", "descending"],
    ],
    { value: question.descending ? "descending" : "" },
  );
  const consistent = checkbox("Consistent read", { checked: question.consistent === true });
  const hasMore = question.attributes || question.limit || question.descending || question.consistent;
  const read = () => ({
    index: index.value || undefined,
    ...keys.read(),
    filters: filters.length ? filters.map((each) => each.read()) : undefined,
    any: filters.length > 1 && any.value === "any" ? true : undefined,
    attributes: attributes.value || undefined,
    limit: limit.value ? Number(limit.value) : undefined,
    descending: order.value ? true : undefined,
    consistent: consistent.box.checked || undefined,
  });
  return element(
    "form",
    {
      class: "card ask",
      "aria-label": "Query",
      on: {
        submit: (event) => {
          event.preventDefault();
          onAsk(read());
        },
      },
    },
    keyPlace,
    filterPlace,
    element(
      "details",
      { open: Boolean(hasMore) },
      element("summary", {}, "Order, attributes and limit"),
      element(
        "div",
        { class: "fields" },
        field("Order of the sort key", order),
        field("Attributes", attributes, { hint: "Separated by commas; empty means all." }),
        field("Limit", limit, { hint: "Items that one request reads." }),
        element("div", { class: "field" }, consistent.node),
      ),
    ),
    element(
      "div",
      { class: "actions" },
      button("Run", null, { type: "submit", class: "primary" }),
      button("Add filter", () => addFilter({}).name.focus()),
      any,
      button("Clear", () => onAsk({})),
    ),
  );
}

// A box for PartiQL statements, with the earlier ones.

import { dynamodb } from "../api.js";
import {
  button,
  checkbox,
  countOf,
  element,
  failure,
  field,
  fill,
  foreign,
  notice,
  select,
  table,
  textarea,
  visible,
} from "../elements.js";
import { valueText } from "../values.js";

const STORED = "tailrace.statements";
const KEPT = 30;
const MOST_COLUMNS = 12;

function history() {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? "[]");
  } catch {
    return [];
  }
}

function remember(statement) {
  const all = [statement, ...history().filter((each) => each !== statement)].slice(0, KEPT);
  localStorage.setItem(STORED, JSON.stringify(all));
}

function resultTable(items) {
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))];
  const shown = names.slice(0, MOST_COLUMNS);
  return [
    table({
      label: "Result",
      columns: shown.map((name) => ({ label: foreign(name, 60) })),
      empty: "No items.",
      rows: items.map((item) =>
        shown.map((name) => (Object.hasOwn(item, name) ? foreign(valueText(item[name], 160)) : "")),
      ),
    }),
    names.length > shown.length
      ? element("p", { class: "muted" }, `${names.length - shown.length} more attributes are not shown.`)
      : null,
  ];
}

export function show(place, context) {
  context.heading("PartiQL");
  const statement = textarea({
    rows: 4,
    class: "code",
    value: context.parameters.get("statement") ?? history()[0] ?? "",
    placeholder: "SELECT * FROM \"music\" WHERE artist = 'Nils'",
  });
  const consistent = checkbox("Consistent read");
  const earlier = element("div", {});
  const result = element("div", {});
  const showHistory = () => {
    const all = history();
    const chooser = select(
      [["", "Earlier statements"], ...all.map((each, index) => [String(index), visible(each, 90)])],
      {
        "aria-label": "Earlier statements",
        on: {
          change: () => {
            if (chooser.value === "") return;
            statement.value = all[Number(chooser.value)];
            statement.focus();
          },
        },
      },
    );
    fill(earlier, all.length ? chooser : null);
  };
  let items = [];
  let cost = 0;

  async function ask(next) {
    try {
      const answer = await dynamodb(
        "ExecuteStatement",
        {
          Statement: statement.value,
          ConsistentRead: consistent.box.checked || undefined,
          NextToken: next,
          ReturnConsumedCapacity: "INDEXES",
        },
        { signal: context.signal },
      );
      if (!next) [items, cost] = [[], 0];
      items = items.concat(answer.Items ?? []);
      cost += answer.ConsumedCapacity?.CapacityUnits ?? 0;
      remember(statement.value);
      showHistory();
      fill(
        result,
        notice("good", `${countOf(items.length, "item")}, ${Number(cost.toFixed(1))} capacity units.`),
        items.length ? resultTable(items) : null,
        answer.NextToken ? button("Read on", () => ask(answer.NextToken)) : null,
      );
    } catch (error) {
      if (error.name !== "AbortError") fill(result, failure(error));
    }
  }
  statement.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask();
  });
  showHistory();
  place.append(
    element(
      "form",
      {
        class: "card",
        on: {
          submit: (event) => {
            event.preventDefault();
            ask();
          },
        },
      },
      field("Statement", statement, {
        hint: "Ctrl+Enter runs it. The name of the table is in double quotes, texts are in single ones.",
      }),
      element(
        "div",
        { class: "actions" },
        button("Run", null, { type: "submit", class: "primary" }),
        consistent.node,
        earlier,
      ),
    ),
    result,
  );
}

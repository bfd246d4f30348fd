// The pages for one table: its items, and its settings.

import { dynamodb } from "../api.js";
import { element, link } from "../elements.js";

const PARTS = [
  {
    name: "items",
    label: "Items",
    parts: (table) => ["tables", table, "items"],
    load: () => import("./items.js"),
  },
  {
    name: "settings",
    label: "Settings",
    parts: (table) => ["tables", table],
    load: () => import("./table_settings.js"),
  },
];

export async function show(place, context) {
  const [name, wanted = "settings"] = context.path;
  const part = PARTS.find((each) => each.name === wanted);
  if (!part) throw new Error("A table has no such page here.");
  const current = (each) => (each === part ? "page" : null);
  const links = PARTS.map((each) =>
    element("li", {}, link(each.label, context.href(each.parts(name)), { "aria-current": current(each) })),
  );
  const own = element("div", {});
  context.heading(name);
  place.append(
    element("nav", { class: "parts", "aria-label": "Pages of this table" }, element("ul", {}, links)),
    own,
  );
  const described = (await dynamodb("DescribeTable", { TableName: name }, { signal: context.signal })).Table;
  const module = await part.load();
  return module.show(own, { ...context, table: described });
}

// DynamoDB's values as a person reads them. In DynamoDB JSON numbers are texts, so they keep all their
// digits.

export const TYPE_NAMES = {
  S: "String",
  N: "Number",
  B: "Binary",
  BOOL: "Boolean",
  NULL: "Null",
  M: "Map",
  L: "List",
  SS: "String set",
  NS: "Number set",
  BS: "Binary set",
};

// The type and the content of {"S": "Nils"}: ["S", "Nils"].
export const parts = (value) => Object.entries(value ?? {})[0] ?? ["NULL", true];

// Returns a value in one line: Nils, 12, true, [1, 2], {name: Nils}. Long ones are cut.
export function valueText(value, limit = 160) {
  const room = { left: limit };
  const text = written(value, room);
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

function written(value, room) {
  const [type, content] = parts(value);
  const list = (open, close, texts) => {
    const shown = [];
    for (const next of texts) {
      if (room.left <= 0) {
        shown.push("…");
        break;
      }
      const text = next();
      room.left -= text.length + 2;
      shown.push(text);
    }
    return `${open}${shown.join(", ")}${close}`;
  };
  switch (type) {
    case "S":
      return content.slice(0, 2000);
    case "N":
      return content;
    case "BOOL":
      return String(content);
    case "NULL":
      return "null";
    case "B":
      return `${content.slice(0, 400)}`;
    case "M":
      return list(
        "{",
        "}",
        Object.entries(content).map(
          ([name, each]) =>
            () =>
              `${name}: ${written(each, room)}`,
        ),
      );
    case "L":
      return list(
        "[",
        "]",
        content.map((each) => () => written(each, room)),
      );
    default:
      return list(
        "{",
        "}",
        content.map((each) => () => each.slice(0, 400)),
      );
  }
}

// Returns what a JSON reader expects: sets are arrays, binary values are texts in base64. Numbers with more
// digits than JavaScript keeps become texts.
export function plain(value) {
  const [type, content] = parts(value);
  switch (type) {
    case "N":
      return exact(content);
    case "NULL":
      return null;
    case "M":
      return Object.fromEntries(Object.entries(content).map(([name, each]) => [name, plain(each)]));
    case "L":
      return content.map(plain);
    case "NS":
      return content.map(exact);
    default:
      return content;
  }
}

const exact = (text) => (String(Number(text)) === text ? Number(text) : text);

export const pretty = (value) => JSON.stringify(value, null, 2);

// An attribute of an item, or undefined. Attributes may have the names of what every object has, such as
// toString.
export const attributeOf = (item, name) => (Object.hasOwn(item, name) ? item[name] : undefined);

// Only the attributes of an item that `names` has, such as its key.
export const picked = (item, names) =>
  Object.fromEntries(names.filter((name) => Object.hasOwn(item, name)).map((name) => [name, item[name]]));

const keyNames = (schema, type) =>
  schema.filter((each) => each.KeyType === type).map((each) => each.AttributeName);

// The names of a key: those of its partition key and of its sort key, and both together. A global index may
// have several attributes in each.
function keyOf(schema) {
  const [partition, sort] = [keyNames(schema, "HASH"), keyNames(schema, "RANGE")];
  return { partition, sort, keys: [...partition, ...sort] };
}

// The table itself and its indexes, as {name, partition, sort, keys, projection, kind}. The table's name
// here is "".
export function indexesOf(table) {
  const index = (kind) => (each) => ({
    name: each.IndexName,
    ...keyOf(each.KeySchema),
    projection: each.Projection,
    kind,
    status: each.IndexStatus,
    count: each.ItemCount,
  });
  return [
    { name: "", ...keyOf(table.KeySchema), kind: "table" },
    ...(table.GlobalSecondaryIndexes ?? []).map(index("global index")),
    ...(table.LocalSecondaryIndexes ?? []).map(index("local index")),
  ];
}

export const typeOfKey = (table, name) =>
  table.AttributeDefinitions.find((each) => each.AttributeName === name)?.AttributeType ?? "S";

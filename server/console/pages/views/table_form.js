// The page for a new table, with every option of CreateTable.

import { dynamodb } from "../api.js";
import {
  button,
  checkbox,
  element,
  failure,
  field,
  fill,
  group,
  input,
  link,
  notice,
  select,
  textarea,
} from "../elements.js";

const KEY_TYPES = [
  ["S", "String"],
  ["N", "Number"],
  ["B", "Binary"],
];
const NO_STREAM = "";
const STREAMS = [
  [NO_STREAM, "No stream"],
  ["KEYS_ONLY", "Keys only"],
  ["NEW_IMAGE", "New image"],
  ["OLD_IMAGE", "Old image"],
  ["NEW_AND_OLD_IMAGES", "New and old images"],
];
const PROJECTIONS = [
  ["ALL", "All attributes"],
  ["KEYS_ONLY", "Keys only"],
  ["INCLUDE", "These attributes"],
];

const numberInput = (attributes) => input({ type: "number", min: 1, ...attributes });
export const wholeNumber = (control) => (control.value === "" ? undefined : Number(control.value));
const words = (text) =>
  text
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);

// A key's name and type. An empty name means that there is no such key. With `many`, a key may have several
// attributes, "tenant, year:N".
function keyFields(label, { optional, many } = {}) {
  const name = input({ required: !optional });
  const type = select(KEY_TYPES);
  const hints = [
    optional ? "Leave it empty if there is none." : "",
    many ? "Up to four: tenant, year:N" : "",
  ];
  const named = (text) => {
    const [, stem, own] = many ? /^(.*?)(?::([SNB]))?$/s.exec(text) : [null, text];
    return { stem, type: own ?? type.value };
  };
  return {
    nodes: [
      field(label, name, { hint: hints.filter(Boolean).join(" ") || undefined }),
      field(`Type of the ${label.toLowerCase()}`, type),
    ],
    read: (attributes, keyType) =>
      (many ? words(name.value) : [name.value].filter(Boolean)).map((text) => {
        const key = named(text);
        attributes.set(key.stem, key.type);
        return { AttributeName: key.stem, KeyType: keyType };
      }),
  };
}

// Read and write units; empty ones are left out.
export function throughputFields(values = {}) {
  const read = numberInput({ value: values.ReadCapacityUnits ?? 5 });
  const write = numberInput({ value: values.WriteCapacityUnits ?? 5 });
  return {
    nodes: [field("Read capacity units", read), field("Write capacity units", write)],
    read: () => ({ ReadCapacityUnits: wholeNumber(read), WriteCapacityUnits: wholeNumber(write) }),
    // UpdateTable refuses values that would not change anything.
    isChanged: () =>
      values.ReadCapacityUnits !== wholeNumber(read) || values.WriteCapacityUnits !== wholeNumber(write),
  };
}

export function onDemandFields(values = {}) {
  const read = numberInput({ value: values.MaxReadRequestUnits > 0 ? values.MaxReadRequestUnits : "" });
  const write = numberInput({ value: values.MaxWriteRequestUnits > 0 ? values.MaxWriteRequestUnits : "" });
  return {
    nodes: [
      field("Maximum read units", read, { hint: "Empty means no maximum." }),
      field("Maximum write units", write, { hint: "Empty means no maximum." }),
    ],
    read: () => {
      const found = { MaxReadRequestUnits: wholeNumber(read), MaxWriteRequestUnits: wholeNumber(write) };
      return found.MaxReadRequestUnits || found.MaxWriteRequestUnits ? found : undefined;
    },
    // For a table that has a maximum, -1 removes it.
    readChange: () => {
      const found = {
        MaxReadRequestUnits: wholeNumber(read) ?? -1,
        MaxWriteRequestUnits: wholeNumber(write) ?? -1,
      };
      const isSame = Object.entries(found).every(([name, each]) => each === (values[name] ?? -1));
      return isSame ? undefined : found;
    },
  };
}

// The fields of a table's warm throughput, which the table can serve at once. Empty fields are not sent.
export function warmFields(values = {}) {
  const read = numberInput({ value: values.ReadUnitsPerSecond ?? "" });
  const write = numberInput({ value: values.WriteUnitsPerSecond ?? "" });
  return {
    nodes: [
      field("Warm read units per second", read, { hint: "If it is empty, it is not sent." }),
      field("Warm write units per second", write, { hint: "If it is empty, it is not sent." }),
    ],
    // Values that have not been changed are not sent.
    read: () => {
      const found = { ReadUnitsPerSecond: wholeNumber(read), WriteUnitsPerSecond: wholeNumber(write) };
      const isSame = Object.entries(found).every(([name, each]) => each === values[name]);
      return isSame ? undefined : found;
    },
  };
}

// The fields of one index. `kind` is "global" or "local"; `isOnDemand()` is the table's billing mode at the
// moment.
export function indexFields(kind, isOnDemand) {
  const isLocal = kind === "local";
  const name = input({ required: true });
  const partition = isLocal ? null : keyFields("Partition key", { many: true });
  const sort = keyFields("Sort key", { optional: !isLocal, many: !isLocal });
  const projection = select(PROJECTIONS);
  const included = input({});
  const throughput = throughputFields();
  const onDemand = onDemandFields();
  const warm = warmFields();
  const units = element("div", { class: "fields" }, throughput.nodes);
  const most = element("div", { class: "fields" }, onDemand.nodes);
  return {
    node: element(
      "div",
      { class: "fields" },
      field("Index name", name),
      partition?.nodes,
      sort.nodes,
      field("Projection", projection),
      field("Projected attributes", included, { hint: "Separated by commas." }),
      isLocal
        ? null
        : element(
            "div",
            { class: "field wide" },
            units,
            most,
            element("div", { class: "fields" }, warm.nodes),
          ),
    ),
    update: () => {
      units.hidden = isOnDemand();
      most.hidden = !isOnDemand();
    },
    read: (attributes, tablePartition) => {
      const keys = [
        ...(partition?.read(attributes, "HASH") ?? tablePartition),
        ...sort.read(attributes, "RANGE"),
      ];
      const projected = { ProjectionType: projection.value };
      if (projection.value === "INCLUDE") projected.NonKeyAttributes = words(included.value);
      const index = { IndexName: name.value, KeySchema: keys, Projection: projected };
      if (isLocal) return index;
      if (isOnDemand()) index.OnDemandThroughput = onDemand.read();
      else index.ProvisionedThroughput = throughput.read();
      index.WarmThroughput = warm.read();
      return index;
    },
  };
}

// A list of index forms that grows and shrinks.
function indexList(kind, isOnDemand) {
  const made = [];
  const place = element("div", {});
  const add = button(`Add ${kind} index`, () => {
    const fields = indexFields(kind, isOnDemand);
    const box = group(
      `${kind === "local" ? "Local" : "Global"} secondary index`,
      fields.node,
      button(
        "Remove this index",
        () => {
          made.splice(made.indexOf(fields), 1);
          box.remove();
          add.focus();
        },
        { class: "small" },
      ),
    );
    made.push(fields);
    fields.update();
    place.append(box);
    box.querySelector("input").focus();
  });
  return { nodes: [place, add], all: made };
}

// "team=music" in lines.
export const readTags = (text) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [key, ...value] = line.split("=");
      return { Key: key.trim(), Value: value.join("=").trim() };
    });

export function show(place, context) {
  context.heading("Create table");
  const name = input({ required: true });
  const partition = keyFields("Partition key");
  const sort = keyFields("Sort key", { optional: true });
  const billing = select([
    ["PAY_PER_REQUEST", "On demand"],
    ["PROVISIONED", "Provisioned"],
  ]);
  const isOnDemand = () => billing.value === "PAY_PER_REQUEST";
  const throughput = throughputFields();
  const onDemand = onDemandFields();
  const warm = warmFields();
  const provisionedPlace = element("div", { class: "fields" }, throughput.nodes);
  const onDemandPlace = element("div", { class: "fields" }, onDemand.nodes);
  const globals = indexList("global", isOnDemand);
  const locals = indexList("local", isOnDemand);
  const stream = select(STREAMS);
  const tableClass = select([
    ["STANDARD", "Standard"],
    ["STANDARD_INFREQUENT_ACCESS", "Standard, infrequent access"],
  ]);
  const encryption = select([
    ["", "Owned by DynamoDB"],
    ["KMS", "AWS KMS"],
  ]);
  const kmsKey = input({});
  const protection = checkbox("Deletion protection");
  const timeToLive = input({});
  const tags = textarea({ rows: 2 });
  const message = element("div", {});
  const updateBilling = () => {
    provisionedPlace.hidden = isOnDemand();
    onDemandPlace.hidden = !isOnDemand();
    globals.all.forEach((each) => each.update());
  };
  billing.addEventListener("change", updateBilling);

  function request() {
    const attributes = new Map();
    const partitionKey = partition.read(attributes, "HASH");
    const keys = [...partitionKey, ...sort.read(attributes, "RANGE")];
    const indexes = (list) =>
      list.all.length ? list.all.map((each) => each.read(attributes, partitionKey)) : undefined;
    const tagList = readTags(tags.value);
    const made = {
      TableName: name.value,
      KeySchema: keys,
      BillingMode: billing.value,
      GlobalSecondaryIndexes: indexes(globals),
      LocalSecondaryIndexes: indexes(locals),
      ProvisionedThroughput: isOnDemand() ? undefined : throughput.read(),
      OnDemandThroughput: isOnDemand() ? onDemand.read() : undefined,
      WarmThroughput: warm.read(),
      StreamSpecification:
        stream.value === NO_STREAM ? undefined : { StreamEnabled: true, StreamViewType: stream.value },
      TableClass: tableClass.value === "STANDARD" ? undefined : tableClass.value,
      SSESpecification: encryption.value
        ? { Enabled: true, SSEType: "KMS", KMSMasterKeyId: kmsKey.value || undefined }
        : undefined,
      DeletionProtectionEnabled: protection.box.checked || undefined,
      Tags: tagList.length ? tagList : undefined,
    };
    made.AttributeDefinitions = [...attributes].map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    }));
    return made;
  }

  async function create(event) {
    event.preventDefault();
    try {
      await dynamodb("CreateTable", request(), { signal: context.signal });
      if (timeToLive.value) {
        await dynamodb(
          "UpdateTimeToLive",
          {
            TableName: name.value,
            TimeToLiveSpecification: { Enabled: true, AttributeName: timeToLive.value },
          },
          { signal: context.signal },
        );
      }
      // CreateTable always answers CREATING, and nothing can be read from a table that still is.
      const made = await dynamodb("DescribeTable", { TableName: name.value }, { isSilent: true });
      const isReady = made.Table.TableStatus === "ACTIVE";
      const said = notice("good", `The table ${name.value} is ${isReady ? "made" : "being made"}.`);
      context.go(["tables", name.value, ...(isReady ? ["items"] : [])], {}, said);
    } catch (error) {
      fill(message, failure(error));
    }
  }

  place.append(
    element(
      "form",
      { on: { submit: create } },
      group(
        "Key",
        element(
          "div",
          { class: "fields" },
          field("Table name", name, { wide: true }),
          partition.nodes,
          sort.nodes,
        ),
      ),
      group(
        "Capacity",
        element("div", { class: "fields" }, field("Billing mode", billing), field("Table class", tableClass)),
        provisionedPlace,
        onDemandPlace,
        element("div", { class: "fields" }, warm.nodes),
      ),
      group(
        "Indexes",
        globals.nodes[0],
        locals.nodes[0],
        element("div", { class: "actions" }, globals.nodes[1], locals.nodes[1]),
      ),
      group(
        "Stream and time to live",
        element(
          "div",
          { class: "fields" },
          field("Stream", stream),
          field("Time-to-live attribute", timeToLive, {
            hint: "A number: the time in seconds at which an item expires.",
          }),
        ),
      ),
      group(
        "Protection",
        element(
          "div",
          { class: "fields" },
          field("Encryption key", encryption),
          field("KMS key", kmsKey, { hint: "Its id or ARN." }),
          field("Tags", tags, { hint: "One in each line: team=music" }),
        ),
        protection.node,
      ),
      message,
      element(
        "div",
        { class: "actions" },
        button("Create table", null, { type: "submit", class: "primary" }),
        link("Cancel", context.href(["tables"]), { class: "button" }),
      ),
    ),
  );
  updateBilling();
}

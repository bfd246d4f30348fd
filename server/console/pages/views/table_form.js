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
export const words = (text) => text.split(/[\s,]+/).filter(Boolean);

// A key's name and type. An empty name means that there is no such key.
function keyFields(label, { optional } = {}) {
  const name = input({ required: !optional });
  const type = select(KEY_TYPES);
  return {
    nodes: [
      field(label, name, { hint: optional ? "Leave it empty if there is none." : undefined }),
      field(`Type of the ${label.toLowerCase()}`, type),
    ],
    read: (attributes, keyType) => {
      if (name.value === "") return [];
      attributes.set(name.value, type.value);
      return [{ AttributeName: name.value, KeyType: keyType }];
    },
  };
}

// Read and write units; empty ones are left out.
export function throughputFields(values = {}) {
  const read = numberInput({ value: values.ReadCapacityUnits ?? 5 });
  const write = numberInput({ value: values.WriteCapacityUnits ?? 5 });
  return {
    nodes: [field("Read capacity units", read), field("Write capacity units", write)],
    read: () => ({ ReadCapacityUnits: wholeNumber(read), WriteCapacityUnits: wholeNumber(write) }),
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
  };
}

// The fields of one index. `kind` is "global" or "local"; `isOnDemand()` is the table's billing mode at the
// moment.
export function indexFields(kind, isOnDemand) {
  const isLocal = kind === "local";
  const name = input({ required: true });
  const partition = isLocal ? null : keyFields("Partition key");
  const sort = keyFields("Sort key", { optional: !isLocal });
  const projection = select(PROJECTIONS);
  const included = input({});
  const throughput = throughputFields();
  const units = element("div", { class: "fields" }, throughput.nodes);
  return {
    node: element(
      "div",
      { class: "fields" },
      field("Index name", name),
      partition?.nodes,
      sort.nodes,
      field("Projection", projection),
      field("Projected attributes", included, { hint: "Separated by commas." }),
      isLocal ? null : element("div", { class: "field wide" }, units),
    ),
    update: () => {
      units.hidden = isOnDemand();
    },
    read: (attributes, tablePartition) => {
      const keys = [
        ...(partition?.read(attributes, "HASH") ?? tablePartition),
        ...sort.read(attributes, "RANGE"),
      ];
      const projected = { ProjectionType: projection.value };
      if (projection.value === "INCLUDE") projected.NonKeyAttributes = words(included.value);
      const index = { IndexName: name.value, KeySchema: keys, Projection: projected };
      if (!isLocal && !isOnDemand()) index.ProvisionedThroughput = throughput.read();
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
      context.announce(`The table ${name.value} is made.`);
      context.go(["tables", name.value]);
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

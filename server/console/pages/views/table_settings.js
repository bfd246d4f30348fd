// The settings of one table, each with what UpdateTable and its kin can change.

import { dynamodb } from "../api.js";
import {
  bytesText,
  button,
  checkbox,
  code,
  confirmed,
  countText,
  element,
  failure,
  field,
  fill,
  foreign,
  group,
  input,
  notice,
  select,
  table,
  textarea,
} from "../elements.js";
import { indexesOf } from "../values.js";
import { indexFields, onDemandFields, readTags, throughputFields, warmFields } from "./table_form.js";
import { statusBadge } from "./tables.js";

const fact = (label, ...content) =>
  element("div", {}, element("dt", {}, label), element("dd", {}, ...content));
const projectionText = (projection) =>
  projection ? [projection.ProjectionType, ...(projection.NonKeyAttributes ?? [])].join(": ") : "";
const isOnDemandTable = (described) => described.BillingModeSummary?.BillingMode === "PAY_PER_REQUEST";

function facts(described) {
  return element(
    "dl",
    { class: "facts" },
    fact("Status", statusBadge(described.TableStatus)),
    fact("Items", countText(described.ItemCount)),
    fact("Size", bytesText(described.TableSizeBytes)),
    fact("Billing", isOnDemandTable(described) ? "On demand" : "Provisioned"),
    fact("Table class", described.TableClassSummary?.TableClass ?? "STANDARD"),
    fact("Deletion protection", described.DeletionProtectionEnabled ? "On" : "Off"),
    fact(
      "Stream",
      described.StreamSpecification?.StreamEnabled ? described.StreamSpecification.StreamViewType : "Off",
    ),
    fact("Created", new Date(described.CreationDateTime * 1000).toLocaleString()),
    element("div", { class: "wide" }, element("dt", {}, "ARN"), element("dd", {}, code(described.TableArn))),
  );
}

// A part of the page with a form whose button sends one request and then shows the page again.
function settings(page, title, { fields, action = "Save", send }) {
  const message = element("div", {});
  const form = element(
    "form",
    {
      class: "card",
      "aria-label": title,
      on: {
        submit: async (event) => {
          event.preventDefault();
          try {
            await send();
            page.done(title);
          } catch (error) {
            fill(message, failure(error));
          }
        },
      },
    },
    element("h2", {}, title),
    element("div", { class: "fields" }, fields),
    message,
    button(action, null, { type: "submit" }),
  );
  return form;
}

// The values of a provisioned table or index; nothing for one that is on demand.
const provisionedOf = (of) => (of.ProvisionedThroughput?.ReadCapacityUnits ? of.ProvisionedThroughput : {});
const some = (list) => (list.length ? list : undefined);
const indexFieldsOf = (described, make) =>
  (described.GlobalSecondaryIndexes ?? []).map((index) => ({ name: index.IndexName, ...make(index) }));
const indexGroup = (name, nodes) =>
  group(["Index ", foreign(name)], element("div", { class: "fields" }, nodes));

function capacity(page, described) {
  const wasOnDemand = isOnDemandTable(described);
  const billing = select(
    [
      ["PAY_PER_REQUEST", "On demand"],
      ["PROVISIONED", "Provisioned"],
    ],
    { value: wasOnDemand ? "PAY_PER_REQUEST" : "PROVISIONED" },
  );
  const units = throughputFields(provisionedOf(described));
  const most = onDemandFields(described.OnDemandThroughput);
  const indexes = indexFieldsOf(described, (index) => ({
    units: throughputFields(provisionedOf(index)),
    most: onDemandFields(index.OnDemandThroughput),
  }));
  const part = (nodes, ofIndex) =>
    element(
      "div",
      { class: "field wide" },
      element("div", { class: "fields" }, nodes),
      indexes.map((index) => indexGroup(index.name, ofIndex(index).nodes)),
    );
  const provisioned = part(units.nodes, (index) => index.units);
  const onDemand = part(most.nodes, (index) => index.most);
  const update = () => {
    provisioned.hidden = billing.value !== "PROVISIONED";
    onDemand.hidden = !provisioned.hidden;
  };
  billing.addEventListener("change", update);
  update();
  const changes = (ofIndex) =>
    some(
      indexes
        .map((index) => ({ IndexName: index.name, ...ofIndex(index) }))
        .filter((each) => Object.values(each).every((value) => value !== undefined))
        .map((Update) => ({ Update })),
    );
  return settings(page, "Capacity", {
    fields: [field("Billing mode", billing), provisioned, onDemand],
    send: () => {
      const isOnDemand = billing.value === "PAY_PER_REQUEST";
      const isNew = (fields) => wasOnDemand || fields.isChanged();
      return page.update({
        BillingMode: isOnDemand === wasOnDemand ? undefined : billing.value,
        ProvisionedThroughput: !isOnDemand && isNew(units) ? units.read() : undefined,
        OnDemandThroughput: isOnDemand ? most.readChange() : undefined,
        GlobalSecondaryIndexUpdates: isOnDemand
          ? changes((index) => ({ OnDemandThroughput: index.most.readChange() }))
          : changes((index) => ({
              ProvisionedThroughput: isNew(index.units) ? index.units.read() : undefined,
            })),
      });
    },
  });
}

function warmth(page, described) {
  const own = warmFields(described.WarmThroughput);
  const indexes = indexFieldsOf(described, (index) => ({ warm: warmFields(index.WarmThroughput) }));
  return settings(page, "Warm throughput", {
    fields: [
      own.nodes,
      element(
        "div",
        { class: "field wide" },
        indexes.map((index) => indexGroup(index.name, index.warm.nodes)),
      ),
    ],
    send: () =>
      page.update({
        WarmThroughput: own.read(),
        GlobalSecondaryIndexUpdates: some(
          indexes
            .filter((index) => index.warm.read() !== undefined)
            .map((index) => ({ Update: { IndexName: index.name, WarmThroughput: index.warm.read() } })),
        ),
      }),
  });
}

function stream(page, described) {
  const now = described.StreamSpecification?.StreamEnabled
    ? described.StreamSpecification.StreamViewType
    : "";
  const kind = select(
    [
      ["", "No stream"],
      ["KEYS_ONLY", "Keys only"],
      ["NEW_IMAGE", "New image"],
      ["OLD_IMAGE", "Old image"],
      ["NEW_AND_OLD_IMAGES", "New and old images"],
    ],
    { value: now },
  );
  return settings(page, "Stream", {
    fields: [field("Records have", kind, { hint: "To change the kind, save No stream first." })],
    send: () =>
      page.update({
        StreamSpecification: kind.value
          ? { StreamEnabled: true, StreamViewType: kind.value }
          : { StreamEnabled: false },
      }),
  });
}

function timeToLive(page, described, ttl) {
  const isOn = ["ENABLED", "ENABLING"].includes(ttl.TimeToLiveStatus);
  const attribute = input({ value: ttl.AttributeName ?? "", disabled: isOn });
  return settings(page, "Time to live", {
    fields: [
      field("Attribute", attribute, {
        hint: isOn
          ? `It is ${ttl.TimeToLiveStatus}.`
          : "Its number is the time in seconds at which an item expires.",
      }),
    ],
    action: isOn ? "Turn off" : "Turn on",
    send: () =>
      dynamodb("UpdateTimeToLive", {
        TableName: described.TableName,
        TimeToLiveSpecification: { Enabled: !isOn, AttributeName: attribute.value },
      }),
  });
}

function protection(page, described) {
  const isProtected = checkbox("Deletion protection", {
    checked: described.DeletionProtectionEnabled === true,
  });
  return settings(page, "Protection", {
    fields: [isProtected.node],
    send: () => page.update({ DeletionProtectionEnabled: isProtected.box.checked }),
  });
}

function tableClass(page, described) {
  const now = described.TableClassSummary?.TableClass ?? "STANDARD";
  const chosen = select(
    [
      ["STANDARD", "Standard"],
      ["STANDARD_INFREQUENT_ACCESS", "Standard, infrequent access"],
    ],
    { value: now },
  );
  return settings(page, "Table class", {
    fields: [field("Class", chosen)],
    send: () => page.update({ TableClass: chosen.value }),
  });
}

function encryption(page, described) {
  const kind = select(
    [
      ["", "Owned by DynamoDB"],
      ["KMS", "AWS KMS"],
    ],
    { value: described.SSEDescription?.SSEType ?? "" },
  );
  const key = input({ value: described.SSEDescription?.KMSMasterKeyArn ?? "" });
  return settings(page, "Encryption", {
    fields: [field("Key", kind), field("KMS key", key, { hint: "Its id or ARN." })],
    send: () =>
      page.update({
        SSESpecification: kind.value
          ? { Enabled: true, SSEType: "KMS", KMSMasterKeyId: key.value || undefined }
          : { Enabled: false },
      }),
  });
}

function tagsOf(page, described, tags) {
  const text = textarea({ rows: 3, value: tags.map((tag) => `${tag.Key}=${tag.Value}`).join("\n") });
  return settings(page, "Tags", {
    fields: [field("Tags", text, { hint: "One in each line: team=music", wide: true })],
    send: async () => {
      const wanted = readTags(text.value);
      const gone = tags.filter((tag) => !wanted.some((each) => each.Key === tag.Key)).map((tag) => tag.Key);
      if (gone.length) await dynamodb("UntagResource", { ResourceArn: described.TableArn, TagKeys: gone });
      if (wanted.length) await dynamodb("TagResource", { ResourceArn: described.TableArn, Tags: wanted });
    },
  });
}

function newIndex(page, described) {
  const fields = indexFields("global", () => isOnDemandTable(described));
  fields.update();
  return settings(page, "Add a global index", {
    fields: [element("div", { class: "field wide" }, fields.node)],
    action: "Add index",
    send: () => {
      const attributes = new Map();
      const index = fields.read(attributes);
      const definitions = [...attributes].map(([AttributeName, AttributeType]) => ({
        AttributeName,
        AttributeType,
      }));
      const others = described.AttributeDefinitions.filter((each) => !attributes.has(each.AttributeName));
      return page.update({
        AttributeDefinitions: [...others, ...definitions],
        GlobalSecondaryIndexUpdates: [{ Create: index }],
      });
    },
  });
}

function indexTable(page, described) {
  const remove = async (index) => {
    const isSure = await confirmed({
      title: "Delete an index",
      action: "Delete index",
      text: ["The index ", code(index.name), " and its rows are removed. The table keeps its items."],
    });
    if (!isSure) return;
    await page.attempt(
      () => page.update({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: index.name } }] }),
      "Delete an index",
    );
  };
  const rows = indexesOf(described).map((index) => [
    index.name ? foreign(index.name) : "the table itself",
    index.kind,
    foreign(index.keys.join(", ")),
    foreign(projectionText(index.projection)),
    index.name ? countText(index.count ?? 0) : countText(described.ItemCount),
    index.kind === "global index"
      ? button("Delete", () => remove(index), {
          class: "small danger",
          "aria-label": `Delete the index ${index.name}`,
        })
      : "",
  ]);
  return table({
    label: "Keys and indexes",
    rows,
    columns: [
      { label: "Name" },
      { label: "Kind" },
      { label: "Key" },
      { label: "Projection" },
      { label: "Items", number: true },
      { label: "Change" },
    ],
  });
}

export async function show(place, context) {
  const { signal, table: described } = context;
  const name = described.TableName;
  const message = element("div", {});
  const page = {
    update: (changes) => dynamodb("UpdateTable", { TableName: name, ...changes }),
    done: async (title) => {
      const again = (await dynamodb("DescribeTable", { TableName: name }, { signal })).Table;
      fill(place);
      await show(place, { ...context, table: again });
      place.prepend(notice("good", `${title}: the table has been changed.`));
    },
    attempt: async (work, title) => {
      try {
        await work();
        await page.done(title);
      } catch (error) {
        fill(message, failure(error));
      }
    },
  };
  const remove = async () => {
    const isSure = await confirmed({
      title: "Delete the table",
      typed: name,
      action: "Delete table",
      text: `The table and its ${countText(described.ItemCount)} items are removed. This cannot be undone.`,
    });
    if (!isSure) return;
    try {
      await dynamodb("DeleteTable", { TableName: name });
      context.go(["tables"]);
    } catch (error) {
      fill(message, failure(error));
    }
  };
  context.heading(name, button("Delete table", remove, { class: "danger" }));
  const [ttl, tags] = await Promise.all([
    dynamodb("DescribeTimeToLive", { TableName: name }, { signal, isSilent: true }),
    dynamodb("ListTagsOfResource", { ResourceArn: described.TableArn }, { signal, isSilent: true }),
  ]);
  place.append(
    message,
    facts(described),
    element("h2", {}, "Keys and indexes"),
    indexTable(page, described),
    capacity(page, described),
    warmth(page, described),
    element(
      "div",
      { class: "cards" },
      stream(page, described),
      timeToLive(page, described, ttl.TimeToLiveDescription),
      protection(page, described),
      tableClass(page, described),
      encryption(page, described),
      tagsOf(page, described, tags.Tags ?? []),
    ),
    newIndex(page, described),
  );
}

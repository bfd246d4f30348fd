// Scripted faults: the rules with their counts, and a form for another one.

import { http } from "../api.js";
import {
  code,
  countText,
  element,
  field,
  freshId,
  group,
  input,
  notice,
  select,
  table,
  textarea,
} from "../elements.js";
import { listSection, liveList, outcomePlace, workButton } from "./live.js";

const PATH = "/_tailrace/faults";

const OPERATIONS = [
  "GetItem",
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "Query",
  "Scan",
  "BatchGetItem",
  "BatchWriteItem",
  "TransactGetItems",
  "TransactWriteItems",
  "ExecuteStatement",
  "CreateTable",
  "DescribeTable",
  "GetRecords",
  "FunctionCall",
  "lambda:Invoke",
];
const ERRORS = [
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "InternalServerError",
  "RequestLimitExceeded",
  "TransactionConflictException",
  "ResourceNotFoundException",
  "ItemCollectionSizeLimitExceededException",
];

const text = (name, label, hint, suggestions) => ({ name, label, hint, kind: "text", suggestions });
const number = (name, label, hint) => ({ name, label, hint, kind: "number" });
const choice = (name, label, values) => ({ name, label, kind: "choice", values });
const json = (name, label, hint) => ({ name, label, hint, kind: "json" });

// All members of a rule, and of its Then.
const WHICH = [
  text("Name", "Name", "To recognise the rule by."),
  text("Operation", "Operation", "Without it, all of DynamoDB’s.", OPERATIONS),
  text("TableName", "Table"),
  text("IndexName", "Index"),
  json("Key", "Key", 'The item, or its partition: {"artist": {"S": "Nils"}}'),
  text("FunctionName", "Function", "Only for the operation FunctionCall."),
  number("Skip", "Let pass first", "Number of requests."),
  number("Times", "Times", "Without it, always."),
  number("Probability", "Probability", "Above 0, at most 1."),
  number("Seed", "Seed of the probability"),
];
const THEN = [
  text("Error", "Error", undefined, ERRORS),
  text("Message", "Message", "In place of AWS’s; or the message of a failed call."),
  text("Reason", "Throttling reason"),
  number("RetryAfterMs", "Retry after, in ms"),
  number("Unprocessed", "Unprocessed items", "Of BatchGetItem or BatchWriteItem."),
  json("CancellationReasons", "Cancellation reasons", '["None", "TransactionConflict"]'),
  choice("Connection", "Connection", ["ClosedBeforeWork", "ClosedAfterWork", "ClosedInAnswer"]),
  number("DelayMs", "Delay of the answer, in ms"),
  choice("DelayClock", "Clock of the delay", ["real", "namespace"]),
  number("AnswerMs", "Send the answer slowly, in ms"),
  choice("Checksum", "Checksum", ["wrong"]),
  choice("Call", "The call of the function", ["Failed", "TimedOut", "NotInvoked"]),
  text("ErrorType", "Type of its error"),
  number("BatchItemFailures", "Records of a batch that fail"),
];

// Returns {node, control}: the control with its label.
function labelled(member) {
  if (member.kind === "choice") {
    const control = select([["", "not set"], ...member.values]);
    return { control, node: field(member.label, control) };
  }
  if (member.kind === "json") {
    const control = textarea({ rows: 2 });
    return { control, node: field(member.label, control, { hint: member.hint }) };
  }
  const control = input(member.kind === "number" ? { type: "number", step: "any", min: 0 } : {});
  const node = field(member.label, control, { hint: member.hint });
  if (member.suggestions) {
    const values = member.suggestions.map((value) => element("option", { value }));
    const list = element("datalist", { id: freshId("values") }, values);
    control.setAttribute("list", list.id);
    node.append(list);
  }
  return { control, node };
}

function valueOf(member, text) {
  if (member.kind === "number") return Number(text);
  if (member.kind !== "json") return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${member.label} is not JSON: ${error.message}`);
  }
}

function membersForm(members) {
  const parts = members.map((member) => ({ member, ...labelled(member) }));
  const given = () => parts.filter(({ control }) => control.value.trim() !== "");
  return {
    node: element(
      "div",
      { class: "fields" },
      parts.map(({ node }) => node),
    ),
    read: () =>
      Object.fromEntries(
        given().map(({ member, control }) => [member.name, valueOf(member, control.value.trim())]),
      ),
    clear: () => given().forEach(({ control }) => (control.value = "")),
  };
}

// What the server was given: without the counts that it adds.
const given = ({ Met, Applied, ...rule }) => rule;

function ruleRows(rules, outcome, changed) {
  return rules.map((rule, index) => {
    const { Name, Operation, TableName, Then, Met, Applied, ...rest } = rule;
    const where = { ...(TableName ? { TableName } : {}), ...rest };
    const label = Name ?? Operation ?? `rule ${index + 1}`;
    const remove = workButton(
      "Remove",
      outcome,
      async () => {
        await http("PUT", PATH, { body: rules.filter((each) => each !== rule).map(given) });
        changed();
        return notice("info", `Removed: ${label}.`);
      },
      { "aria-label": `Remove ${label}`, "data-key": `remove/${index}`, class: "small" },
    );
    return [
      code(label, 80),
      code(Operation ?? "all", 80),
      code(JSON.stringify(where), 200),
      code(JSON.stringify(Then), 200),
      countText(Met),
      countText(Applied),
      remove,
    ];
  });
}

const COLUMNS = [
  { label: "Rule" },
  { label: "Operation" },
  { label: "Only for" },
  { label: "What happens" },
  { label: "Met", number: true },
  { label: "Applied", number: true },
  { label: "Action" },
];

export async function faultsSection(context) {
  const outcome = outcomePlace();
  const list = liveList(context, PATH, ({ Rules: rules }) => [
    table({
      label: "Scripted faults",
      columns: COLUMNS,
      rows: ruleRows(rules, outcome, () => list.now()),
      empty: "No fault is scripted.",
    }),
    rules.length > 0
      ? workButton(
          "Remove all faults",
          outcome,
          async () => {
            await http("DELETE", PATH);
            list.now();
            return notice("info", "All scripted faults are removed.");
          },
          { "data-key": "remove-all" },
        )
      : null,
  ]);
  const which = membersForm(WHICH);
  const then = membersForm(THEN);
  const add = workButton(
    "Add the fault",
    outcome,
    async () => {
      const rule = { ...which.read(), Then: then.read() };
      const { Rules: rules } = await http("GET", PATH, { isSilent: true });
      await http("PUT", PATH, { body: [...rules.map(given), rule] });
      which.clear();
      then.clear();
      list.now();
      return notice("good", "The fault is scripted.");
    },
    { class: "primary" },
  );
  return listSection(
    { title: "Scripted faults", list, outcome, label: "Add a fault" },
    group("Which requests", which.node),
    group("What happens", then.node),
    add,
  );
}

// Version 3 of AWS's SDK for JavaScript: the plain client and the document client. The SDK finds the server
// through AWS_ENDPOINT_URL.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";

import {
  BatchExecuteStatementCommand, ConditionalCheckFailedException, CreateTableCommand, DeleteTableCommand,
  DescribeTableCommand, DynamoDB, DynamoDBClient, DynamoDBServiceException, ExecuteStatementCommand,
  GetItemCommand, ListTablesCommand, PutItemCommand, ResourceInUseException, ResourceNotFoundException,
  TransactionCanceledException, paginateListTables, waitUntilTableExists, waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand, BatchWriteCommand, DeleteCommand, DynamoDBDocument, DynamoDBDocumentClient, GetCommand,
  NumberValue, PutCommand, QueryCommand, TransactGetCommand, TransactWriteCommand, UpdateCommand,
  paginateQuery, paginateScan,
} from "@aws-sdk/lib-dynamodb";

const TABLE = {
  TableName: "readings",
  KeySchema: [
    { AttributeName: "sensor", KeyType: "HASH" },
    { AttributeName: "at", KeyType: "RANGE" },
  ],
  AttributeDefinitions: [
    { AttributeName: "sensor", AttributeType: "S" },
    { AttributeName: "at", AttributeType: "N" },
    { AttributeName: "site", AttributeType: "S" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "by-site",
      KeySchema: [
        { AttributeName: "site", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "ALL" },
    },
  ],
  BillingMode: "PAY_PER_REQUEST",
};
// A waiter's delays are in seconds. It first looks immediately, and the tables are ready by then.
const WAIT = { maxWaitTime: 10, minDelay: 1 };
const CONDITION_FAILED = "The conditional request failed";

const client = new DynamoDBClient();
const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

after(() => client.destroy());

const TableName = TABLE.TableName;

async function makeTable() {
  await client.send(new CreateTableCommand(TABLE));
  const waited = await waitUntilTableExists({ client, ...WAIT }, { TableName });
  assert.equal(waited.state, "SUCCESS");
}

async function dropTable() {
  await client.send(new DeleteTableCommand({ TableName }));
  await waitUntilTableNotExists({ client, ...WAIT }, { TableName });
}

/** The contents of an exception from the service, without what differs from request to request. */
function described(error) {
  assert.ok(error instanceof DynamoDBServiceException, `${error.stack}`);
  assert.match(error.$metadata.requestId, /^[A-Z0-9]{52}$/);
  const { name, message, $fault: fault, $metadata: { httpStatusCode: status } } = error;
  return { name, message, status, fault };
}

/** Waits until `sent` is refused and returns the exception. */
async function refusal(sent) {
  return sent.then(() => assert.fail("was not refused"), (error) => error);
}

function withoutMetadata({ $metadata, ...answer }) {
  assert.equal($metadata.httpStatusCode, 200);
  assert.equal($metadata.attempts, 1);
  return answer;
}

async function send(command) {
  return withoutMetadata(await documents.send(command));
}

const reading = (sensor, at, value = at * 1.5) => ({ sensor, at, site: "mill", value });

async function fill(sensor, count) {
  for (let from = 0; from < count; from += 25) {
    const numbers = Array.from({ length: Math.min(25, count - from) }, (_, offset) => from + offset);
    const puts = numbers.map((at) => ({ PutRequest: { Item: reading(sensor, at) } }));
    const answer = await send(new BatchWriteCommand({ RequestItems: { [TableName]: puts } }));
    assert.deepEqual(answer, { UnprocessedItems: {} });
  }
}

describe("tables", () => {
  it("are created, described and deleted", async () => {
    await makeTable();
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    assert.deepEqual(
      [Table.TableStatus, Table.ItemCount, Table.KeySchema, Table.BillingModeSummary.BillingMode],
      ["ACTIVE", 0, TABLE.KeySchema, "PAY_PER_REQUEST"],
    );
    assert.ok(Table.CreationDateTime instanceof Date);
    assert.equal(Table.GlobalSecondaryIndexes[0].IndexStatus, "ACTIVE");

    const twice = await refusal(client.send(new CreateTableCommand(TABLE)));
    assert.ok(twice instanceof ResourceInUseException);
    assert.deepEqual(described(twice), {
      name: "ResourceInUseException", status: 400, fault: "client",
      message: `Table already exists: ${TableName}`,
    });

    await dropTable();
    const gone = await refusal(client.send(new DescribeTableCommand({ TableName })));
    assert.ok(gone instanceof ResourceNotFoundException);
    assert.equal(gone.message, `Requested resource not found: Table: ${TableName} not found`);
  });

  it("are listed page by page", async () => {
    const names = [1, 2, 3, 4, 5].map((number) => `readings-${number}`);
    for (const name of names) await client.send(new CreateTableCommand({ ...TABLE, TableName: name }));
    const pages = [];
    for await (const page of paginateListTables({ client, pageSize: 2 }, {})) pages.push(page.TableNames);
    assert.deepEqual(pages, [names.slice(0, 2), names.slice(2, 4), names.slice(4)]);
    for (const name of names) await client.send(new DeleteTableCommand({ TableName: name }));
    assert.deepEqual((await client.send(new ListTablesCommand({}))).TableNames, []);
  });

  // The aggregated client has one method for each operation.
  it("are reached by the aggregated client", async () => {
    const dynamodb = new DynamoDB();
    await dynamodb.createTable(TABLE);
    const specification = { Enabled: true, AttributeName: "expires" };
    const changed = await dynamodb.updateTimeToLive({ TableName, TimeToLiveSpecification: specification });
    assert.deepEqual(changed.TimeToLiveSpecification, specification);
    const { TimeToLiveDescription } = await dynamodb.describeTimeToLive({ TableName });
    assert.deepEqual(TimeToLiveDescription, { TimeToLiveStatus: "ENABLED", AttributeName: "expires" });
    await dynamodb.deleteTable({ TableName });
    dynamodb.destroy();
  });
});

describe("items", () => {
  before(makeTable);
  after(dropTable);

  it("keep every JavaScript type", async () => {
    const Key = { sensor: "types", at: -0.5 };
    const Item = {
      ...Key, large: 9007199254740993n, text: "Zoë \u{1F600}", empty: "", yes: true, nothing: null,
      bytes: new Uint8Array([0, 255, 128]), words: new Set(["a", "b"]), numbers: new Set([1, 2.5]),
      blobs: new Set([new Uint8Array([1]), new Uint8Array([2])]), list: [1, ["two", { three: 3 }]],
      map: { "": 1, deep: { deeper: [false] } },
    };
    await send(new PutCommand({ TableName, Item: { ...Item, absent: undefined } }));
    assert.deepEqual(await send(new GetCommand({ TableName, Key })), { Item });

    const { Item: plain } = await client.send(
      new GetItemCommand({ TableName, Key: { sensor: { S: "types" }, at: { N: "-0.5" } } }));
    assert.deepEqual([plain.large, plain.bytes, plain.words, plain.nothing], [
      { N: "9007199254740993" }, { B: new Uint8Array([0, 255, 128]) }, { SS: ["a", "b"] }, { NULL: true }]);
  });

  // Numbers that do not fit a JavaScript number keep every digit if they are wrapped.
  it("keep numbers of 38 digits", async () => {
    const digits = "-1234567890.1234567890123456789012345678";
    const unmarshallOptions = { wrapNumbers: true };
    const wrapping = DynamoDBDocument.from(new DynamoDBClient(), { unmarshallOptions });
    await wrapping.put({ TableName, Item: { sensor: "digits", at: 1, value: NumberValue.from(digits) } });
    const { Item } = await wrapping.get({ TableName, Key: { sensor: "digits", at: 1 } });
    wrapping.destroy();
    assert.deepEqual([Item.at, Item.value.toString()], [NumberValue.from("1"), digits]);

    const over = await refusal(client.send(new PutItemCommand({
      TableName, Item: { sensor: { S: "digits" }, at: { N: "1" }, value: { N: "1".repeat(39) } } })));
    assert.deepEqual(described(over), {
      name: "ValidationException", status: 400, fault: "client",
      message: "1 validation error detected: Attempting to store more than 38 significant digits in a Number",
    });
  });

  it("that are absent are undefined", async () => {
    assert.deepEqual(await send(new GetCommand({ TableName, Key: { sensor: "none", at: 1 } })), {});
  });

  it("are written under conditions, and the exception holds the item", async () => {
    const Item = reading("condition", 1);
    const put = { TableName, Item, ConditionExpression: "attribute_not_exists(sensor)" };
    await send(new PutCommand(put));
    const failed = await refusal(
      documents.send(new PutCommand({ ...put, ReturnValuesOnConditionCheckFailure: "ALL_OLD" })));
    assert.ok(failed instanceof ConditionalCheckFailedException);
    assert.deepEqual(described(failed), {
      name: "ConditionalCheckFailedException", message: CONDITION_FAILED, status: 400, fault: "client" });
    assert.deepEqual(failed.Item, {
      sensor: { S: "condition" }, at: { N: "1" }, site: { S: "mill" }, value: { N: "1.5" } });

    const quiet = await refusal(documents.send(new PutCommand(put)));
    assert.equal(quiet.Item, undefined);
    const deleted = await send(new DeleteCommand({
      TableName, Key: { sensor: "condition", at: 1 }, ConditionExpression: "#v BETWEEN :low AND :high",
      ExpressionAttributeNames: { "#v": "value" }, ExpressionAttributeValues: { ":low": 1, ":high": 2 },
      ReturnValues: "ALL_OLD",
    }));
    assert.deepEqual(deleted, { Attributes: Item });
  });

  it("are updated in place", async () => {
    const Key = { sensor: "update", at: 1 };
    await send(new PutCommand({ TableName, Item: { ...Key, log: ["on"], marks: new Set([1, 2]), old: 1 } }));
    const { Attributes } = await send(new UpdateCommand({
      TableName, Key, ReturnValues: "ALL_NEW",
      UpdateExpression: "SET #log = list_append(:first, #log), peak = if_not_exists(peak, :ten) - :one " +
        "REMOVE #old ADD runs :one, marks :more",
      ExpressionAttributeNames: { "#log": "log", "#old": "old" },
      ExpressionAttributeValues: { ":first": ["new"], ":ten": 10, ":one": 1, ":more": new Set([3]) },
    }));
    assert.deepEqual(Attributes, { ...Key, log: ["new", "on"], peak: 9, runs: 1, marks: new Set([1, 2, 3]) });
    const bad = await refusal(documents.send(new UpdateCommand({
      TableName, Key, UpdateExpression: "SET peak = peak + :word",
      ExpressionAttributeValues: { ":word": "x" },
    })));
    assert.deepEqual(described(bad), {
      name: "ValidationException", status: 400, fault: "client",
      message: "1 validation error detected: Invalid UpdateExpression: Incorrect operand type for " +
        "operator or function; operator or function: +, operand type: S",
    });
  });

  it("are read in batches", async () => {
    await fill("batch", 3);
    const Keys = [0, 2, 7].map((at) => ({ sensor: "batch", at }));
    const answer = await send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } }));
    answer.Responses[TableName].sort((left, right) => left.at - right.at);
    assert.deepEqual(answer, {
      Responses: { [TableName]: [reading("batch", 0), reading("batch", 2)] }, UnprocessedKeys: {} });
  });
});

describe("pages", () => {
  before(async () => {
    await makeTable();
    await fill("north", 30);
    await fill("south", 12);
  });
  after(dropTable);

  const north = {
    TableName, KeyConditionExpression: "sensor = :s AND #at >= :from",
    ExpressionAttributeNames: { "#at": "at" }, ExpressionAttributeValues: { ":s": "north", ":from": 5 },
  };

  it("of a query follow each other", async () => {
    const counts = [];
    const items = [];
    for await (const page of paginateQuery({ client: documents, pageSize: 10 }, north)) {
      counts.push([page.Count, page.ScannedCount, page.LastEvaluatedKey]);
      items.push(...page.Items);
    }
    assert.deepEqual(counts, [
      [10, 10, { sensor: "north", at: 14 }], [10, 10, { sensor: "north", at: 24 }], [5, 5, undefined]]);
    assert.deepEqual(items, Array.from({ length: 25 }, (_, offset) => reading("north", 5 + offset)));
  });

  it("of an index, backwards, continue from a key", async () => {
    const query = {
      TableName, IndexName: "by-site", KeyConditionExpression: "site = :s", ScanIndexForward: false, Limit: 3,
      ExpressionAttributeValues: { ":s": "mill" },
    };
    const first = await send(new QueryCommand(query));
    assert.deepEqual(first, {
      Items: [29, 28, 27].map((at) => reading("north", at)), Count: 3, ScannedCount: 3,
      LastEvaluatedKey: { site: "mill", sensor: "north", at: 27 },
    });
    const next = await send(new QueryCommand({ ...query, ExclusiveStartKey: first.LastEvaluatedKey }));
    assert.deepEqual(next.Items, [26, 25, 24].map((at) => reading("north", at)));
  });

  it("of a scan hold every item once", async () => {
    const found = [];
    for await (const page of paginateScan({ client: documents, pageSize: 8 }, { TableName })) {
      assert.ok(page.Count <= 8);
      found.push(...page.Items);
    }
    found.sort((left, right) => left.sensor.localeCompare(right.sensor) || left.at - right.at);
    assert.deepEqual(found, [
      ...Array.from({ length: 30 }, (_, at) => reading("north", at)),
      ...Array.from({ length: 12 }, (_, at) => reading("south", at)),
    ]);
  });
});

describe("transactions and statements", () => {
  beforeEach(makeTable);
  afterEach(dropTable);

  it("write all or nothing", async () => {
    await send(new TransactWriteCommand({ TransactItems: [
      { Put: { TableName, Item: reading("t", 1) } },
      { Update: {
        TableName, Key: { sensor: "t", at: 2 }, UpdateExpression: "SET #v = :v",
        ExpressionAttributeNames: { "#v": "value" }, ExpressionAttributeValues: { ":v": 7 } } },
    ] }));
    const failed = await refusal(documents.send(new TransactWriteCommand({ TransactItems: [
      { Delete: { TableName, Key: { sensor: "t", at: 2 } } },
      { ConditionCheck: {
        TableName, Key: { sensor: "t", at: 1 }, ConditionExpression: "attribute_not_exists(sensor)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD" } },
    ] })));
    assert.ok(failed instanceof TransactionCanceledException);
    assert.deepEqual(described(failed), {
      name: "TransactionCanceledException", status: 400, fault: "client",
      message: "Transaction cancelled, please refer cancellation reasons for specific reasons " +
        "[None, ConditionalCheckFailed]",
    });
    assert.deepEqual(failed.CancellationReasons, [
      { Code: "None" },
      { Code: "ConditionalCheckFailed", Message: CONDITION_FAILED, Item: {
        sensor: { S: "t" }, at: { N: "1" }, site: { S: "mill" }, value: { N: "1.5" } } },
    ]);
    const TransactItems = [1, 2, 3].map((at) => ({ Get: { TableName, Key: { sensor: "t", at } } }));
    assert.deepEqual(await send(new TransactGetCommand({ TransactItems })), {
      Responses: [{ Item: reading("t", 1) }, { Item: { sensor: "t", at: 2, value: 7 } }, {}] });
  });

  it("are carried out once for a token", async () => {
    const add = {
      ClientRequestToken: "once", TransactItems: [{ Update: {
        TableName, Key: { sensor: "t", at: 1 }, UpdateExpression: "ADD runs :one",
        ExpressionAttributeValues: { ":one": 1 } } }],
    };
    await send(new TransactWriteCommand(add));
    await send(new TransactWriteCommand(add));
    const { Item } = await send(new GetCommand({ TableName, Key: { sensor: "t", at: 1 } }));
    assert.deepEqual(Item, { sensor: "t", at: 1, runs: 1 });
  });

  it("are written in PartiQL", async () => {
    const insert = `INSERT INTO "${TableName}" VALUE {'sensor': ?, 'at': ?}`;
    const statement = (at) => ({ Statement: insert, Parameters: [{ S: "t" }, { N: `${at}` }] });
    await client.send(new ExecuteStatementCommand(statement(1)));
    const answer = await client.send(
      new BatchExecuteStatementCommand({ Statements: [statement(1), statement(2)] }));
    assert.deepEqual(answer.Responses, [
      { TableName, Error: { Code: "DuplicateItem", Message: "Duplicate primary key exists in table" } },
      { TableName },
    ]);
    const select = new ExecuteStatementCommand({
      Statement: `SELECT "at" FROM "${TableName}" WHERE sensor = 't' ORDER BY "at" DESC` });
    assert.deepEqual((await client.send(select)).Items, [{ at: { N: "2" } }, { at: { N: "1" } }]);
    const wrong = await refusal(client.send(new ExecuteStatementCommand({ Statement: "SELECT" })));
    assert.equal(described(wrong).name, "ValidationException");
  });
});

/** The options of the command line, `tailrace --help`, in camel case. */
export interface Options {
  /** The port to listen on; 0, the default here, means any free port. */
  port?: number;
  /** The address to listen on: the loopback by default, "*" for every interface. */
  host?: string;
  /** Keeps the tables in this file; without it they are in memory. */
  dbPath?: string;
  /** With "full", each commit to the file survives a power cut. */
  durability?: "normal" | "full";
  /** Keeps the tables in memory, which is the default. */
  inMemory?: boolean;
  /** Speaks TLS as well as plain HTTP, with a certificate for localhost that the server makes; see `caFile`. */
  tls?: "self-signed";
  /** Speaks TLS with the certificate in this file, in PEM form. */
  tlsCert?: string;
  /** The file with its private key. */
  tlsKey?: string;
  /** The folder for the certificates and keys of `tls`. */
  tlsFolder?: string;
  /** Answers as DynamoDB Local does where that differs from AWS. */
  asDynamodbLocal?: boolean;
  /** A file with options, and with functions and event source mappings if it is JSON. */
  config?: string;
  /** What is logged to standard error. */
  logLevel?: "error" | "warning" | "info" | "debug";
  /** The region in ARNs if a request names none. */
  region?: string;
  /** The account in ARNs, twelve digits. */
  accountId?: string;
  /** Handlers on tables' streams: "music=node:./songs.js:handler,BatchSize=1". */
  onStream?: string | string[];
  /** Functions by their names: "songs=node:./songs.js:handler". */
  function?: string | string[];
  /** Seconds after which a call of a function is ended. */
  functionTimeout?: number;
  /** True if Lambda's API may upload code, which then runs on this machine. */
  allowFunctionUpload?: boolean;
  /** The most processes of functions at a time, over all namespaces. */
  functionProcesses?: number;
  /** URLs or files in place of queues, topics and buckets: "ARN=failed.jsonl". */
  destination?: string | string[];
  /** How many shards a new stream begins with. */
  shards?: number;
  /** Files with the items that tables begin with, if they exist in the database file and are empty:
   * "music=songs.jsonl". */
  seed?: string | string[];
  /** A file of rules that hash, fake or redact attributes of the seeds, and the key of the hashes. */
  rules?: string;
  rulesKey?: string;
  /** Caches with Momento's HTTP API, at /cache/NAME: "cruddur" or "cruddur:60". */
  cache?: string | string[];
  /** The token that the caches require; without this option any token will do. */
  cacheToken?: string;
  /** Megabytes for the values of all caches. */
  cacheMemory?: number;
  /** A JSON file of Amazon Cognito's user pools and users to add. */
  users?: string;
  /** Opens everything to web pages of these origins. */
  allowOrigin?: string | string[];
  /** Accepts requests to these host names. */
  allowHost?: string | string[];
  /** Requires this token for everything but DynamoDB's API and the caches. */
  adminToken?: string;
  /** Lets agents change things through /_tailrace/mcp, which otherwise only reads. */
  mcpWrite?: boolean;
  /** Checks the signatures of requests with these key pairs, ACCESS_KEY=SECRET, or credentials files. */
  verifySignatures?: string | string[];
  /** Serves only DynamoDB's API and the caches; drain() and clock then do not work. */
  noAdmin?: boolean;
  /** The origins whose web pages may use DynamoDB's API; "*" for all, which is the default. */
  cors?: string | string[];
  /** Closes DynamoDB's API, too, to web pages of other origins. */
  noCors?: boolean;
  /** Threads that serve connections. */
  threads?: number;
  /** A file that contains the server's URL while the server answers requests. */
  readyFile?: string;
  /** A file that contains the port while the server answers requests. */
  portFile?: string;
  /** Seconds until a quiet connection is closed. */
  idleTimeout?: number;
  /** Megabytes for all request bodies that are larger than 64 KB each. */
  bodyMemory?: number;
  /** Seconds within which the server ends when it is stopped. */
  shutdownTimeout?: number;
  /** Makes the tables, functions and event source mappings of these files. */
  template?: string | string[];
  /** Values of a template's parameters, "NAME=VALUE". */
  parameter?: string | string[];
  /** Looks at the templates every second, and applies what has changed in them. */
  watch?: boolean;
  /** Lets templates remove tables, and re-create tables whose keys have changed. */
  watchMayDrop?: boolean;
  /** Seconds between checks for expired items and records; 0 means only on request. */
  ttlInterval?: number;
  /** Starts the clock at this time; only `clock` moves it. */
  manualClock?: string | Date;
  /** How long tables stay CREATING, UPDATING and DELETING. */
  tableDelayMs?: number;
  /** How long a transaction holds its items. */
  transactionMs?: number;
  /** Refuses what exceeds the throughput of a table, a global index or a partition. */
  throttle?: boolean;
  /** Limits how often a table's provisioned throughput may be decreased. */
  strict?: boolean;
  /** Does not say in the log and in the header x-tailrace-hint what to do about an error. */
  noHints?: boolean;
  /** Records from the start how requests use tables, for `/_tailrace/advice`. */
  advise?: boolean;
  /** `explicit` refuses requests to namespaces that nobody has made. */
  namespaces?: "on-demand" | "explicit";
  /** Which part of a request's credentials chooses its namespace. */
  isolate?: "access-key" | "account" | "region" | "account,region";
  /** The largest number of namespaces besides the default one. */
  maxNamespaces?: number;
  /** Seconds without a request after which a namespace gives up memory until the next one; 0 means never. */
  namespaceIdle?: number;
  /** The most memory for the tables in memory of all namespaces and snapshots: "512MB". */
  maxMemory?: string;
}

/** The server's time. Moving it requires the option manualClock. */
export interface Clock {
  now(): Promise<Date>;
  /** Moves the clock forward; resolves to the new time. */
  advance(seconds: number): Promise<Date>;
  /** Moves the clock to a time that is not in the past; resolves to it. Text is in UTC,
   * "2026-01-31T12:00:00Z", and a number counts the milliseconds since 1970. */
  set(time: Date | string | number): Promise<Date>;
}

/** A mapping that drain() or settle() did not wait for, as the server shows it. */
export interface UnreadMapping {
  Name: string;
  State: string;
  Reason: string | null;
  /** The number of records that it has not read. */
  Lag: number | null;
  [member: string]: unknown;
}

export interface Drained {
  Drained: true;
  /** Mappings that are disabled, or whose table does not exist or has no stream. */
  Unread?: UnreadMapping[];
}

export interface Settled {
  Settled: true;
  /** The number of expired items that were removed. */
  Removed: number;
  /** How far the clock was moved, and the server's time then. */
  AdvancedSeconds?: number;
  Now?: string;
  /** Mappings that are disabled, or whose table does not exist or has no stream. */
  Unread?: UnreadMapping[];
}

/** A rule of scripted faults, as PUT /_tailrace/faults takes it. */
export interface FaultRule {
  Name?: string;
  /** "PutItem", "lambda:Invoke" or "FunctionCall"; without it, every operation. */
  Operation?: string;
  FunctionName?: string;
  TableName?: string;
  IndexName?: string;
  /** Requests that touch this item: { artist: { S: "Nils" } }. */
  Key?: Record<string, unknown>;
  /** The number of requests that pass first. */
  Skip?: number;
  /** The number of requests to which the rule then applies. */
  Times?: number;
  Probability?: number;
  Seed?: number;
  /** What happens: { Error: "ThrottlingException" }. An empty object only counts the requests. */
  Then: {
    Error?: string;
    Message?: string;
    Reason?: string;
    RetryAfterMs?: number;
    Unprocessed?: number;
    CancellationReasons?: string[];
    Connection?: "ClosedBeforeWork" | "ClosedAfterWork" | "ClosedInAnswer";
    DelayMs?: number;
    DelayClock?: "namespace" | "real";
    AnswerMs?: number;
    Checksum?: "wrong";
    Call?: "Failed" | "TimedOut" | "NotInvoked";
    ErrorType?: string;
    BatchItemFailures?: number;
  };
}

/** A rule, and how often requests have met it. */
export interface MetRule extends FaultRule {
  Met: number;
  Applied: number;
}

/** The scripted faults of a namespace. */
export interface Faults {
  /** Replaces all rules; resolves to them. If one is wrong, rejects and changes nothing. */
  set(rules: FaultRule[]): Promise<MetRule[]>;
  rules(): Promise<MetRule[]>;
  clear(): Promise<void>;
}

/** A limit of throughput, as PUT /_tailrace/throttle takes it. */
export interface ThrottleSetting {
  TableName?: string;
  IndexName?: string;
  ReadCapacityUnits?: number;
  WriteCapacityUnits?: number;
  BurstSeconds?: number;
  PartitionRead?: number;
  PartitionWrite?: number;
  Partitions?: number;
}

/** How far reads lag behind writes, as PUT /_tailrace/consistency takes it. */
export interface Lags {
  ReadLagMs?: number;
  IndexLagMs?: number;
  Tables?: { TableName: string; ReadLagMs?: number; IndexLagMs?: number }[];
}

/** A request to DynamoDB's API that the server has answered. */
export interface LoggedRequest {
  Number: number;
  Time: string;
  Operation: string;
  TableName: string | null;
  /** Instead of TableName, if there are several. */
  TableNames?: string[];
  IndexName: string | null;
  Status: number;
  Error: string | null;
  CapacityUnits: number;
  ItemsRead: number;
  ItemsReturned: number;
  ItemsWritten: number;
  DurationMicroseconds: number;
  /** The function that sent it, if its SDK passes on the trace of the call. */
  FunctionName: string | null;
  /** Set if the console has sent it. */
  FromConsole?: true;
}

/** A namespace in the list of namespaces(). Sizes are null while it has not run since the server's start. */
export interface ListedNamespace {
  Name: string;
  [member: string]: unknown;
}

/** One namespace of a server: a set of tables, streams, mappings and a clock. */
export interface Namespace {
  readonly name: string;
  /** Its URL, for `endpoint` of an AWS SDK: http://127.0.0.1:40123/~music. */
  readonly endpoint: string;
  readonly clock: Clock;
  readonly faults: Faults;
  /** Runs an operation of DynamoDB or its streams, for tests that need no SDK. Rejects with an Error whose
   * name is that of DynamoDB's exception. */
  call(operation: string, request?: object): Promise<any>;
  /** Waits until every function on a stream has handled what was written before; rejects with the reason if
   * one has not done so within `timeoutSeconds` (30 by default). */
  drain(options?: { timeoutSeconds?: number }): Promise<Drained>;
  /** Waits until nothing is left to do: the functions have handled everything, including what they wrote
   * themselves, expired items are removed, and no table is in transition. With `tableName` it looks only at
   * that table. With `advanceSeconds` it moves a manual clock to what is due next, by at most that much.
   * Rejects with the reason if something is stuck. */
  settle(options?: { timeoutSeconds?: number; tableName?: string; advanceSeconds?: number }): Promise<Settled>;
  /** Removes expired items now; resolves to their number. */
  sweep(): Promise<number>;
  /** The last requests to DynamoDB's API, oldest first. */
  requests(filter?: { operation?: string; table?: string; status?: number }): Promise<LoggedRequest[]>;
  /** Forgets the requests; resolves to their number. */
  forgetRequests(): Promise<number>;
  /** Limits the throughput of tables, in place of all earlier limits. An empty list ends all limits. */
  throttle(settings: ThrottleSetting | ThrottleSetting[]): Promise<any>;
  /** The limits, what is left, and how often requests were throttled. */
  throttled(): Promise<any>;
  /** Lets reads show what was there a while ago. An empty object ends all lags. */
  lag(lags: Lags): Promise<any>;
  /** The lags, and what is kept in memory for them. */
  lags(): Promise<any>;
  /** Makes a namespace with a copy of everything in this one; neither sees what changes in the other. `clock`
   * gives it a clock that moves on request and begins at this time; "real" is the machine's clock. Without a
   * name it gets a name of its own. */
  fork(name?: string, options?: { clock?: "real" | string | number | Date }): Promise<Namespace>;
  /** Keeps a copy of everything under a name. */
  snapshot(name: string): Promise<void>;
  /** Goes back to a snapshot. */
  restore(name: string): Promise<void>;
  /** Removes a snapshot. */
  forget(snapshot: string): Promise<void>;
  /** Removes everything; with `items`, only items and records. */
  reset(options?: { items?: boolean }): Promise<void>;
  /** Removes the namespace. */
  remove(): Promise<void>;
  /** The environment variables with which the AWS SDKs find the namespace. Credentials and a region are among
   * them only if this process has none. */
  environment(): Record<string, string>;
  /** A handle of another namespace of the same server, which need not exist yet. */
  namespace(name: string): Namespace;
  /** The namespaces of the server, with their sizes. */
  namespaces(): Promise<ListedNamespace[]>;
}

/** A running server; as a namespace, it is the default one. */
export interface Tailrace extends Namespace {
  readonly port: number;
  /** With the option `tls`, the file with the CA's certificate, which clients have to trust. */
  readonly caFile?: string;
  /** Ends the server and resolves when it has ended; rejects if it has failed. */
  stop(): Promise<void>;
}

/** Starts a server and resolves when it accepts requests; rejects with what the server says if it does not
 * start. The server does not keep the Node.js process from ending, and ends with it. */
export function start(options?: Options): Promise<Tailrace>;

/** Returns a handle of the namespace that a URL names: http://127.0.0.1:40123/~music, or without a path the
 * default namespace. Without a URL it takes AWS_ENDPOINT_URL_DYNAMODB from the environment, which the presets
 * set. */
export function connect(endpoint?: string, options?: { adminToken?: string }): Namespace;

/** What the tests of a run begin with; for `tailrace/vitest`, `tailrace/node-test` and, in
 * jest-dynamodb-config.js, `tailrace/jest`. */
export interface TestRun {
  /** Requests of CreateTable, which may have TimeToLiveSpecification, too. */
  tables?: ({ TableName: string; TimeToLiveSpecification?: object } & Record<string, any>)[];
  /** Called once, after the tables are made. Every test file begins with a copy of what it leaves. */
  seed?: (server: Tailrace) => unknown;
  /** The options of start(). */
  options?: Options;
}

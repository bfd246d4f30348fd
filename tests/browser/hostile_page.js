// Tries what a stranger's page could try on a server on this machine, and reports what it saw. The test gives
// it the server's address and the id of a mapping: a page could guess both.

const parameters = new URLSearchParams(location.search);
const server = parameters.get("server");
const mapping = parameters.get("mapping");
const mappings = `${server}/2015-03-31/event-source-mappings`;
const clock = JSON.stringify({ Seconds: 3600 });
const newMapping = JSON.stringify({
  FunctionName: "groups",
  EventSourceArn: parameters.get("stream"),
  StartingPosition: "TRIM_HORIZON",
  DestinationConfig: { OnFailure: { Destination: "/tmp/of-a-stranger" } },
});

// Returns the status and the body, "opaque" for an answer that the page may not see, or the error's name.
async function seenBy(url, options) {
  try {
    const response = await fetch(url, options);
    return response.type === "opaque" ? "opaque" : `${response.status} ${await response.text()}`;
  } catch (error) {
    return error.name;
  }
}

const blindly = (url, body) => seenBy(url, { method: "POST", mode: "no-cors", body });

// Submits a form, which a browser sends without a preflight. The page chooses the body: its name, "=" and its
// value.
function submitted(action, text) {
  return new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.name = `frame-${document.querySelectorAll("iframe").length}`;
    document.body.append(frame);
    const form = document.createElement("form");
    Object.assign(form, { action, method: "post", enctype: "text/plain", target: frame.name });
    const field = document.createElement("input");
    [field.name, field.value] = [`${text.slice(0, -1)},"x":"`, '"}'];
    form.append(field);
    document.body.append(form);
    frame.onload = () => {
      let seen = "nothing";
      try {
        if (frame.contentDocument) seen = `${frame.contentDocument.body.textContent.length} characters`;
      } catch (error) {
        seen = error.name;
      }
      resolve(seen);
    };
    form.submit();
  });
}

function loaded(kind, attributes) {
  return new Promise((resolve) => {
    const element = document.createElement(kind);
    element.onload = () => resolve("loaded");
    element.onerror = () => resolve("refused");
    document.body.append(Object.assign(element, attributes));
  });
}

const json = { "Content-Type": "application/json" };
const attempts = {
  "create a mapping blindly": () => blindly(mappings, newMapping),
  "invoke blindly": () => blindly(`${server}/2015-03-31/functions/groups/invocations`, "{}"),
  "move the clock blindly": () => blindly(`${server}/_tailrace/clock`, clock),
  "drain blindly": () => blindly(`${server}/_tailrace/streams/drain`, ""),
  "pause blindly": () => blindly(`${server}/_tailrace/mappings/${mapping}/pause`, ""),
  "sweep blindly": () => blindly(`${server}/_tailrace/ttl/sweep`, ""),
  "move the clock by a form": () => submitted(`${server}/_tailrace/clock`, clock),
  "create a mapping by a form": () => submitted(mappings, newMapping),
  "an image": () => loaded("img", { src: `${server}/_tailrace/streams` }),
  "a script": () => loaded("script", { src: `${server}/_tailrace/mappings` }),
  "read": () => seenBy(`${server}/_tailrace/mappings/${mapping}/history?records`),
  "read mappings": () => seenBy(mappings),
  "move the clock": () => seenBy(`${server}/_tailrace/clock`, { method: "POST", headers: json, body: clock }),
  "create a mapping": () => seenBy(mappings, { method: "POST", headers: json, body: newMapping }),
  "put": () => seenBy(`${mappings}/${mapping}`, { method: "PUT", headers: json, body: '{"Enabled":false}' }),
  "delete": () => seenBy(`${mappings}/${mapping}`, { method: "DELETE" }),
  "write a table blindly": () => blindly(server, '{"TableName":"music"}'),
  "list tables": () => seenBy(server, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Target": "DynamoDB_20120810.ListTables",
      "X-Amz-Date": "20260131T120000Z",
      "Authorization":
        "AWS4-HMAC-SHA256 Credential=a/1/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: "{}",
  }),
};

const seen = {};
for (const [name, attempt] of Object.entries(attempts)) seen[name] = await attempt();
await fetch("/seen", { method: "POST", body: JSON.stringify(seen) });

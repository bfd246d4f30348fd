// AWS Signature Version 4, for a server with --verify-signatures.
// Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

const encoder = new TextEncoder();
const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const hash = async (text) => hex(await crypto.subtle.digest("SHA-256", encoder.encode(text)));

async function keyed(key, text) {
  const made = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return crypto.subtle.sign("HMAC", made, encoder.encode(text));
}

// Each part of the path is encoded once more, and the query's parameters are sorted.
function canonicalTarget(path) {
  const [place, query = ""] = path.split("?");
  const encoded = place
    .split("/")
    .map((part) => encodeURIComponent(part))
    .join("/");
  return `${encoded}\n${query
    .split("&")
    .filter(Boolean)
    .map((each) => (each.includes("=") ? each : `${each}=`))
    .sort()
    .join("&")}`;
}

// `names` are the signed headers besides host, in lower case and sorted after it. Returns the signature as
// hex.
export async function signature({ method, path, headers, names, body, date, scope, secretKey }) {
  if (!crypto.subtle) throw new Error("A browser signs requests only over https, or to localhost.");
  const of = (name) =>
    Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1] ?? location.host;
  const lines = names.map((name) => `${name}:${of(name)}\n`).join("");
  const request = `${method}\n${canonicalTarget(path)}\n${lines}\n${names.join(";")}\n${await hash(body)}`;
  const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${await hash(request)}`;
  let key = encoder.encode(`AWS4${secretKey}`);
  for (const part of scope.split("/")) key = await keyed(key, part);
  return hex(await keyed(key, text));
}

// Import and export of a table's items, in parts, with progress. The server reads and writes the formats.

import { http } from "./api.js";
import { button, countOf, dialog, element, failure, field, fill, input, notice, select } from "./elements.js";

const FORMATS = [
  ["", "as the content says"],
  ["dynamodb-json", "DynamoDB JSON"],
  ["json", "JSON"],
  ["csv", "CSV"],
  ["ion", "Ion"],
  ["batch-write-item", "input of batch-write-item"],
  ["scan", "output of scan or query"],
];
const WRITTEN = FORMATS.slice(1, 5);
const PART_CHARACTERS = 1000000;
const MOST_ERRORS_SHOWN = 20;

const path = (table, what) => `/_tailrace/tables/${encodeURIComponent(table.TableName)}/${what}`;

// Texts in lines can be sent in parts. A JSON array, or the output of a command, is one text.
function* partsOf(text, format) {
  const isLines =
    format === "csv" || (/^\s*\{/.test(text) && /\}\s*\n\s*\{/.test(text)) || text.startsWith("$ion");
  // A quoted cell of CSV may contain the end of a line.
  if (!isLines || format === "ion" || text.startsWith("$ion") || (format === "csv" && text.includes('"'))) {
    yield { text, lines: 0 };
    return;
  }
  let begin = 0,
    lines = 0;
  while (begin < text.length) {
    const end =
      begin + PART_CHARACTERS >= text.length
        ? text.length
        : text.indexOf("\n", begin + PART_CHARACTERS) + 1 || text.length;
    const part = text.slice(begin, end);
    yield { text: part, lines };
    lines += part.split("\n").length - 1;
    begin = end;
  }
}

async function sendParts(table, text, format, { onProgress, signal }) {
  const sum = { imported: 0, refused: 0, errors: [] };
  const header = format === "csv" ? text.slice(0, text.indexOf("\n") + 1) : "";
  let sent = 0;
  for (const part of partsOf(text, format)) {
    const body = header && part.lines > 0 ? header + part.text : part.text;
    const target = format ? `${path(table, "import")}?format=${format}` : path(table, "import");
    const answer = await http("POST", target, { text: body, signal });
    sum.imported += answer.ImportedItemCount;
    sum.refused += answer.ErrorCount;
    const shift = part.lines - (header && part.lines > 0 ? 1 : 0);
    for (const each of answer.Errors.slice(0, MOST_ERRORS_SHOWN)) {
      sum.errors.push(each.Line ? `line ${each.Line + shift}: ${each.Message}` : each.Message);
    }
    sent += part.text.length;
    onProgress(sent / text.length, sum);
  }
  return sum;
}

export function importItems(table, { onChange }) {
  const file = element("input", { type: "file" });
  const format = select(FORMATS);
  const progress = element("progress", { max: 1, value: 0, hidden: true, "aria-label": "Import" });
  const status = element("div", { role: "status" });
  const ending = new AbortController();

  async function start() {
    if (file.files.length === 0) return fill(status, notice("warning", "Choose a file first."));
    const chosen = file.files[0];
    const named = /\.csv$/i.test(chosen.name) && format.value === "" ? "csv" : format.value;
    progress.hidden = false;
    try {
      const onProgress = (share, sum) => {
        progress.value = share;
        fill(status, `${countOf(sum.imported, "item")} so far`);
      };
      const sum = await sendParts(table, await chosen.text(), named, { onProgress, signal: ending.signal });
      fill(
        status,
        notice(
          sum.refused ? "warning" : "good",
          `${countOf(sum.imported, "item")} imported, ${sum.refused} refused.`,
        ),
        element(
          "ul",
          {},
          sum.errors.slice(0, MOST_ERRORS_SHOWN).map((each) => element("li", {}, each)),
        ),
      );
      onChange({
        text: `${countOf(sum.imported, "item")} ${sum.imported === 1 ? "has" : "have"} been imported.`,
      });
    } catch (error) {
      if (error.name !== "AbortError") fill(status, failure(error));
    } finally {
      progress.hidden = true;
    }
  }
  const shown = dialog({
    title: `Import into ${table.TableName}`,
    content: [
      element("p", {}, "An item replaces one that has the same key."),
      field("File", file),
      field("Format", format),
      progress,
      status,
    ],
    actions: (close) => [button("Close", () => close()), button("Import", start, { class: "primary" })],
  });
  shown.closed.then(() => ending.abort());
}

function save(parts, name) {
  const url = URL.createObjectURL(new Blob(parts, { type: "application/octet-stream" }));
  const link = element("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // By the next frame the browser has begun to read the file, so it no longer needs the URL.
  requestAnimationFrame(() => URL.revokeObjectURL(url));
}

const ENDINGS = { "dynamodb-json": "jsonl", json: "jsonl", csv: "csv", ion: "ion" };

export function exportItems(table) {
  const format = select(WRITTEN);
  const name = input({ value: table.TableName });
  const status = element("div", { role: "status" });
  const ending = new AbortController();

  // Only DynamoDB JSON can be read in parts, so only in that format a table may have any size.
  async function read() {
    if (format.value !== "dynamodb-json") {
      return [
        await http("GET", `${path(table, "export")}?format=${format.value}`, {
          isText: true,
          signal: ending.signal,
        }),
      ];
    }
    const parts = [];
    let page = "";
    let lines = 0;
    do {
      const { answer, response } = await http(
        "GET",
        `${path(table, "export")}?page=${encodeURIComponent(page)}`,
        { isText: true, whole: true, isSilent: parts.length > 0, signal: ending.signal },
      );
      parts.push(answer);
      lines += answer.split("\n").length - 1;
      fill(status, countOf(lines, "item"));
      page = response.headers.get("X-Tailrace-Next-Page");
    } while (page);
    return parts;
  }
  async function start() {
    try {
      save(await read(), `${name.value}.${ENDINGS[format.value]}`);
      fill(status, notice("good", "The file has been saved."));
    } catch (error) {
      if (error.name !== "AbortError") fill(status, failure(error));
    }
  }
  const shown = dialog({
    title: `Export ${table.TableName}`,
    content: [
      field("Format", format, { hint: "Tables of more than 16 MB are exported as DynamoDB JSON." }),
      field("Name of the file", name),
      status,
    ],
    actions: (close) => [button("Close", () => close()), button("Export", start, { class: "primary" })],
  });
  shown.closed.then(() => ending.abort());
}

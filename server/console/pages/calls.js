// The bar below every view: the user's last request, its cost, and the same request as code. The requests
// that the console makes for itself come last.

import { calls } from "./api.js";
import { button, code, element, fill, foreign, tabs, visible } from "./elements.js";
import { codesOf } from "./requests_as_code.js";

const subject = (call) => call.input?.TableName ?? call.input?.StreamArn ?? "";
const cost = (call) =>
  call.capacity === null ? "" : `, ${call.capacity} capacity ${call.capacity === 1 ? "unit" : "units"}`;
const timeText = (call) => `${call.ms < 10 ? call.ms.toFixed(1) : Math.round(call.ms)} ms`;

const isOwnRead = (call) =>
  call.method === "GET" || /^(Describe|List)|^GetShardIterator$/.test(call.operation);

function summaryOf(call) {
  const what = [call.operation, subject(call)].join(" ").trim();
  return `${what}: ${call.error ?? call.status}${cost(call)}, ${timeText(call)}`;
}

async function copy(text, status) {
  try {
    await navigator.clipboard.writeText(text);
    status.textContent = "Copied.";
  } catch {
    status.textContent = "The browser does not let this page copy. Select the text instead.";
  }
}

// Remembers which language the user has chosen.
let chosen = 0;

function shownCall(call) {
  const status = element("span", { role: "status", class: "muted" });
  const parts = codesOf(call).map(([label, text]) => ({
    label,
    show: () => [
      element(
        "div",
        { class: "actions" },
        button("Copy", () => copy(text, status)),
        status,
      ),
      element("pre", { tabindex: 0, "aria-label": `The request for ${label}` }, code(text, 20000)),
    ],
  }));
  return tabs({
    label: "Copy as",
    parts,
    selected: Math.min(chosen, parts.length - 1),
    onSelect: (index) => {
      chosen = index;
    },
  });
}

export function callsBar() {
  const last = element("span", { class: "last" }, "no requests yet");
  const list = element("div", {});
  const place = element("div", {});
  const bar = element(
    "details",
    { class: "calls", on: { toggle: () => show() } },
    element("summary", {}, element("span", { class: "label" }, "Code of this page’s requests"), last),
    list,
    place,
  );

  function show() {
    if (!bar.open || calls.kept.length === 0) return;
    const reads = calls.kept.filter(isOwnRead);
    const others = calls.kept.filter((call) => !isOwnRead(call));
    const kept = [...others, ...reads];
    const option = (call) =>
      element(
        "option",
        { value: String(kept.indexOf(call)) },
        visible(`${call.at.toLocaleTimeString()} ${summaryOf(call)}`, 80),
      );
    const options = (label, group) =>
      group.length > 0 ? element("optgroup", { label }, group.map(option)) : null;
    const chooser = element(
      "select",
      {
        "aria-label": "Request of this page",
        on: { change: () => fill(place, shownCall(kept[Number(chooser.value)])) },
      },
      options("What you have asked for", others),
      options("What the page has read for itself", reads),
    );
    fill(list, chooser);
    fill(place, shownCall(kept[0]));
  }
  // While the user reads one request, the next ones do not take its place.
  calls.addEventListener("call", () => {
    const newest = calls.kept.find((call) => !isOwnRead(call)) ?? calls.kept[0];
    fill(last, foreign(summaryOf(newest), 120));
  });
  return bar;
}

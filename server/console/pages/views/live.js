// What the views of running things share. They ask again every second, and change only what has changed.

import { http } from "../api.js";
import { element, failure, fill, button } from "../elements.js";

document.head.append(element("link", { rel: "stylesheet", href: "/_tailrace/console/views/live.css" }));

const SECOND = 1000;

// Calls `ask` now, and then again every second while the page can be seen, until the view ends. Returns
// {place, now, first}: `place` shows what `ask` throws, until it succeeds; now() asks at once; `first` is a
// promise that resolves when the first call of `ask` is done, so that a view need not appear piece by piece.
export function everySecond(context, ask) {
  const place = element("div", {});
  let timer = null;
  let isAsking = false;
  let isWanted = false;
  let lastError = "";
  async function now() {
    clearTimeout(timer);
    if (context.signal.aborted || document.hidden) return;
    isWanted = isAsking;
    if (isAsking) return;
    isAsking = true;
    let error = null;
    try {
      await ask();
    } catch (thrown) {
      error = thrown;
    }
    isAsking = false;
    if (context.signal.aborted) return;
    if (error === null || error.message !== lastError) fill(place, error && failure(error));
    lastError = error?.message ?? "";
    // A user who has not given the token is not asked again every second.
    if (error?.status === 401) return;
    timer = setTimeout(now, isWanted ? 0 : SECOND);
  }
  document.addEventListener("visibilitychange", now, { signal: context.signal });
  context.signal.addEventListener("abort", () => clearTimeout(timer));
  return { place, now, first: now() };
}

const shownData = new WeakMap();

// Fills a place with what `render` makes of the data, unless it shows the same data already. Afterwards,
// controls, open <details> and scrolled regions that have a data-key are as the user left them.
export function refresh(place, data, render) {
  const text = JSON.stringify(data);
  if (shownData.get(place) === text) return false;
  shownData.set(place, text);
  const keyed = () => [...place.querySelectorAll("[data-key]")];
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const before = new Map(
    keyed().map((each) => [
      each.dataset.key,
      { isOpen: each.open === true, left: each.scrollLeft, top: each.scrollTop },
    ]),
  );
  fill(place, render(data));
  for (const each of keyed()) {
    const known = before.get(each.dataset.key);
    if (known === undefined) continue;
    if (known.isOpen) each.open = true;
    each.scrollLeft = known.left;
    each.scrollTop = known.top;
  }
  if (focused !== undefined)
    keyed()
      .find((each) => each.dataset.key === focused)
      ?.focus({ preventScroll: true });
  return true;
}

// A list of what a path answers. The path is asked for every second. `render` makes nodes of the answer.
// Returns {node, place, now, first}; see everySecond() for the last three.
export function liveList(context, path, render) {
  const node = element("div", {});
  const polling = everySecond(context, async () => {
    const shown = await http("GET", path, { signal: context.signal, isSilent: true });
    refresh(node, shown, render);
  });
  return { node, ...polling };
}

// Says how the last action of the user has ended: a text, a node, or an error.
export function outcomePlace() {
  const place = element("div", { role: "status", class: "outcome" });
  return {
    place,
    say: (...children) => fill(place, ...children),
    fail: (error) => fill(place, failure(error)),
  };
}

// A button that waits for `work`. What that returns, or throws, is shown in the outcome.
export function workButton(label, outcome, work, attributes = {}) {
  const made = button(
    label,
    async () => {
      made.setAttribute("aria-disabled", "true");
      if (made.dataset.busy) return;
      made.dataset.busy = "true";
      try {
        const said = await work();
        if (said !== undefined) outcome.say(said);
      } catch (error) {
        if (error.name !== "AbortError") outcome.fail(error);
      } finally {
        delete made.dataset.busy;
        made.removeAttribute("aria-disabled");
      }
    },
    attributes,
  );
  return made;
}

export const section = (title, ...children) => {
  const heading = element("h2", { tabindex: -1 }, title);
  return element("section", {}, heading, ...children);
};

// A section with a liveList(), and a form below it that the user opens by its label.
export async function listSection({ title, list, outcome, label }, ...form) {
  await list.first;
  return section(
    title,
    list.place,
    list.node,
    element("details", { class: "form" }, element("summary", {}, label), ...form),
    outcome.place,
  );
}

// "12:00:01.250", with the day if that differs from the day of `now`.
export function timeText(iso, now = new Date().toISOString()) {
  if (!iso) return "";
  const [day, time] = iso.replace("Z", "").split("T");
  return now.startsWith(day) ? time : `${day} ${time}`;
}

export function durationText(ms) {
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

// The end of a long id: the last digits of its time, and its number. It is enough to tell ids apart.
export const shortId = (id) => (id.length > 16 ? `…${id.slice(-13)}` : id);

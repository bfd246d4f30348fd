// The shell: the header, the navigation, and the view that the address names.

import { DEFAULT_NAMESPACE, ask, connection, http } from "./api.js";
import { callsBar } from "./calls.js";
import {
  button,
  confirmedLeaving,
  countText,
  dialogs,
  element,
  failure,
  field,
  fill,
  formDialog,
  input,
  link,
  notice,
  select,
  visible,
} from "./elements.js";
import { views } from "./view_list.js";

const THEMES = [
  ["", "System theme"],
  ["light", "Light theme"],
  ["dark", "Dark theme"],
];

function addressOf(parts, parameters = {}) {
  const query = new URLSearchParams(
    Object.entries(parameters).filter(([, value]) => value !== undefined && value !== ""),
  );
  const text = query.toString();
  return `#/${parts.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
}

function readAddress() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const parts = path
    .split("/")
    .filter(Boolean)
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
  return { parts, parameters: new URLSearchParams(query) };
}

const heading = element("h1", { tabindex: -1 });
const beside = element("div", { class: "actions" });
const place = element("div", { class: "view" });
let end = () => {};
let shown = "";
// What the next view says when it appears.
let arrival = null;

// Goes to an address and shows `said` there until the user leaves that page.
function go(to, query, said = null) {
  arrival = said;
  location.hash = addressOf(to, query);
}

// The kinds of views whose pages are about one table.
const OF_TABLES = ["tables", "single-table"];

async function showView({ isOtherNamespace = false } = {}) {
  const { parts, parameters } = readAddress();
  if (parts.length === 0) return location.replace(addressOf([views[0].name]));
  const view = views.find((each) => each.name === parts[0]);
  end();
  const ending = new AbortController();
  let stop = null;
  end = () => {
    ending.abort();
    if (typeof stop === "function") stop();
  };
  const isCurrent = () => !ending.signal.aborted;
  const context = {
    path: parts.slice(1),
    parameters,
    signal: ending.signal,
    href: addressOf,
    go,
    heading: (title, ...children) => {
      if (!isCurrent()) return;
      fill(heading, visible(title, 120));
      fill(beside, children);
      document.title = `${visible(title, 60)} – Tailrace`;
    },
  };
  markCurrent(parts[0]);
  // If only the parameters of the address change, the view stays the same. Its heading then stays and does
  // not get the focus, so that a screen reader does not read it again.
  const where = parts.join("/");
  const isElsewhere = where !== shown;
  if (isElsewhere) context.heading(view?.label ?? "Not found");
  shown = where;
  const fresh = element("div", {});
  const said = arrival;
  arrival = null;
  try {
    if (!view) throw new Error("The console has no such view.");
    const module = await view.load();
    if (!isCurrent()) return;
    fill(place, said, fresh);
    const returned = await module.show(fresh, context);
    if (isCurrent()) stop = returned;
    else if (typeof returned === "function") returned();
  } catch (error) {
    if (!isCurrent()) return;
    const [kind, table] = parts;
    if (isOtherNamespace && OF_TABLES.includes(kind) && error.name === "ResourceNotFoundException")
      return go([kind], {}, notice("info", `The namespace ${connection.namespace} has no table ${table}.`));
    fill(place, said, fresh);
    fresh.prepend(failure(error));
  }
  if (isElsewhere && isCurrent()) heading.focus({ preventScroll: true });
  if (isCurrent()) countGivenUp(ending.signal);
}

// The dialogs of a view are closed with it. If something in them is not saved, the user is asked first, and
// until then the address is the old one.
let isAsking = false;
async function changeView({ oldURL, newURL }) {
  if (isAsking) return history.pushState(null, "", oldURL);
  if (!dialogs.haveChanges()) {
    dialogs.close();
    return showView();
  }
  history.pushState(null, "", oldURL);
  isAsking = true;
  const isSure = await confirmedLeaving();
  isAsking = false;
  if (!isSure) return;
  dialogs.close();
  location.href = newURL;
}

// --- Navigation -------------------------------------------------------------------------------------------

const mark = element("span", { class: "badge error", "aria-hidden": "true", hidden: true });
const markText = element("span", { id: "given-up", hidden: true });
const isMarked = (view) => view.name === "streams";
const entries = views.map((view) =>
  link([view.label, isMarked(view) ? mark : null], addressOf([view.name]), {
    "aria-describedby": isMarked(view) ? markText.id : null,
  }),
);

// Marks the entry of streams and functions with the number of batches that the mappings have given up.
export function markGivenUp(mappings) {
  const number = mappings.reduce((sum, each) => sum + each.GivenUp, 0);
  mark.textContent = countText(number);
  mark.hidden = number === 0;
  markText.textContent =
    number === 0 ? "" : `${countText(number)} ${number === 1 ? "batch" : "batches"} given up`;
}

async function countGivenUp(signal) {
  try {
    markGivenUp((await http("GET", "/_tailrace/mappings", { signal, isSilent: true })).Mappings);
  } catch {
    // The view says what is wrong.
  }
}

function markCurrent(name) {
  views.forEach((view, index) => {
    if (view.name === name) entries[index].setAttribute("aria-current", "page");
    else entries[index].removeAttribute("aria-current");
  });
  openMenu(false);
}

const navigation = element(
  "nav",
  { id: "navigation", class: "views", "aria-label": "Views" },
  element(
    "ul",
    {},
    entries.map((each) => element("li", {}, each)),
  ),
  markText,
);
const menu = button("Menu", () => openMenu(menu.getAttribute("aria-expanded") !== "true"), {
  class: "menu",
  "aria-controls": "navigation",
  "aria-expanded": "false",
});
function openMenu(isOpen) {
  menu.setAttribute("aria-expanded", String(isOpen));
  navigation.classList.toggle("open", isOpen);
}

// --- Header -----------------------------------------------------------------------------------------------

const namespaces = select([DEFAULT_NAMESPACE], {
  id: "namespace",
  on: { change: () => useNamespace(namespaces.value) },
});

// Another view may choose a namespace too.
export function useNamespace(name) {
  connection.set({ namespace: name });
  listNamespaces();
  shown = "";
  showView({ isOtherNamespace: true });
}

export async function listNamespaces() {
  let names = [DEFAULT_NAMESPACE];
  try {
    names = (await http("GET", "/_tailrace/namespaces", { isSilent: true })).Namespaces.map(
      (each) => each.Name,
    );
  } catch {
    // Without the token, or with an older server, only the chosen namespace is listed.
  }
  if (!names.includes(connection.namespace)) names.push(connection.namespace);
  fill(
    namespaces,
    names.map((name) => element("option", { value: name }, visible(name))),
  );
  namespaces.value = connection.namespace;
}

function askConnection(message) {
  const controls = {
    token: input({ value: connection.token, type: "password" }),
    accessKey: input({ value: connection.accessKey }),
    secretKey: input({ value: connection.secretKey, type: "password" }),
    region: input({ value: connection.region }),
  };
  return formDialog(
    {
      title: "Connection",
      answer: () => {
        connection.set(
          Object.fromEntries(Object.entries(controls).map(([name, each]) => [name, each.value.trim()])),
        );
        return true;
      },
      submit: button("Use", null, { type: "submit", class: "primary" }),
    },
    element("p", {}, message),
    field("Admin token", controls.token, { hint: "For a server with --admin-token." }),
    field("Access key", controls.accessKey),
    field("Secret key", controls.secretKey, {
      hint: "Only a server with --verify-signatures checks it.",
    }),
    field("Region", controls.region),
  );
}

// Several requests may be refused at once; one question is enough.
let asked = null;
ask.token = () => {
  asked ??= askConnection("The server requires its admin token for this.").finally(() => {
    asked = null;
  });
  return asked;
};

async function openConnection() {
  if (
    await askConnection("What the console sends with its requests. It is forgotten when you close this tab.")
  ) {
    await listNamespaces();
    showView();
  }
}

function useTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

function themeChooser() {
  const chosen = localStorage.getItem("tailrace.theme") ?? "";
  useTheme(chosen);
  const chooser = select(THEMES, {
    "aria-label": "Theme",
    value: chosen,
    on: {
      change: () => {
        localStorage.setItem("tailrace.theme", chooser.value);
        useTheme(chooser.value);
      },
    },
  });
  return chooser;
}

// An address such as /~blue/_tailrace/console chooses a namespace.
const named = /^\/~([^/]+)\//.exec(location.pathname);
if (named) connection.set({ namespace: decodeURIComponent(named[1]) });

document.body.append(
  element(
    "a",
    {
      class: "skip",
      href: "#",
      on: {
        click: (event) => {
          event.preventDefault();
          heading.focus();
        },
      },
    },
    "Skip to the view",
  ),
  element(
    "header",
    { class: "top" },
    menu,
    link("Tailrace", addressOf([views[0].name]), { class: "brand" }),
    element(
      "div",
      { class: "choices" },
      element("label", { for: "namespace" }, "Namespace"),
      namespaces,
      themeChooser(),
      button("Connection", openConnection),
    ),
  ),
  element(
    "div",
    { class: "body" },
    navigation,
    element("main", {}, element("div", { class: "heading" }, heading, beside), place),
  ),
  element("footer", { class: "bottom", "aria-label": "Code of this page’s requests" }, callsBar()),
);
window.addEventListener("hashchange", changeView);
listNamespaces();
showView();

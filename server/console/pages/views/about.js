// What this is, and under which licences.

import { http } from "../api.js";
import { element, link } from "../elements.js";

export async function show(place, context) {
  context.heading("About");
  const health = await http("GET", "/_tailrace/health", { signal: context.signal });
  place.append(
    element(
      "div",
      { class: "card" },
      element(
        "dl",
        { class: "facts" },
        element("div", {}, element("dt", {}, "Tailrace"), element("dd", {}, health.version)),
        element("div", {}, element("dt", {}, "Running for"), element("dd", {}, `${health.uptime_seconds} s`)),
        element("div", {}, element("dt", {}, "Server"), element("dd", {}, location.origin)),
        element("div", {}, element("dt", {}, "Licence"), element("dd", {}, "Apache License 2.0")),
      ),
      element(
        "p",
        {},
        "This console is a part of the server. It loads nothing from other hosts, stores only your theme " +
          "and your PartiQL statements in this browser, and works offline.",
      ),
      element(
        "p",
        {},
        "It uses DynamoDB's API and the endpoints below /_tailrace, and nothing else. Everything that it " +
          "does can be done with curl: the bar at the bottom of the page shows each request as code.",
      ),
      element(
        "p",
        {},
        "The console contains no third-party code. The libraries in the server, and their licences, are " +
          "in THIRD-PARTY-NOTICES.md, which every package of Tailrace has.",
      ),
      element(
        "p",
        {},
        link("The endpoints, as JSON", "/_tailrace?pretty"),
        " · ",
        link("The endpoints, as an OpenAPI document", "/_tailrace/openapi.json"),
      ),
    ),
  );
}

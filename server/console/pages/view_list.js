// The views, in the order of the navigation. A view is a module of its own, which is loaded when it is
// opened:
//
//   {name: "tables", label: "Tables", load: () => import("./views/tables.js")}
//
// The view's address is #/NAME, and everything below it, #/NAME/music/items?limit=20. Its module exports
//
//   show(place, context)   fills the element `place`. It may be async. It returns a function that ends the
//                          view (stops its timers and requests), or nothing. It is called again after the
//                          address below #/NAME has changed.
//
// context = {
//   path         the decoded parts of the address after the name: ["music", "items"]
//   parameters   the URLSearchParams after the question mark
//   signal       an AbortSignal that fires when the view ends; give it to requests
//   go(parts, parameters, said)   goes to another address, given as ["tables", "music"] and an object; `said`
//                                 is a notice that is shown there
//   href(parts, parameters)       returns the address for a link
//   heading(title, ...children)   sets the page's one h1, and what is beside it, such as buttons
// }
//
// What a view throws is shown as a notice. Requests are made with api.js, and elements with elements.js only.

export const views = [
  { name: "tables", label: "Tables", load: () => import("./views/tables.js") },
  { name: "single-table", label: "Single table", load: () => import("./views/single_table.js") },
  { name: "partiql", label: "PartiQL", load: () => import("./views/partiql.js") },
  { name: "streams", label: "Streams and functions", load: () => import("./views/streams.js") },
  { name: "time", label: "Time and failures", load: () => import("./views/time.js") },
  { name: "requests", label: "Requests", load: () => import("./views/requests.js") },
  { name: "namespaces", label: "Namespaces", load: () => import("./views/namespaces.js") },
  { name: "advice", label: "Advice", load: () => import("./views/advice.js") },
  { name: "about", label: "About", load: () => import("./views/about.js") },
];

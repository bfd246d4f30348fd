// A table of any number of rows, of which only those in sight are in the document.

import { element } from "./elements.js";

const OVERSCAN = 8;
const FALLBACK_ROW_HEIGHT = 34;

// Returns the widths of columns in a table of `room` pixels: each has its `width`, and the first ones get the
// pixels that are left, up to their `whole`.
function widthsIn(room, columns) {
  let left = room - columns.reduce((sum, each) => sum + each.width, 0);
  return columns.map(({ width, whole = width }) => {
    const more = Math.max(0, Math.min(whole - width, left));
    left -= more;
    return width + more;
  });
}

// `columns` are {label, width, whole, node}. A column has `width` pixels, or up to `whole` if there is room,
// the first ones before the others; node may replace the label. `count()` returns
// how many rows there are, `row(index)` the cells of one, as elements, or null if they are not there yet.
// `onSight(first, last)` is called with the rows that are in sight. Returns {node, update()}; update() shows
// what has changed.
export function virtualTable({ label, columns, count, row, onSight }) {
  const body = element("tbody", {});
  const before = element(
    "tr",
    { "aria-hidden": "true", class: "space" },
    element("td", { colspan: columns.length }),
  );
  const after = before.cloneNode(true);
  const cols = columns.map(() => element("col", {}));
  const table = element(
    "table",
    { "aria-label": label, class: "rows" },
    element("colgroup", {}, cols),
    element(
      "thead",
      {},
      element(
        "tr",
        { "aria-rowindex": 1 },
        columns.map((each) =>
          element("th", { scope: "col", class: each.number ? "number" : null }, each.node ?? each.label),
        ),
      ),
    ),
    body,
  );
  const node = element(
    "div",
    { class: "scroll virtual", role: "region", tabindex: 0, "aria-label": label },
    table,
  );
  const shown = new Map();
  let rowHeight = FALLBACK_ROW_HEIGHT;
  let waits = false;

  const made = (index, cells) =>
    element(
      "tr",
      { "aria-rowindex": index + 2 },
      cells.map((cell) => (cell.tagName === "TD" || cell.tagName === "TH" ? cell : element("td", {}, cell))),
    );

  function render(isFresh) {
    waits = false;
    const total = count();
    const first = Math.max(0, Math.floor(node.scrollTop / rowHeight) - OVERSCAN);
    const room = Math.ceil((node.clientHeight || 600) / rowHeight) + 2 * OVERSCAN;
    const last = Math.min(total, first + room);
    if (isFresh) shown.clear();
    const rows = [];
    for (let index = first; index < last; ++index) {
      let known = shown.get(index);
      if (!known) {
        const cells = row(index);
        known = made(
          index,
          cells ?? [element("td", { colspan: columns.length, class: "muted" }, "Reading…")],
        );
        // A row that is not there yet is asked for again.
        if (cells) shown.set(index, known);
      }
      rows.push(known);
    }
    for (const index of shown.keys()) if (index < first || index >= last) shown.delete(index);
    before.firstChild.style.height = `${first * rowHeight}px`;
    after.firstChild.style.height = `${Math.max(0, total - last) * rowHeight}px`;
    before.hidden = first === 0;
    after.hidden = last >= total;
    show([before, ...rows, after]);
    table.setAttribute("aria-rowcount", String(total + 1));
    if (rows.length && rows[0].offsetHeight && Math.abs(rows[0].offsetHeight - rowHeight) > 0.5) {
      rowHeight = rows[0].offsetHeight;
      return render(false);
    }
    onSight?.(first, last);
  }

  // Does not move a row that is already in its place, so that the focus stays in the row.
  function show(rows) {
    const wanted = new Set(rows);
    for (const each of [...body.children]) if (!wanted.has(each)) each.remove();
    rows.forEach((each, place) => {
      if (body.children[place] !== each) body.insertBefore(each, body.children[place] ?? null);
    });
  }

  function fit() {
    const widths = widthsIn(node.clientWidth, columns);
    // The last column takes what no column needs.
    widths.slice(0, -1).forEach((width, place) => {
      cols[place].style.width = `${width}px`;
    });
    table.style.minWidth = `${widths.reduce((sum, each) => sum + each, 0)}px`;
  }

  const later = () => {
    if (!waits) requestAnimationFrame(() => render(false));
    waits = true;
  };
  node.addEventListener("scroll", later, { passive: true });
  const observer = new ResizeObserver(() => {
    fit();
    later();
  });
  observer.observe(node);
  return { node, update: () => render(true), refresh: () => render(false), end: () => observer.disconnect() };
}

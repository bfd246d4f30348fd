// Charts as SVG. Each has its numbers in words, too: as its accessible name and, for sighted people, as the
// caption.
//
// lineChart({label, points: [{x: Date or number, y}], unit, gap})  shows how one number changes; there is no
//                                                                  line between points further apart than gap
// barChart({label, bars: [{label, value}], unit})                  shows numbers beside each other

import { countText, element, svg, visible } from "./elements.js";

const WIDTH = 640;
const HEIGHT = 160;
const MARGIN = { left: 48, right: 8, top: 8, bottom: 22 };

const shortNumber = (value) => (Number.isInteger(value) ? countText(value) : value.toFixed(2));
const timeOf = (x) => (x instanceof Date ? x.toLocaleTimeString() : String(x));
const amount = (value, unit) => `${shortNumber(value)}${unit ? ` ${unit}` : ""}`;

function frame(label, summary, max, ...drawn) {
  const bottom = HEIGHT - MARGIN.bottom;
  const axis = svg(
    "g",
    { "aria-hidden": "true", fill: "var(--muted)", "font-size": 11 },
    svg("line", { x1: MARGIN.left, x2: WIDTH - MARGIN.right, y1: bottom, y2: bottom, stroke: "var(--line)" }),
    svg("line", {
      x1: MARGIN.left,
      x2: WIDTH - MARGIN.right,
      y1: MARGIN.top,
      y2: MARGIN.top,
      stroke: "var(--line)",
    }),
    svg("text", { x: MARGIN.left - 6, y: MARGIN.top + 8, "text-anchor": "end" }, shortNumber(max)),
    svg("text", { x: MARGIN.left - 6, y: bottom, "text-anchor": "end" }, "0"),
  );
  return element(
    "figure",
    { class: "chart" },
    svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${label}: ${summary}` },
      axis,
      ...drawn,
    ),
    element("figcaption", {}, `${label}: ${summary}`),
  );
}

function edgeLabels(first, last) {
  const y = HEIGHT - 6;
  return svg(
    "g",
    { "aria-hidden": "true", fill: "var(--muted)", "font-size": 11 },
    svg("text", { x: MARGIN.left, y }, first),
    svg("text", { x: WIDTH - MARGIN.right, y, "text-anchor": "end" }, last),
  );
}

// Splits points where they are further apart than `gap`.
function runsOf(points, gap) {
  const runs = [];
  points.forEach((each, index) => {
    if (index === 0 || Number(each.x) - Number(points[index - 1].x) > gap) runs.push([]);
    runs.at(-1).push(each);
  });
  return runs;
}

export function lineChart({ label, points, unit = "", gap = Infinity }) {
  if (points.length === 0) return element("p", { class: "muted" }, `${label}: no values yet.`);
  const values = points.map((each) => each.y);
  const max = Math.max(...values, 1);
  const [first, last] = [points[0], points[points.length - 1]];
  const summary = `${amount(last.y, unit)} now, at most ${amount(Math.max(...values), unit)}`;
  const width = WIDTH - MARGIN.left - MARGIN.right;
  const height = HEIGHT - MARGIN.top - MARGIN.bottom;
  const span = Number(last.x) - Number(first.x) || 1;
  const place = (each) =>
    [
      MARGIN.left + (width * (Number(each.x) - Number(first.x))) / span,
      MARGIN.top + height * (1 - each.y / max),
    ]
      .map((n) => n.toFixed(1))
      .join(",");
  const lines = runsOf(points, gap).map((run) =>
    svg("polyline", {
      // A single point becomes a line from the point to itself, which shows as a dot.
      points: (run.length > 1 ? run : [run[0], run[0]]).map(place).join(" "),
      fill: "none",
      stroke: "var(--series-1)",
      "stroke-width": 2,
      "stroke-linejoin": "round",
      "stroke-linecap": "round",
    }),
  );
  return frame(label, summary, max, ...lines, edgeLabels(timeOf(first.x), timeOf(last.x)));
}

export function barChart({ label, bars, unit = "" }) {
  if (bars.length === 0) return element("p", { class: "muted" }, `${label}: no values yet.`);
  const values = bars.map((each) => each.value);
  const max = Math.max(...values, 1);
  const highest = bars[values.indexOf(Math.max(...values))];
  const total = values.reduce((sum, each) => sum + each, 0);
  const most = `most in ${visible(String(highest.label), 60)} with ${amount(highest.value, unit)}`;
  const summary = `${amount(total, unit)} in total, ${most}`;
  const step = (WIDTH - MARGIN.left - MARGIN.right) / bars.length;
  const height = HEIGHT - MARGIN.top - MARGIN.bottom;
  const drawn = bars.map((each, index) => {
    const size = (height * each.value) / max;
    return svg(
      "rect",
      {
        x: (MARGIN.left + index * step + step * 0.1).toFixed(1),
        width: (step * 0.8).toFixed(1),
        y: (MARGIN.top + height - size).toFixed(1),
        height: size.toFixed(1),
        fill: "var(--series-1)",
      },
      svg("title", {}, `${visible(String(each.label), 60)}: ${amount(each.value, unit)}`),
    );
  });
  return frame(
    label,
    summary,
    max,
    ...drawn,
    edgeLabels(visible(String(bars[0].label), 30), visible(String(bars[bars.length - 1].label), 30)),
  );
}

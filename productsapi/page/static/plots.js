// Requests, errors and latency over time, drawn as SVG.

import { get } from "/api.js";
import { el, note, svg } from "/dom.js";

const WIDTH = 300, HEIGHT = 110, LEFT = 40, BOTTOM = 18, TOP = 8;

/** Three plots of the time since, such as 1h. */
export async function plots(since) {
  const { window: span, series, from, notes } = await get("/api/plots", { since });
  const status = notes.map((text) => note(text, "warn"));
  if (!from) {
    return el("div", {}, ...status,
      el("p", {}, "No request is known of in this time. On AWS, what is measured gets there late."));
  }
  return el("div", {},
    ...status,
    el("div", { class: "plots" },
      figure("Requests", span, [["all", "main", series.requests]], bars),
      figure("Errors", span,
        [["4xx", "warn", series.clientErrors], ["5xx", "bad", series.serverErrors]], bars),
      figure("Latency, ms", span, [["p50", "main", series.p50], ["p95", "warn", series.p95]], lines)),
    el("p", { class: "hint" }, `Counted from ${from}; a point is ${minutes(span.period)}.`));
}

function figure(title, span, series, draw) {
  const values = series.flatMap(([, , points]) => points).filter((value) => value !== null);
  const most = Math.max(1, ...values);
  const names = series.map(([name, kind, points]) =>
    el("span", { class: `key ${kind}` }, `${name}: ${inAll(points, draw)}`));
  const drawn = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img",
    "aria-label": `${title}: ${names.map((each) => each.textContent).join(", ")}` },
  ...axes(span, most), ...draw(series, most, span.points));
  return el("figure", {}, el("figcaption", {}, el("strong", {}, title), " ", ...names), drawn);
}

function inAll(points, draw) {
  const known = points.filter((value) => value !== null);
  if (!known.length) return "none";
  return draw === bars
    ? String(known.reduce((sum, value) => sum + value, 0))
    : `${Math.max(...known).toFixed(0)} at most`;
}

function axes(span, most) {
  const floor = HEIGHT - BOTTOM;
  const label = (x, y, anchor, text) => svg("text", { x, y, "text-anchor": anchor }, text);
  return [
    svg("path", { class: "axis", d: `M ${LEFT} ${TOP} V ${floor} H ${WIDTH}` }),
    label(LEFT - 4, TOP + 6, "end", most >= 10 ? most.toFixed(0) : String(Number(most.toFixed(1)))),
    label(LEFT - 4, floor, "end", "0"),
    label(LEFT, HEIGHT - 4, "start", clock(span.start)),
    label(WIDTH, HEIGHT - 4, "end", clock(span.start + span.period * span.points)),
  ];
}

const across = (index, points) => LEFT + (index / points) * (WIDTH - LEFT);
const up = (value, most) => (value / most) * (HEIGHT - BOTTOM - TOP);

function bars(series, most, points) {
  const width = (WIDTH - LEFT) / points / series.length;
  return series.flatMap(([, kind, values], place) => values.map((value, index) => {
    const height = up(value, most);
    return svg("rect", { class: kind, x: across(index, points) + place * width, width: width * 0.9,
      y: HEIGHT - BOTTOM - height, height });
  }));
}

/** A point for each value, and lines between neighbours: where nothing was measured is a gap. */
function lines(series, most, points) {
  return series.flatMap(([, kind, values]) => {
    const at = (index) =>
      `${across(index + 0.5, points)} ${HEIGHT - BOTTOM - up(values[index], most)}`;
    const known = values.map((value, index) => [value, index]).filter(([value]) => value !== null);
    const path = known.map(([, index]) =>
      `${index && values[index - 1] !== null ? "L" : "M"} ${at(index)}`).join(" ");
    const dots = known.map(([, index]) => {
      const [cx, cy] = at(index).split(" ");
      return svg("circle", { class: kind, cx, cy, r: 1.8 });
    });
    return [svg("path", { class: `curve ${kind}`, d: path || "M 0 0" }), ...dots];
  });
}

function clock(seconds) {
  return new Date(seconds * 1000).toLocaleString([], { dateStyle: "short", timeStyle: "short" });
}

function minutes(seconds) {
  return seconds >= 3600 ? `${seconds / 3600} h` : `${seconds / 60} min`;
}

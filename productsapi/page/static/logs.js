// Plots above, log lines below; a click on a line shows all lines of its request.

import { get } from "/api.js";
import { el, field, note } from "/dom.js";
import { plots } from "/plots.js";

const EVERY = 4000; // milliseconds between two looks for what is new
const LATE = 30000; // by which a line may come after a later one
const SPANS = [["10m", "10 minutes"], ["1h", "1 hour"], ["6h", "6 hours"], ["1d", "1 day"], ["7d", "7 days"]];
const SOURCES = ["create", "get", "update", "delete", "api"];
const LEVELS = ["INFO", "WARNING", "ERROR"];
const CLOCK = new Intl.DateTimeFormat("en-GB",
  { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });

export async function logs(_about, _changed, query) {
  const figures = el("div", {}, el("p", {}, "Reading …"));
  const status = el("div");
  const list = el("ol", { class: "log", tabindex: 0, "aria-label": "Log lines, the newest first" });
  const live = el("input", { type: "checkbox", id: "live", checked: true, onchange: turn });
  const form = el("form", { class: "bar", onsubmit: asked, onchange: asked },
    choice("Time", "since", SPANS, "1h"),
    choice("Source", "source", [["", "all"], ...SOURCES.map((each) => [each, each])],
      query.get("source") ?? ""),
    choice("Level from", "level", [["", "all"], ...LEVELS.map((each) => [each, each])], ""),
    field("Text", "text", { type: "search", autocomplete: "off" }),
    el("button", {}, "Show"),
    el("p", {}, live, el("label", { for: "live" }, " Live")));
  let seen = new Map();
  let timer = null;
  let ended = false;

  function asked(event) {
    event?.preventDefault();
    if (event?.target === live) return;
    seen = new Map();
    list.replaceChildren();
    look();
    draw();
  }

  async function draw() {
    try {
      figures.replaceChildren(await plots(form.elements.since.value));
    } catch (error) {
      figures.replaceChildren(note(error.message, "wrong"));
    }
  }

  async function look() {
    clearTimeout(timer);
    const mine = seen;
    const newest = Math.max(0, ...[...seen.values()].map((line) => line.time));
    const from = newest ? newest - LATE : "";
    try {
      const found = await get("/api/logs", { ...Object.fromEntries(new FormData(form)), from });
      if (mine !== seen) return; // something else was asked for meanwhile
      add(found);
    } catch (error) {
      status.replaceChildren(note(error.message, "wrong"));
      live.checked = false;
    }
    turn();
  }

  function add({ lines, cut, missing }) {
    const fresh = lines.filter((line) => !seen.has(line.id));
    fresh.forEach((line) => seen.set(line.id, line));
    list.prepend(...fresh.reverse().map((line) => item(line, true)));
    const words = [
      cut ? "There are more lines: the newest 500 are shown." : "",
      missing.length ? `There is no log of: ${missing.join(", ")}.` : "",
      seen.size ? "" : "Nothing was logged in this time.",
    ].filter(Boolean).join(" ");
    status.replaceChildren(...(words ? [el("p", { class: "hint" }, words)] : []));
  }

  function turn() {
    clearTimeout(timer);
    // Not while the page is in the background, where nobody sees it.
    if (live.checked && !ended) timer = setTimeout(() => (document.hidden ? turn() : look()), EVERY);
  }

  look();
  draw();
  const inside = el("div", {}, figures, el("h2", {}, "Log"), form, status, list);
  inside.stop = () => {
    ended = true;
    clearTimeout(timer);
  };
  return inside;
}

function choice(label, name, options, chosen) {
  const id = `choice-${name}`;
  return el("div", { class: "field" }, el("label", { for: id }, label),
    el("select", { id, name }, ...options.map(([value, text]) =>
      el("option", { value, selected: value === chosen }, text))));
}

function item(line, linked) {
  const { time, source, level, text, more, requestId } = line;
  const moment = CLOCK.format(new Date(time));
  const inside = [
    el("time", { datetime: new Date(time).toISOString() }, moment),
    el("span", { class: "source" }, source),
    el("span", { class: `level ${level ?? ""}` }, level ?? ""),
    el("span", { class: "text" }, text),
  ];
  const below = more.length ? el("pre", { tabindex: 0 }, more.join("\n")) : null;
  if (!linked || !requestId) return el("li", {}, el("p", {}, ...inside), below);
  return el("li", {},
    el("button", { class: "line", onclick: () => story(requestId) }, ...inside), below);
}

async function story(id) {
  const inside = el("div", {}, el("p", { role: "status" }, "Looking for its lines …"));
  const dialog = el("dialog", { class: "big", "aria-label": "One request", onclose: () => dialog.remove() },
    el("h2", {}, "One request"), el("p", { class: "hint" }, id), inside,
    el("p", { class: "bar" }, el("button", { onclick: () => dialog.close() }, "Close")));
  document.body.append(dialog);
  dialog.showModal();
  try {
    const { lines } = await get("/api/story", { id, since: "7d" });
    inside.replaceChildren(lines.length
      ? el("ol", { class: "log story" }, ...lines.map((line) => item(line, false)))
      : el("p", {}, "Nothing is known of it."));
  } catch (error) {
    inside.replaceChildren(note(error.message, "wrong"));
  }
}

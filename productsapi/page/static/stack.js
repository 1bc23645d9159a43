// The deployed system: its drawing, each box with its parts and ids, and the releases.

import { get } from "/api.js";
import { diagram } from "/diagram.js";
import { el, note } from "/dom.js";

export async function stack() {
  const inside = el("div");
  const again = el("button", { onclick: look }, "Look again");
  const status = el("div", {}, el("p", { role: "status" }, "Reading the deployed system …"));

  async function look() {
    again.disabled = true;
    try {
      const found = await get("/api/system");
      status.replaceChildren(summary(found));
      inside.replaceChildren(...shown(found));
    } catch (error) {
      status.replaceChildren(note(error.message, "wrong"));
    }
    again.disabled = false;
  }

  look();
  return el("div", {}, el("p", { class: "bar" }, again), status, inside);
}

function summary({ notes, boxes, routes }) {
  const parts = [...boxes, ...routes].flatMap((each) => each.parts);
  const differing = parts.filter((part) => part.action !== "unchanged");
  const many = (found) => (found.length === 1 ? "1 part" : `${found.length} parts`);
  return el("div", {},
    !parts.length ? note("Nothing was found of the stack.", "wrong")
      : differing.length
        ? note(`Not as the configuration says: ${many(differing)}. See productsapi plan.`, "wrong")
        : note("All is as the configuration says."),
    ...notes.map(({ text, door }) => note(text, door ? "wrong" : "warn")));
}

function shown({ boxes, routes, releases }) {
  const details = new Map(boxes.map((box) => [box.id, boxDetails(box)]));
  const opened = (id) => {
    const box = details.get(id);
    box.open = true;
    box.querySelector("summary").focus();
    box.scrollIntoView({ block: "nearest" });
  };
  return [
    el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Diagram" },
      diagram({ boxes, routes }, wordOf, opened)),
    el("h2", {}, "Parts"),
    ...details.values(),
    routeDetails(routes),
    el("h2", {}, "Releases"),
    releases.length ? releaseTable(releases) : el("p", {}, "No release yet."),
  ];
}

function wordOf({ state, parts }) {
  const worst = parts.filter((part) => part.action === state);
  if (state === "unchanged") return `there, all ${parts.length} parts`;
  return worst.length ? `${worst.length} of ${parts.length} parts ${worst[0].state}` : "not known";
}

function boxDetails(box) {
  return el("details", { class: box.state },
    el("summary", {}, el("strong", {}, box.title), ` ${box.name} – `,
      el("span", { class: `state ${box.state}` }, wordOf(box))),
    el("dl", {}, ...box.ids.flatMap(({ label, id }) => [el("dt", {}, label), el("dd", {}, id)])),
    box.log ? el("p", {}, el("a", { href: `#logs?source=${box.log}` }, "Its log")) : null,
    partList(box.parts));
}

function routeDetails(routes) {
  const parts = routes.flatMap((route) => route.parts);
  const state = routes.map((route) => route.state).find((each) => each !== "unchanged") ?? "unchanged";
  return el("details", { class: state },
    el("summary", {}, el("strong", {}, "Routes"), " – ",
      el("span", { class: `state ${state}` }, wordOf({ state, parts }))),
    partList(parts));
}

function partList(parts) {
  return el("ul", { class: "parts" }, ...parts.map((part) =>
    el("li", {},
      el("span", { class: `state ${part.action}` }, part.state), ` ${part.key}`,
      part.reason ? `: ${part.reason}` : null,
      part.fields.length ? el("ul", {}, ...part.fields.map(drift)) : null)));
}

function drift({ field, is, shouldBe }) {
  return el("li", {}, el("strong", {}, field), ` is ${is}, should be ${shouldBe}`);
}

function releaseTable(releases) {
  return el("table", { class: "cards" },
    el("thead", {}, el("tr", {}, ...["No.", "When", "By", "Commit and message", "What it published"]
      .map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, ...releases.map((release) => el("tr", { class: release.inForce ? "in-force" : null },
      el("th", { scope: "row" }, `${release.number}${release.inForce ? " (in force)" : ""}`),
      el("td", { "data-label": "When" }, release.time),
      el("td", { "data-label": "By" }, release.by),
      el("td", { "data-label": "Of" }, release.note || "–"),
      el("td", { "data-label": "Published" }, release.published.join(", ") || "–")))));
}

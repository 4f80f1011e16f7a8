// What will be published next, and what was: a strip on a phone, a column on a wide screen.

import { find, icon, make } from "./dom.js";
import { act } from "./wire.js";
import { toast } from "./bell.js";

export function showNewsroom(room) {
  const next = room.next;
  find("strip").replaceChildren(...(next ? strip(room) : [make("p", { class: "what expect" }, ended())]));
  find("next").replaceChildren(next ? column(room) : make("p", { class: "expect" }, ended()));
  const rows = room.published.map((row) =>
    make("li", {}, make("div", { class: "kicker" }, row.outlet), make("div", { dir: "auto" }, row.title), make("div", { class: "expect" }, row.expect)),
  );
  find("published").replaceChildren(...rows.reverse());
  find("newsroom").querySelector("h3").hidden = !rows.length;
}

const ended = () => "The script has ended. Everything else still works; restart the demo to see it again.";

function strip(room) {
  return [
    make(
      "div", { class: "what" },
      make("span", { class: "headline", dir: "auto", title: room.next.title }, `${room.next.outlet}: ${room.next.title}`),
      make("span", { class: "expect" }, room.next.expect),
    ),
    ...controls(room),
  ];
}

function column(room) {
  return make(
    "div", { class: "next" },
    make("div", { class: "kicker" }, `Next from ${room.next.outlet}`),
    make("div", { class: "headline", dir: "auto" }, room.next.title),
    make("div", { class: "expect" }, `What should happen: ${room.next.expect}.`),
    make("div", { class: "row" }, ...controls(room)),
  );
}

async function publishNow() {
  const answer = await act("publish");
  if (answer.problem) toast(answer.problem);
}

function controls(room) {
  const publish = make("button", { type: "button", class: "publish", onclick: publishNow }, "Publish", make("span", { class: "now" }, " now"));
  if (!room.begun) return [publish];
  const label = room.automatic ? "Pause the news" : "Let the news run by itself";
  const pace = make("button", { type: "button", class: "icon", "aria-label": label, title: label, onclick: () => act("pace", { automatic: !room.automatic }) });
  pace.append(icon(room.automatic ? "pause" : "play"));
  return [publish, pace];
}

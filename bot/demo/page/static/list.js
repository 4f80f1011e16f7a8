// All chats: who, what was said last, what is unread.

import { find, icon, make } from "./dom.js";
import { preview, senderName, textOf } from "./bubbles.js";
import { clock } from "./words.js";

export function avatar(chat) {
  const face = make("span", { class: "avatar", "data-hue": chat.hue, "aria-hidden": "true" });
  dress(face, chat);
  return face;
}

export function dress(face, chat) {
  face.dataset.hue = chat.hue;
  face.replaceChildren(chat.kind === "private" ? icon("bell") : chat.title.slice(0, 1), make("span", { class: "flag" }, chat.flag));
}

export function showList(chats, current, open) {
  const rows = [...chats.values()].map((chat) => row(chat, chat === current, open));
  find("chats").replaceChildren(...rows);
  const elsewhere = [...chats.values()].filter((chat) => chat !== current).reduce((sum, chat) => sum + chat.unread, 0);
  find("elsewhere").textContent = elsewhere;
  find("elsewhere").hidden = !elsewhere;
}

function row(chat, current, open) {
  const last = [...chat.messages.values()].at(-1);
  const line = last ? `${chat.kind === "private" || last.by_bot || !textOf(last) ? "" : `${senderName(last)}: `}${preview(last)}` : chat.note;
  return make(
    "li", {},
    make(
      "button", { type: "button", class: "chat-row", "aria-current": current ? "true" : false, "data-key": chat.key, onclick: () => open(chat) },
      avatar(chat),
      make("span", { class: "name", dir: "auto" }, chat.title),
      make("span", { class: "at" }, last ? clock(last.date, "en") : ""),
      make("span", { class: "as", dir: "auto" }, chat.as),
      make("span", { class: "last", dir: "auto" }, line),
      chat.unread ? make("span", { class: "badge", "aria-label": `${chat.unread} unread` }, String(chat.unread)) : null,
    ),
  );
}

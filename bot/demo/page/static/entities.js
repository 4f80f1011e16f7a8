// A text and its entities (offsets in UTF-16, as JavaScript counts) as nodes, nested as Telegram nests.

import { make, safeLink } from "./dom.js";
import { clock, moment, words } from "./words.js";

const PLAIN = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code",
};

export function formatted(text, entities, context) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const box = document.createDocumentFragment();
  fill(box, text, 0, text.length, sorted, context);
  return box;
}

const BLOCKS = new Set(["PRE", "BLOCKQUOTE"]);

// A block ends its own line: the line break that follows it in the text would be a second one.
const afterBlock = (parent, text) => (BLOCKS.has(parent.lastChild?.nodeName) ? text.replace(/^\n/, "") : text);

function fill(parent, text, from, to, entities, context) {
  let at = from;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset > at) parent.append(afterBlock(parent, text.slice(at, entity.offset)));
    const inner = [];
    for (index += 1; index < entities.length && entities[index].offset < end; index += 1) inner.push(entities[index]);
    const node = element(entity, text.slice(entity.offset, end), context);
    fill(node, text, entity.offset, end, inner, context);
    parent.append(node);
    at = end;
  }
  if (at < to) parent.append(afterBlock(parent, text.slice(at, to)));
}

function element(entity, text, context) {
  switch (entity.type) {
    case "pre": return make("pre", { dir: "ltr" });
    case "blockquote": return make("blockquote");
    case "expandable_blockquote": return folding(context);
    case "spoiler": return spoiler();
    case "text_link": return link(entity.url, context);
    case "url": return link(/^[a-z]+:/i.test(text) ? text : `https://${text}`, context);
    case "email": return link(`mailto:${text}`, context);
    case "phone_number": return link(`tel:${text.replace(/[^+\d]/g, "")}`, context);
    case "bot_command": return command(text, context);
    case "date_time": return time(entity, context);
    default: return make(PLAIN[entity.type] ?? "span");
  }
}

function link(address, context) {
  const href = safeLink(address);
  if (!href) return make("span");
  const start = deepLink(href, context);
  if (start !== null) {
    return make("a", { href, onclick: (event) => { event.preventDefault(); context.send(`/start ${start}`.trim()); } });
  }
  return make("a", { href, target: "_blank", rel: "noopener noreferrer" });
}

// Links to this very bot open here: https://core.telegram.org/bots/features#deep-linking
export function deepLink(href, context) {
  const url = new URL(href);
  const own = url.hostname === "t.me" && url.pathname.toLowerCase() === `/${context.bot.toLowerCase()}`;
  return own ? (url.searchParams.get("start") ?? "") : null;
}

function command(text, context) {
  return make("a", { href: "#", onclick: (event) => { event.preventDefault(); context.send(text); } });
}

function time(entity, context) {
  const seconds = entity.unix_time;
  const shape = entity.date_time_format ?? "";
  const node = make("time", {
    datetime: new Date(seconds * 1000).toISOString(),
    title: shape ? moment(seconds, shape, context.language) : clock(seconds, context.language),
  });
  return node;
}

function toggle(node, act) {
  node.setAttribute("role", "button");
  node.tabIndex = 0;
  node.addEventListener("click", (event) => { if (!event.target.closest("a")) act(); });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act(); }
  });
  return node;
}

function spoiler() {
  const node = make("span", { class: "spoiler", "aria-expanded": "false" });
  return toggle(node, () => node.setAttribute("aria-expanded", node.getAttribute("aria-expanded") === "false"));
}

function folding(context) {
  const node = make("blockquote", { class: "folded", "aria-expanded": "false", title: words(context.language).more });
  return toggle(node, () => {
    const folded = node.classList.toggle("folded");
    node.setAttribute("aria-expanded", String(!folded));
  });
}

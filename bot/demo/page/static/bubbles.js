// One message as an element: sender, quote, text, card, file, keyboard, time.

import { icon, make, safeLink } from "./dom.js";
import { deepLink, formatted } from "./entities.js";
import { clock, words } from "./words.js";

export function bubble(message, context) {
  const said = words(context.language);
  const service = serviceText(message);
  const kind = service ? "service" : message.from?.id === context.viewer && !message.by_bot ? "mine" : "theirs";
  const item = make("li", { class: `message ${kind}`, "data-id": message.message_id });
  if (message.by_bot) item.dataset.bot = message.silent ? "silent" : "loud";
  const box = make("div", { class: "bubble" });
  if (service) {
    box.append(service);
    item.append(box);
    return item;
  }
  if (context.group && kind === "theirs") box.append(make("div", { class: "sender", dir: "auto" }, senderName(message)));
  box.append(...[quoted(message), file(message), body(message, context), card(message)].filter(Boolean));
  box.append(meta(message, context, said));
  item.append(box);
  const keys = keyboard(message, context);
  if (keys) item.append(keys);
  return item;
}

export const textOf = (message) => message.text ?? message.caption ?? "";

export function preview(message) {
  return serviceText(message) ?? (textOf(message).replace(/\s+/g, " ").slice(0, 140) || message.document?.file_name || "");
}

export const senderName = (message) => message.sender_chat?.title ?? message.from?.first_name ?? "";

function serviceText(message) {
  const name = message.from?.first_name ?? "";
  if (message.new_chat_members) return `${name} added ${message.new_chat_members.map((u) => u.first_name).join(", ")}`;
  if (message.left_chat_member) return `${message.left_chat_member.first_name} left`;
  if (message.forum_topic_created) return `${name} opened the topic “${message.forum_topic_created.name}”`;
  if (message.forum_topic_closed) return "The topic was closed";
  if (message.forum_topic_reopened) return "The topic was opened again";
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return "The group became a supergroup";
  if (message.pinned_message) return `${name} pinned a message`;
  return null;
}

function quoted(message) {
  const reply = message.reply_to_message;
  if (!reply || reply.forum_topic_created) return null;
  return make("div", { class: "quoted", dir: "auto" }, preview(reply) || "…");
}

function body(message, context) {
  const text = textOf(message);
  if (!text) return null;
  const box = make("div", { class: "text", dir: "auto" });
  box.append(formatted(text, message.entities ?? message.caption_entities, context));
  return box;
}

function card(message) {
  const found = message.card;
  if (!found) return null;
  return make(
    "a", { class: "card", href: safeLink(found.url), target: "_blank", rel: "noopener noreferrer", dir: "auto" },
    make("span", { class: "site" }, found.site), make("strong", {}, found.title), make("span", { class: "teaser" }, found.teaser),
  );
}

function file(message) {
  const document_ = message.document;
  if (!document_) return null;
  const size = document_.file_size ? `${Math.max(1, Math.round(document_.file_size / 1024))} kB` : "";
  return make("div", { class: "file" }, icon("file"), make("div", {}, make("div", {}, document_.file_name ?? "file"), make("small", {}, size)));
}

function meta(message, context, said) {
  const box = make("div", { class: "meta" });
  const reply = make("button", { type: "button", class: "reply", "aria-label": said.reply, title: said.reply, onclick: () => context.replyTo(message) }, icon("reply"));
  if (message.by_bot) box.append(reply);
  if (message.by_bot && message.silent) {
    const off = icon("bell-off");
    box.append(make("span", { title: said.silent, role: "img", "aria-label": said.silent }, off));
  }
  if (message.edit_date) box.append(make("span", { class: "edited" }, said.edited));
  box.append(make("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date, context.language)));
  return box;
}

// ── keyboards ──

function keyboard(message, context) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  const box = make("div", { class: "keys" });
  for (const row of rows) {
    box.append(make("div", { class: "row" }, ...row.map((button) => key(button, message, context))));
  }
  return box;
}

function key(button, message, context) {
  const style = `key ${["danger", "success", "primary"].includes(button.style) ? button.style : ""}`.trim();
  if (button.url) return linkKey(button, style, context);
  const press = (event) => pressed(event.currentTarget, button, message, context);
  return make("button", { type: "button", class: style, dir: "auto", onclick: press }, button.text);
}

function linkKey(button, style, context) {
  const href = safeLink(button.url);
  const start = href && deepLink(href, context);
  if (start !== null) {
    const open = (event) => { event.preventDefault(); context.send(`/start ${start}`.trim()); };
    return make("a", { class: style, href, dir: "auto", onclick: open }, button.text);
  }
  return make("a", { class: style, href, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, button.text, icon("out"));
}

function pressed(element, button, message, context) {
  if (button.callback_data !== undefined) {
    if (element.getAttribute("aria-busy") !== "true") context.tap(element, message, button.callback_data);
  } else if (button.copy_text) {
    navigator.clipboard?.writeText(button.copy_text.text);
    context.toast(words(context.language).copied);
  } else {
    const query = button.switch_inline_query_current_chat ?? button.switch_inline_query;
    if (query !== undefined) context.compose(`@${context.bot} ${query}`);
  }
}

export const replyKeyboard = (message) => message.markup?.keyboard;

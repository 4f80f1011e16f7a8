// Writing: the text, the menu of commands, reply keyboards, Start and Unblock.

import { find, make } from "./dom.js";
import { preview, replyKeyboard } from "./bubbles.js";
import { words } from "./words.js";

export class Composer {
  constructor(send, start) {
    this.send = send;
    this.text = find("text");
    this.list = find("commands");
    this.opener = find("open-commands");
    this.chat = null;
    find("composer").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.opener.addEventListener("click", () => this.openCommands(this.list.hidden ? "" : null));
    find("no-reply").addEventListener("click", () => this.replyTo(null));
    find("start").addEventListener("click", () => start(this.chat));
  }

  show(chat) {
    const said = words(chat.language);
    if (this.chat !== chat) { this.text.value = ""; this.replyTo(null); }
    this.chat = chat;
    this.text.placeholder = said.message;
    this.text.setAttribute("aria-label", said.message);
    this.opener.setAttribute("aria-label", said.commands);
    find("send").setAttribute("aria-label", said.send);
    const start = find("start");
    const fresh = chat.kind === "private" && !chat.started;
    start.textContent = chat.blocked ? (chat.kind === "private" ? said.unblock : said.readd) : said.start;
    start.hidden = !(chat.blocked || fresh);
    find("composer").hidden = !start.hidden;
    this.openCommands(null);
    this.replyKeys(chat);
    this.typed();
  }

  submit() {
    const text = this.text.value.trim();
    if (!text) return;
    this.text.value = "";
    this.typed();
    this.submitText(text);
  }

  submitText(text) {
    const reply = this.reply?.message_id;
    this.replyTo(null);
    this.send(text, reply);
  }

  replyTo(message) {
    this.reply = message;
    find("replying").hidden = !message;
    if (!message) return;
    find("reply-to").textContent = preview(message);
    this.text.focus();
  }

  compose(text) {
    this.text.value = text;
    this.text.focus();
    this.typed();
  }

  typed() {
    this.text.style.height = "44px";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 132)}px`;
    find("send").disabled = !this.text.value.trim();
    const slash = /^\/(\w*)$/.exec(this.text.value);
    this.openCommands(slash ? slash[1] : null);
  }

  key(event) {
    if (event.key === "Escape") this.openCommands(null);
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      const chosen = this.list.hidden ? null : this.list.querySelector('[aria-selected="true"]');
      if (chosen) chosen.click();
      else this.submit();
    }
    if (!this.list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    }
  }

  move(step) {
    const rows = [...this.list.children];
    const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    rows[at]?.setAttribute("aria-selected", "false");
    const next = rows[(at + step + rows.length) % rows.length];
    next?.setAttribute("aria-selected", "true");
    next?.scrollIntoView({ block: "nearest" });
  }

  // null closes; a text lists the commands that begin with it.
  openCommands(prefix) {
    const found = prefix === null ? [] : (this.chat?.commands ?? []).filter((c) => c.command.startsWith(prefix.toLowerCase()));
    this.list.replaceChildren(...found.map((command) => this.row(command)));
    this.list.hidden = !found.length;
    this.opener.setAttribute("aria-expanded", String(!this.list.hidden));
  }

  row(command) {
    const choose = () => { this.text.value = ""; this.typed(); this.submitText(`/${command.command}`); };
    return make(
      "button", { type: "button", role: "option", "aria-selected": "false", onclick: choose },
      make("span", { class: "name" }, `/${command.command}`), make("span", { class: "about", dir: "auto" }, command.description),
    );
  }

  replyKeys(chat) {
    const box = find("reply-keys");
    const last = [...chat.messages.values()].reverse().find((message) => message.markup && !message.markup.inline_keyboard);
    if (last?.markup.force_reply) this.answer(chat, last);
    const rows = last ? replyKeyboard(last) : null;
    box.hidden = !rows;
    if (!rows) return;
    box.replaceChildren(make("div", { class: "keys" }, ...rows.map((row) => make("div", { class: "row" }, ...row.map((button) => this.replyKey(button))))));
  }

  // A question of the bot opens for its answer, once, while it is the last word.
  answer(chat, question) {
    const newest = [...chat.messages.values()].at(-1);
    if (question !== newest || this.asked === question.message_id) return;
    this.asked = question.message_id;
    this.replyTo(question);
  }

  replyKey(button) {
    const text = typeof button === "string" ? button : button.text;
    return make("button", { type: "button", class: "key", dir: "auto", onclick: () => this.send(text) }, text);
  }
}

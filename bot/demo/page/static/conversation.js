// The open chat: all its messages, kept at the newest one unless the reader scrolled away.

import { find, icon, make } from "./dom.js";
import { bubble } from "./bubbles.js";
import { words } from "./words.js";

const NEAR = 90; // pixels from the end that still count as "at the end"

export class Conversation {
  constructor(context) {
    this.context = context; // (chat) → what bubbles need
    this.scroll = find("scroll");
    this.list = find("messages");
    this.jump = find("jump");
    this.missed = 0;
    this.jump.addEventListener("click", () => this.toEnd(true));
    this.scroll.addEventListener("scroll", () => this.moved(), { passive: true });
    new ResizeObserver(() => { if (this.sticky) this.toEnd(); }).observe(this.scroll);
    this.sticky = true;
  }

  show(chat) {
    const said = words(chat.language);
    const context = this.context(chat);
    const nodes = [...chat.messages.values()].map((message) => this.still(bubble(message, context)));
    const head = nodes.length ? make("li", { class: "day" }, said.today) : this.hello(chat, said);
    this.list.replaceChildren(head, ...nodes);
    this.toEnd();
  }

  hello(chat, said) {
    const text = chat.kind === "private" ? said.helloText : said.sample;
    return make("li", { class: "hello" }, icon("bell"), make("h3", {}, said.hello), make("p", { dir: "auto" }, text));
  }

  still(node) {
    node.style.animation = "none";
    return node;
  }

  add(chat, message, rings) {
    if (this.list.querySelector(".hello")) return this.show(chat);
    const node = bubble(message, this.context(chat));
    if (rings) node.classList.add("ringing");
    const mine = node.classList.contains("mine");
    this.list.append(node);
    if (this.sticky || mine) this.toEnd();
    else this.miss();
  }

  edit(chat, message, words_) {
    const old = this.find(message.message_id);
    if (!old) return;
    const node = bubble(message, this.context(chat));
    if (words_) node.classList.add("flash");
    else this.still(node);
    const open = [...old.querySelectorAll("[aria-expanded]")].map((part) => part.getAttribute("aria-expanded"));
    [...node.querySelectorAll("[aria-expanded]")].forEach((part, at) => {
      if (open[at] === "true") part.click();
    });
    const focused = old.contains(document.activeElement) ? [...old.querySelectorAll(".key")].indexOf(document.activeElement) : -1;
    old.replaceWith(node);
    node.querySelectorAll(".key")[focused]?.focus({ preventScroll: true });
    if (this.sticky) this.toEnd();
  }

  remove(id) {
    this.find(id)?.remove();
  }

  find(id) {
    return this.list.querySelector(`[data-id="${Number(id)}"]`);
  }

  miss() {
    this.missed += 1;
    this.marks();
  }

  moved() {
    const left = this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight;
    this.sticky = left < NEAR;
    if (this.sticky) this.missed = 0;
    this.marks();
  }

  marks() {
    this.jump.hidden = this.sticky;
    find("missed").hidden = !this.missed;
    find("missed").textContent = this.missed;
  }

  toEnd(smooth = false) {
    this.sticky = true;
    this.missed = 0;
    this.scroll.scrollTo({ top: this.scroll.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.marks();
  }
}

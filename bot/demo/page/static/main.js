// The page: chats as the server tells them, and what the person does.

import { act, listen } from "./wire.js";
import { find, make } from "./dom.js";
import { textOf, preview } from "./bubbles.js";
import { Conversation } from "./conversation.js";
import { Composer } from "./composer.js";
import { avatar, dress, showList } from "./list.js";
import { showNewsroom } from "./newsroom.js";
import { alertBox, banner, hasSound, ring, soundOff, soundOn, toast } from "./bell.js";
import { words } from "./words.js";

const chats = new Map();
const spinning = new Map(); // query id → the key that waits
const asked = new Map(); // chat key → until when a message is an answer, not an alert
let bot = { name: "Newsbell", username: "" };
let current = null;
let typing = 0;

const ANSWER = 3000; // milliseconds in which the bot's next message answers what was done

// ── what bubbles may do ──

function context(chat) {
  return {
    viewer: chat.viewer, language: chat.language, bot: bot.username, group: chat.kind !== "private",
    send: say, toast, tap, compose: (text) => composer.compose(text),
    replyTo: (message) => composer.replyTo(message),
  };
}

function did(chat) {
  asked.set(chat.key, performance.now() + ANSWER);
}

async function say(text, reply) {
  did(current);
  current.started = true;
  report(await act("send", { chat: current.key, text, reply }));
  composer.show(current);
}

async function tap(element, message, data) {
  did(current);
  element.setAttribute("aria-busy", "true");
  const answer = await act("tap", { chat: current.key, message: message.message_id, data });
  if (report(answer)) element.removeAttribute("aria-busy");
  else if (!answered.delete(answer.query)) spinning.set(answer.query, element);
  else element.removeAttribute("aria-busy");
}

const answered = new Set(); // answers that overtook the reply to the tap

async function begin(chat) {
  if (chat.blocked) report(await act("block", { chat: chat.key, blocked: false }));
  if (chat.kind === "private") say("/start");
}

function report(answer) {
  if (answer.problem) toast(answer.problem);
  return Boolean(answer.problem);
}

const conversation = new Conversation(context);
const composer = new Composer(say, begin);

// ── showing ──

function open(chat) {
  current = chat;
  chat.unread = 0;
  document.body.dataset.view = "chat";
  const pane = find("chat");
  pane.dir = chat.direction;
  pane.lang = chat.language;
  find("title").textContent = chat.title;
  find("back").setAttribute("aria-label", words(chat.language).all);
  dress(find("face"), chat);
  subtitle();
  conversation.show(chat);
  composer.show(chat);
  showList(chats, current, open);
  history.replaceState(null, "", `#${chat.key}`);
}

function subtitle(isTyping = false) {
  const line = find("subtitle");
  line.textContent = isTyping ? words(current.language).typing : current.as;
  line.classList.toggle("typing", isTyping);
}

function reading(chat) {
  const wide = matchMedia("(min-width: 760px)").matches;
  return chat === current && (wide || document.body.dataset.view === "chat");
}

// ── events ──

const keyOf = (message) => {
  const thread = message.is_topic_message ? message.message_thread_id : 0;
  return chats.has(`${message.chat.id}.${thread}`) ? `${message.chat.id}.${thread}` : String(message.chat.id);
};

function arrived({ message }) {
  const chat = chats.get(keyOf(message));
  if (!chat || message.deleted) return;
  const isNew = !chat.messages.has(message.message_id);
  chat.messages.set(message.message_id, message);
  if (!isNew) return;
  const alert = message.by_bot && !isAnswer(chat);
  if (message.by_bot) stopTyping(chat);
  if (reading(chat)) conversation.add(chat, message, alert && !message.silent);
  else if (message.by_bot) notice(chat, message);
  if (alert && !message.silent) ring();
  if (chat === current) composer.replyKeys(chat);
  showList(chats, current, open);
}

function isAnswer(chat) {
  const until = asked.get(chat.key) ?? 0;
  asked.delete(chat.key);
  return performance.now() < until;
}

function notice(chat, message) {
  chat.unread += 1;
  if (!message.silent) banner(avatar(chat), chat.title, preview(message), () => open(chat));
}

function edited({ message }) {
  const chat = chats.get(keyOf(message));
  const before = chat?.messages.get(message.message_id);
  if (!chat || !before) return;
  chat.messages.set(message.message_id, message);
  if (chat === current) conversation.edit(chat, message, textOf(before) !== textOf(message));
  showList(chats, current, open);
}

function deleted({ message }) {
  const chat = chats.get(keyOf(message));
  chat?.messages.delete(message.message_id);
  if (chat && chat === current) conversation.remove(message.message_id);
  showList(chats, current, open);
}

function answer({ query, text, alert, url }) {
  const element = spinning.get(query);
  if (!element) answered.add(query);
  spinning.delete(query);
  element?.removeAttribute("aria-busy");
  if (url) window.open(url, "_blank", "noopener");
  if (text) (alert ? alertBox : toast)(text);
}

function typed({ chat: id, thread }) {
  const chat = chats.get(`${id}.${thread ?? 0}`) ?? chats.get(String(id));
  if (!chat || chat !== current) return;
  subtitle(true);
  clearTimeout(typing);
  typing = setTimeout(() => subtitle(), 5000);
}

function stopTyping(chat) {
  if (chat !== current) return;
  clearTimeout(typing);
  subtitle();
}

// What a chat is, without its messages: blocked, commands.
function changed({ chat: fresh }) {
  const chat = chats.get(fresh.key);
  if (!chat) return;
  Object.assign(chat, fresh);
  if (chat === current) composer.show(chat);
}

function hello(all) {
  bot = all.bot;
  const unread = new Map([...chats.values()].map((chat) => [chat.key, chat.unread]));
  chats.clear();
  for (const chat of all.chats) {
    chat.messages = new Map(chat.messages.map((message) => [message.message_id, message]));
    chat.unread = unread.get(chat.key) ?? 0;
    chats.set(chat.key, chat);
  }
  showNewsroom(all.newsroom);
  const wanted = decodeURIComponent(location.hash.slice(1));
  const view = document.body.dataset.view;
  open(chats.get(current?.key ?? wanted) ?? chats.values().next().value);
  document.body.dataset.view = view;
  document.body.dataset.ready = "true";
}

listen({
  hello, message: arrived, edited, deleted, answer, typing: typed, chat: changed,
  newsroom: ({ newsroom }) => showNewsroom(newsroom),
  lost: () => { find("subtitle").textContent = "connecting…"; },
});

// ── head ──

find("back").addEventListener("click", () => {
  document.body.dataset.view = "list";
  showList(chats, null, open);
});

function theme() {
  return document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

function items() {
  const said = words(current.language);
  const stop = current.kind === "private" ? [said.block, said.unblock] : [said.remove, said.readd];
  return [
    [`${said.sound}: ${hasSound() ? said.on : said.off}`, () => (hasSound() ? soundOff() : soundOn())],
    [theme() === "dark" ? said.light : said.dark, () => { document.documentElement.dataset.theme = theme() === "dark" ? "light" : "dark"; }],
    [stop[current.blocked ? 1 : 0], async () => report(await act("block", { chat: current.key, blocked: !current.blocked })), "danger"],
  ];
}

function openMenu(show) {
  const menu = find("menu");
  menu.hidden = !show;
  find("more").setAttribute("aria-expanded", String(show));
  if (!show) return;
  menu.replaceChildren(...items().map(([label, run, style]) =>
    make("button", { type: "button", role: "menuitem", class: style, onclick: () => { openMenu(false); run(); } }, label)));
  menu.firstElementChild.focus();
}

find("more").addEventListener("click", (event) => { event.stopPropagation(); openMenu(find("menu").hidden); });
document.addEventListener("click", (event) => { if (!find("menu").contains(event.target)) openMenu(false); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || find("menu").hidden) return;
  openMenu(false);
  find("more").focus();
});

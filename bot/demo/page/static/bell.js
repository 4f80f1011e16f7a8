// How an alert is noticed: a short swing of the bell, a tone if wanted, a banner for other chats.

import { find, make } from "./dom.js";

let audio = null;

export function soundOn() {
  audio ??= new AudioContext();
  audio.resume();
}

export function soundOff() {
  audio?.suspend();
}

export const hasSound = () => audio?.state === "running";

export function ring() {
  const bell = find("ringer");
  bell.classList.remove("on");
  void bell.getBoundingClientRect(); // restart the animation
  bell.classList.add("on");
  if (hasSound()) strike();
}

// Two partials of a small bell, dying away.
function strike() {
  const start = audio.currentTime;
  for (const [pitch, loud, length] of [[1318.5, 0.12, 1.1], [2637, 0.05, 0.6], [1975.5, 0.06, 0.9]]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(loud, start);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + length);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + length);
  }
}

let hiding = 0;

export function banner(avatar, title, line, open) {
  const box = find("banner");
  const button = make(
    "button", { type: "button", onclick: () => { box.hidden = true; open(); } },
    avatar, make("strong", { dir: "auto" }, title), make("span", { class: "line", dir: "auto" }, line),
  );
  box.replaceChildren(button);
  box.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { box.hidden = true; }, 5000);
}

let fading = 0;

export function toast(text) {
  const box = find("toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { box.hidden = true; }, 3500);
}

export function alertBox(text) {
  find("alert-text").textContent = text;
  find("alert").showModal();
}

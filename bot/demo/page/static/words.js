// What the phone itself says, in the language of the person who holds it.

const WORDS = {
  en: {
    message: "Message", start: "Start", typing: "typing…", edited: "edited", bot: "bot", today: "Today",
    blocked: "You blocked this bot", unblock: "Unblock", block: "Block the bot", restart: "Start again",
    hello: "Newsbell", helloText: "Follow a topic, and it rings once per story. Tap Start, then Niger.",
    sound: "Bell sound", light: "Light", dark: "Dark", on: "on", off: "off", commands: "Commands",
    more: "Show more", silent: "Delivered silently", ringing: "rang", unread: "new", members: "members",
    removed: "The bot was removed", readd: "Add the bot again", remove: "Remove the bot", copied: "Copied",
    sample: "Nothing was said here yet. Try /follow Niger.", topic: "topic in", send: "Send", reply: "Reply", all: "All chats",
  },
  fr: {
    message: "Message", start: "Démarrer", typing: "écrit…", edited: "modifié", bot: "bot", today: "Aujourd'hui",
    blocked: "Vous avez bloqué ce bot", unblock: "Débloquer", block: "Bloquer le bot", restart: "Recommencer",
    hello: "Newsbell", helloText: "Suivez un sujet : il sonne une fois par histoire. Touchez Démarrer, puis Niger.",
    sound: "Son de cloche", light: "Clair", dark: "Sombre", on: "oui", off: "non", commands: "Commandes",
    more: "Voir plus", silent: "Livré sans bruit", ringing: "a sonné", unread: "nouveaux", members: "membres",
    removed: "Le bot a été retiré", readd: "Rajouter le bot", remove: "Retirer le bot", copied: "Copié",
    sample: "Rien ici pour l'instant. Essayez /follow Niger.", topic: "sujet de", send: "Envoyer", reply: "Répondre", all: "Discussions",
  },
  ar: {
    message: "رسالة", start: "ابدأ", typing: "يكتب…", edited: "معدّلة", bot: "بوت", today: "اليوم",
    blocked: "لقد حظرت هذا البوت", unblock: "إلغاء الحظر", block: "حظر البوت", restart: "ابدأ من جديد",
    hello: "Newsbell", helloText: "تابع موضوعا فيرنّ الجرس مرة واحدة لكل قصة. اضغط «ابدأ» ثم «النيجر».",
    sound: "صوت الجرس", light: "فاتح", dark: "داكن", on: "يعمل", off: "متوقف", commands: "الأوامر",
    more: "عرض المزيد", silent: "وصلت بصمت", ringing: "رنّت", unread: "جديدة", members: "أعضاء",
    removed: "أزيل البوت", readd: "أعد إضافة البوت", remove: "إزالة البوت", copied: "نُسخ",
    sample: "لا شيء هنا بعد. جرّب /follow النيجر", topic: "موضوع في", send: "إرسال", reply: "رد", all: "المحادثات",
  },
};

export const words = (language) => WORDS[language] ?? WORDS.en;

const LOCALES = { en: "en-GB", fr: "fr-FR", ar: "ar-EG" };
const clocks = new Map();

export function clock(seconds, language) {
  const locale = LOCALES[language] ?? language;
  if (!clocks.has(locale)) {
    clocks.set(locale, new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }));
  }
  return clocks.get(locale).format(seconds * 1000);
}

// Telegram's tg-time: w weekday, d/D date, t/T time, r relative.
export function moment(seconds, format, language) {
  const locale = LOCALES[language] ?? language;
  if (format === "r") return relative(seconds, locale);
  const options = {};
  if (/w/i.test(format)) options.weekday = "long";
  if (/d/i.test(format)) options.day = "numeric", options.month = format.includes("D") ? "long" : "2-digit", options.year = "numeric";
  if (/t/i.test(format)) options.hour = "2-digit", options.minute = "2-digit";
  if (/T/.test(format)) options.second = "2-digit";
  return new Intl.DateTimeFormat(locale, options).format(seconds * 1000);
}

function relative(seconds, locale) {
  const past = seconds - Date.now() / 1000;
  const [unit, size] = [["day", 86400], ["hour", 3600], ["minute", 60]].find(([, s]) => Math.abs(past) >= s) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.round(past / size), unit);
}

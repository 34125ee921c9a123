// The chat: bubbles, cards and links, drawn as WeChat draws them.

import { $, drawing, h, icon, moment } from "./dom.js";

const LINK = /<a\s[^>]*?href\s*=\s*["']?([^"'\s>]+)["']?[^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；：、）】》”]+)/gi;

// Words with <a href> and bare addresses made into links; everything else stays text.
function linked(text, open) {
  const parts = [];
  let last = 0;
  for (const found of text.matchAll(LINK)) {
    const [whole, url, words, bare] = found;
    parts.push(text.slice(last, found.index));
    parts.push(h("a", { href: url || bare, onclick: follow(url || bare, words || "", open) }, words || bare));
    last = found.index + whole.length;
  }
  return [...parts, text.slice(last)].filter((part) => part !== "");
}

const follow = (url, title, open) => (event) => {
  event.preventDefault();
  open(url, title);
};

const picture = (bubble) => h("img", { src: `/media/${encodeURIComponent(bubble.content.media_id)}`, alt: "照片" });

const KINDS = {
  text: (bubble, { open }) => h("div", { class: "say" }, ...linked(bubble.content.text, open)),
  image: picture,
  voice: () => h("div", { class: "say" }, "语音 4″"),
  location: ({ content }) => h("div", { class: "place" },
    h("b", {}, content.label), h("small", {}, `${content.lat}, ${content.lon}`),
    drawing("0 0 230 74", [["M0 52L90 40L230 60M70 0L96 74M170 0L150 74", "#FFFFFF", 7],
      ["M115 50s12-10 12-20a12 12 0 0 0-24 0c0 10 12 20 12 20z", "#0E5A73", 4]])),
  msgmenu: (bubble, { open, item }) => h("div", { class: "say" },
    ...linked(bubble.content.text, open),
    ...bubble.content.items.map((entry) => h("button", { type: "button", class: "link",
      onclick: () => item(entry.id, entry.text) }, entry.text)),
    bubble.content.tail),
};

function card(bubble, { open }) {
  const { title, rows, url } = bubble.content;
  const list = rows.flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, value)]);
  const more = url && h("button", { type: "button", class: "more" }, "查看详情", icon("next"));
  const opens = url ? follow(url, title, open) : undefined; // WeChat opens the page from anywhere on the card
  return h("article", { class: "notice", onclick: opens }, h("h3", {}, title), h("dl", {}, ...list), more || null);
}

function news(bubble, { open, allowed }) {
  const buttons = bubble.content.articles.map((article) => h("button",
    { type: "button", onclick: follow(article.url, article.title, open) },
    h("b", {}, article.title), article.description ? h("p", {}, article.description) : null,
    article.picurl && allowed(article.picurl) ? h("img", { src: article.picurl, alt: "" }) : null));
  return h("article", { class: "news" }, ...buttons);
}

function drawn(bubble, hands) {
  if (bubble.side === "note") return h("p", { class: "grey" }, bubble.content.text);
  if (bubble.kind === "template" || bubble.kind === "subscription") return card(bubble, hands);
  if (bubble.kind === "news") return news(bubble, hands);
  const draw = KINDS[bubble.kind] || (() => h("div", { class: "say" }, `[${bubble.kind}]`));
  const mine = bubble.side === "person";
  return h("div", { class: mine ? "msg me" : "msg" },
    h("span", { class: "pic", "aria-hidden": "true" }, mine ? hands.face() : "安"), draw(bubble, hands));
}

// A chat that only grows; a time stands above a bubble when five minutes have passed.
export class Chat {
  constructor(hands) {
    this.hands = hands;
    this.clear();
  }

  clear() {
    this.last = 0;
    this.minutes = null;
    $("chat").replaceChildren();
  }

  add(bubbles) {
    const box = $("chat");
    for (const bubble of bubbles.filter((one) => one.number > this.last)) {
      const at = moment(bubble.at);
      if (this.minutes === null || Math.abs(at.minutes - this.minutes) >= 5) {
        box.append(h("span", { class: "at" }, `${at.month}月${at.day}日 ${at.clock}`));
        this.minutes = at.minutes;
      }
      box.append(drawn(bubble, this.hands));
      this.last = bubble.number;
    }
    if (bubbles.length) this.toEnd();
  }

  toEnd() {
    const box = $("chat");
    box.scrollTop = box.scrollHeight;
    for (const image of box.querySelectorAll("img")) {
      if (!image.complete) image.addEventListener("load", () => { box.scrollTop = box.scrollHeight; }, { once: true });
    }
  }
}

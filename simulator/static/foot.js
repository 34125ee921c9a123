// The bar below the chat: the account's menu, or a line to write, or the way to follow.

import { $, h, icon, sorry } from "./dom.js";

export class Foot {
  constructor(hands) {
    this.hands = hands;
    this.writing = false;
    this.drawn = "";
    document.addEventListener("click", (event) => {
      if (!event.target.closest("#foot")) this.closePop();
    });
  }

  show(menu, follows) {
    const now = JSON.stringify([menu, follows, this.writing]);
    if (now === this.drawn) return;
    const words = $("words")?.value || "";
    this.drawn = now;
    this.menu = menu;
    this.follows = follows;
    $("foot").replaceChildren(this.bar());
    if ($("words")) $("words").value = words;
  }

  bar() {
    if (!this.follows) {
      return h("button", { type: "button", class: "join", onclick: () => this.hands.act("follow") }, "关注公众号");
    }
    return this.writing || !this.menu.length ? this.line() : this.buttons();
  }

  swap() {
    this.writing = !this.writing;
    this.show(this.menu, this.follows);
    $("words")?.focus();
  }

  line() {
    const send = () => {
      const words = $("words").value.trim();
      if (words) this.hands.act("text", { text: words });
      $("words").value = "";
      $("words").focus();
    };
    const keys = (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    };
    const swap = this.menu.length
      ? h("button", { type: "button", class: "swap", "aria-label": "菜单", onclick: () => this.swap() }, icon("list"))
      : h("span");
    return h("div", { class: "write" }, swap,
      h("textarea", { id: "words", rows: "1", "aria-label": "写消息", onkeydown: keys }),
      h("button", { type: "button", class: "send", onclick: send }, "发送"));
  }

  buttons() {
    const entries = this.menu.map((button, place) => {
      const below = button.sub_button || [];
      const act = below.length ? () => this.toggle(place) : () => this.tap(button);
      return h("button", { type: "button", "aria-expanded": below.length ? "false" : undefined, onclick: act },
        below.length ? icon("list", "i bars") : null, button.name);
    });
    return h("div", { class: "menu" },
      h("button", { type: "button", "aria-label": "写消息", onclick: () => this.swap() }, icon("keys")), ...entries);
  }

  toggle(place) {
    const open = $("foot").querySelector(`.pop[data-of="${place}"]`);
    this.closePop();
    if (open) return;
    const entries = this.menu[place].sub_button.map((entry) => h("li", {},
      h("button", { type: "button", onclick: () => this.tap(entry) }, entry.name)));
    $("foot").append(h("ul", { class: "pop", role: "list", "data-of": place, "data-count": this.menu.length }, ...entries));
    $("foot").querySelectorAll(".menu button")[place + 1].setAttribute("aria-expanded", "true");
  }

  tap(entry) {
    this.closePop();
    if (entry.type === "view") {
      this.hands.act("view", { url: entry.url });
      this.hands.open(entry.url, entry.name);
    } else if (entry.type !== "click") {
      sorry("模拟器还不会这一种菜单。");
    } else {
      this.hands.act("click", { key: entry.key });
    }
  }

  closePop() {
    $("foot").querySelector(".pop")?.remove();
    for (const button of $("foot").querySelectorAll("[aria-expanded=true]")) button.setAttribute("aria-expanded", "false");
  }
}

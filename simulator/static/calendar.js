// The calendar: campaign time, due dates, and the buttons that move time.

import { $, h, icon, moment, post } from "./dom.js";

const AWAY = "产品没有回答，日期先不能动。它可能还在启动，请等几秒。";
const JUMPS = [["next", "跳到下一个截止日前一天", "btn-primary"], ["hour", "+1 小时", "btn-outline-primary"],
  ["day", "+1 天", "btn-outline-primary"], ["start", "回到现在", "btn-outline-primary"]];

export class Calendar {
  constructor(refresh) {
    this.refresh = refresh;
    this.turned = 0;
    this.drawn = "";
  }

  show(clock) {
    const key = JSON.stringify([clock && { ...clock, now: clock.now.slice(0, 16) }, this.turned]);
    if (key === this.drawn) return;
    this.drawn = key;
    this.clock = clock;
    $("calendar").replaceChildren(...(clock ? this.sheet() : [h("p", { class: "away" }, AWAY)]));
  }

  turn(by) {
    this.turned += by;
    this.show(this.clock);
  }

  async move(to) {
    this.turned = 0;
    if (await post("/clock", { to })) this.refresh();
  }

  sheet() {
    const now = moment(this.clock.now);
    const first = new Date(Date.UTC(now.year, now.month - 1 + this.turned, 1));
    const words = this.turned ? `${first.getUTCFullYear()}年${first.getUTCMonth() + 1}月`
      : `${now.year}年${now.month}月${now.day}日 周${now.weekday} ${now.clock}`;
    const turn = (by, words, name) => h("button", { type: "button", "aria-label": words, onclick: () => this.turn(by) }, icon(name));
    return [
      h("header", {}, h("b", { class: "num" }, words), h("span", {}, turn(-1, "上个月", "back"), turn(1, "下个月", "next"))),
      this.table(first, now.date),
      h("p", { class: "legend" }, ...[["a", "今天"], ["b", "截止日"], ["c", "我们推定的截止日"]].map(
        ([kind, word]) => h("span", {}, h("i", { class: kind }), word))),
      h("div", { class: "jump" }, ...JUMPS.map(([to, words, kind]) => h("button", { type: "button", class: `btn ${kind}`,
        disabled: to === "next" && !this.clock.jump, onclick: () => this.move(to) }, words))),
    ];
  }

  table(first, today) {
    const lead = (first.getUTCDay() + 6) % 7;
    const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
    const rows = [];
    for (let start = 1 - lead; start <= days; start += 7) {
      rows.push(h("tr", {}, ...[0, 1, 2, 3, 4, 5, 6].map((place) => this.cell(first, start + place, days, place, today))));
    }
    const head = [..."一二三四五六日"].map((day, place) => h("th", { class: place > 4 ? "off" : undefined }, day));
    return h("table", {}, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows));
  }

  cell(first, day, days, place, today) {
    if (day < 1 || day > days) return h("td");
    const date = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), day)).toISOString().slice(0, 10);
    const dues = this.clock.dues.filter((due) => due.date === date);
    const kinds = [place > 4 && "off", date === today && "now",
      dues.length && (dues.some((due) => due.stated) ? "due" : "guess")].filter(Boolean);
    const names = dues.map((due) => `${due.stated ? "截止" : "推定截止"}：${due.name}`).join("；");
    return h("td", { class: kinds.join(" ") || undefined }, h("button", { type: "button", title: names || undefined,
      "aria-label": names ? `${day}日，${names}` : `${day}日`, "aria-current": date === today ? "date" : undefined,
      onclick: () => this.move(date) }, String(day)));
  }
}

// The simulator's page: asks each second what is new and draws it.

import { Calendar } from "./calendar.js";
import { Chat } from "./chat.js";
import { $, get, h, icon, moment, post, sorry } from "./dom.js";
import { Foot } from "./foot.js";
import { Mailbox } from "./mailbox.js";
import { Pages } from "./pages.js";

const EVERY = 1000;
const AT_ONCE = new Set(["follow", "unfollow", "voice"]);
const { product, base, account } = document.body.dataset;
let me = document.body.dataset.me;
let persons = [];
let version = null;

const person = () => persons.find((one) => one.openid === me);
const act = async (name, wish = {}) => { await post(`/act/${name}`, { person: me, ...wish }); soon(); };
const pages = new Pages({ product, base, me: () => me });
const open = (url, title) => pages.open(url, title);
const allowed = (url) => [product, location.origin].includes(new URL(url, location.origin).origin);
const item = (id, text) => act("item", { id, text });
const chat = new Chat({ open, item, allowed, face: () => person()?.name.slice(0, 1) || "" });
const foot = new Foot({ act, open });
const calendar = new Calendar(() => soon());
const mailbox = new Mailbox();

// what is shown

function people() {
  $("people").replaceChildren(...persons.map((one) => h("li", { class: one.openid === me ? "on" : undefined },
    h("button", { type: "button", "aria-current": one.openid === me ? "true" : undefined, onclick: () => hold(one.openid) },
      h("span", { class: "face", "aria-hidden": "true" }, one.name.slice(0, 1)),
      h("span", {}, h("b", {}, one.name), h("small", {}, one.note)), state(one)))));
  $("acting").textContent = `替${person().name}做`;
  const key = document.querySelector("[data-act=follow], [data-act=unfollow]");
  const follows = person().follows;
  key.dataset.act = follows ? "unfollow" : "follow";
  key.replaceChildren(icon(follows ? "cross" : "plus"), h("span", {}, follows ? "取消关注" : "关注"));
}

function state(one) {
  if (one.unread) return h("span", { class: "tag" }, icon("bell"), `${one.unread} 条`);
  if (!one.follows) return h("span", { class: "tag plain" }, "未关注");
  return one.blocked ? h("span", { class: "tag heed" }, icon("late"), "拒收") : h("span");
}

function log(lines) {
  const marks = { done: "tick", heed: "late" };
  const rows = lines.map((line) => h("li", {}, h("time", {}, moment(line.at).exact), h("span", {}, line.what),
    h("span", { class: `tag ${line.mark}` }, icon(marks[line.mark] || "list"), line.word)));
  $("log").replaceChildren(...(rows.length ? rows : [h("li", { class: "empty" }, "还没有往来。说句话试试。")]));
}

function switches(faults) {
  for (const button of document.querySelectorAll("[data-switch]")) {
    const on = button.dataset.switch === "blocked" ? person().blocked : faults[button.dataset.switch];
    button.setAttribute("aria-checked", String(Boolean(on)));
  }
}

function codes(list) {
  $("codes").replaceChildren(...list.map((code) => h("button", { type: "button", onclick: () => scan(code.scene) },
    h("img", { src: code.picture, alt: "" }), code.scene)));
}

function draw(news) {
  persons = news.persons;
  $("title").textContent = news.typing ? "对方正在输入…" : account;
  chat.add(news.bubbles);
  calendar.show(news.clock);
  if (news.clock) {
    $("phone-time").textContent = moment(news.clock.now).clock;
    $("campaign").textContent = news.clock.campaign;
  }
  foot.show(news.menu, person().follows);
  if (news.version === version) return;
  version = news.version;
  people();
  log(news.log);
  switches(news.faults);
  codes(news.codes);
  mailbox.count(news.mails);
}

// asking

let asking = Promise.resolve();

function soon() {
  asking = asking.then(ask);
  return asking;
}

async function ask() {
  const asked = me;
  try {
    const news = await get(`/events?person=${encodeURIComponent(asked)}&after=${chat.last}`);
    if (asked === me) draw(news);
  } catch (problem) {
    sorry("模拟器没有回答，请看看它是不是还开着。");
    console.warn(problem);
  }
}

// doing

async function hold(openid) {
  if (openid !== me) {
    me = openid;
    version = null;
    pages.close();
    chat.clear();
    await post("/hold", { person: openid });
  }
  see("");
  soon();
}

function scan(scene) {
  $("scan").close();
  act("scan", { scene });
}

async function photo(file) {
  const form = new FormData();
  form.append("person", me);
  form.append("photo", file);
  $("photo").close();
  await post("/photo", form);
  soon();
}

function allow(template) {
  $("credit").close();
  act("credit", { template });
}

function see(side) {
  document.body.classList.toggle("see-left", side === "left");
  document.body.classList.toggle("see-right", side === "right");
  chat.toEnd();
}

async function flip(button) {
  const on = button.getAttribute("aria-checked") !== "true";
  const name = button.dataset.switch;
  if (name === "blocked") return act("block", { on });
  await post("/faults", { [name]: on });
  return soon();
}

function forms() {
  const submit = (id, work) => $(id).querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    work(Object.fromEntries(new FormData(event.target)));
  });
  submit("photo", ({ photo: file }) => (file.size ? photo(file) : sorry("先选一张照片。")));
  submit("place", (wish) => {
    if (Number.isNaN(Number(wish.lat)) || Number.isNaN(Number(wish.lon))) return sorry("纬度和经度要写数字，比如 38.4872。");
    $("place").close();
    return act("place", wish);
  });
  submit("scan", ({ scene }) => (scene ? scan(scene) : sorry("先选一个二维码，或写出场景。")));
  $("sample").addEventListener("click", async () => photo(await (await fetch("/static/sample.jpg")).blob()));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { act: name, switch: fault, see: side, credit } = button.dataset;
  if (fault) flip(button);
  else if (side !== undefined) see(side);
  else if (button.hasAttribute("data-close")) button.closest("dialog").close();
  else if (credit) allow(credit);
  else if (AT_ONCE.has(name)) act(name);
  else if (name) $(name).showModal();
});

forms();
await post("/hold", { person: me });
await soon();
setInterval(soon, EVERY);

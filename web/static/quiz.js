// What the quiz does better with a script; without it every page works just the same.
"use strict";

// A form is sent once at a time, and its pressed button says so. Where nothing gets through, the page stays with what was
// chosen and sends it by itself as soon as it can, unless something else is pressed before; sent again it bears the same mark
// (nonce), so that the server counts it once even if the first try had arrived.
const NO_NET = "没有网，答案还没交。连上会自动交，也可以再点一次。";
const SLOW_MS = 5000;
const AGAIN_MS = 10000;
const GIVE_UP_MS = 20000;

const clear = () => {
  for (const one of document.querySelectorAll(".state")) one.remove();
  for (const one of document.querySelectorAll("[aria-busy], .chosen")) {
    one.removeAttribute("aria-busy");
    one.classList.remove("chosen");
    if (one.dataset.label) one.textContent = one.dataset.label;
    delete one.dataset.label;
  }
};

const tell = (button, text) => {
  clear();
  button.classList.add("chosen");
  if (button.type === "image") return;
  if (button.classList.contains("btn")) {
    button.dataset.label = button.textContent;
    button.textContent = text;
    return;
  }
  const state = document.createElement("em");
  state.className = "state";
  state.textContent = text;
  (button.querySelector("span") || button).append(state);
};

const warn = (form) => {
  const note = document.createElement("div");
  note.className = "heeded state";
  note.setAttribute("role", "alert");
  note.textContent = NO_NET;
  form.before(note);
  note.scrollIntoView({ block: "nearest" });
};

// What a form says, its pressed button included; nothing where this browser can't tell, and sends it by itself.
const said = (form, button) => {
  if (!button || !form.closest("main") || !window.AbortController) return null;
  const data = new URLSearchParams(new FormData(form));
  if (button.type !== "image") {
    if (button.name) data.append(button.name, button.value);
    return data;
  }
  const tapped = new FormData(form, button);
  const [x, y] = [tapped.get(`${button.name}.x`), tapped.get(`${button.name}.y`)];
  return Number(x) || Number(y) ? new URLSearchParams(tapped) : null;
};

const post = async (form, button, body, abort) => {
  const address = button.getAttribute("formaction") || form.getAttribute("action");
  const headers = { "X-Requested-With": "fetch" };
  const answer = await fetch(address, {
    method: "POST", body, headers, redirect: "manual", signal: abort.signal,
  });
  const next = answer.status === 204 && answer.headers.get("Location");
  if (next) return location.assign(next);
  if (button.type === "image") return location.reload();
  form.dataset.bare = "1"; // whatever the server has to say instead, the browser shows
  button.click();
};

const send = async (form, button, body) => {
  const abort = new AbortController();
  const timers = [
    setTimeout(() => tell(button, "网络有点慢，还在提交…"), SLOW_MS),
    setTimeout(() => abort.abort(), GIVE_UP_MS),
  ];
  tell(button, "正在提交…");
  button.setAttribute("aria-busy", "true");
  try {
    await post(form, button, body, abort);
  } catch {
    tell(button, button.classList.contains("btn") ? "再点一次" : "还没交");
    warn(form);
    delete form.dataset.sent;
    keep(form, button, body);
  } finally {
    timers.forEach(clearTimeout);
  }
};

// What could not be sent waits here and is tried again in silence.
let waiting = null;
const keep = (...unsent) => {
  waiting = { unsent, abort: null, timer: setTimeout(again, AGAIN_MS) };
};
const again = async () => {
  const mine = waiting;
  if (!mine || mine.abort) return;
  clearTimeout(mine.timer);
  mine.abort = new AbortController();
  const late = setTimeout(() => mine.abort.abort(), GIVE_UP_MS);
  try {
    await post(...mine.unsent, mine.abort);
  } catch {
    if (waiting === mine) keep(...mine.unsent);
  } finally {
    clearTimeout(late);
  }
};
const drop = () => {
  if (!waiting) return;
  clearTimeout(waiting.timer);
  if (waiting.abort) waiting.abort.abort();
  waiting = null;
};
addEventListener("online", again);
document.addEventListener("input", drop); // whoever changes an answer wants another one sent

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.bare) return;
  if (form.dataset.sent) return event.preventDefault();
  drop();
  form.dataset.sent = "1";
  const body = said(form, event.submitter);
  if (!body) return;
  event.preventDefault();
  send(form, event.submitter, body);
});
addEventListener("pageshow", () => {
  clear();
  for (const form of document.forms) {
    delete form.dataset.sent;
    delete form.dataset.bare;
  }
});

// The time left, counted from what the server said; at its end the server tells how the round ended.
const clock = document.querySelector("[data-left]");
if (clock) {
  const words = clock.querySelector("span");
  const until = words.textContent.split("，")[1];
  const end = performance.now() + 1000 * Number(clock.dataset.left);
  const tick = () => {
    const left = Math.ceil((end - performance.now()) / 1000);
    if (left < -1) return location.reload();
    const whole = Math.max(left, 0);
    const minutes = Math.floor(whole / 60);
    words.textContent = `还剩 ${minutes ? `${minutes} 分 ` : ""}${whole % 60} 秒，${until}`;
    setTimeout(tick, 500);
  };
  tick();
}

// An order: tap the options one after the other instead of choosing a number for each.
const order = document.querySelector("form[data-order]");
if (order) {
  const rows = [...order.querySelectorAll(".step")];
  const hint = order.querySelector("[data-hint]");
  const submit = order.querySelector("[type=submit]");
  hint.setAttribute("role", "status");
  const tapped = rows.map((row) => {
    const select = row.querySelector("select");
    const button = document.createElement("button");
    button.type = "button";
    button.className = row.className;
    const step = document.createElement("em");
    const text = document.createElement("span");
    text.textContent = row.querySelector("label").textContent;
    button.append(row.querySelector("b"), text, step);
    select.hidden = true;
    row.replaceWith(select, button);
    return { select, button, step };
  });
  const picked = tapped
    .filter((one) => one.select.value)
    .sort((a, b) => Number(a.select.value) - Number(b.select.value));
  const draw = () => {
    for (const one of tapped) {
      const place = picked.indexOf(one) + 1;
      one.select.value = place ? String(place) : "";
      one.step.textContent = place ? `第 ${place} 步` : "";
      one.button.setAttribute("aria-pressed", String(place > 0));
    }
    const rest = tapped.length - picked.length;
    hint.textContent = rest
      ? `先做哪一步，先点哪一项。已排 ${picked.length} 步，还剩 ${rest} 步。`
      : "排好了。再点一下可以拿掉重排。";
    submit.disabled = rest > 0;
  };
  for (const one of tapped) {
    one.button.addEventListener("click", () => {
      const place = picked.indexOf(one);
      if (place < 0) picked.push(one);
      else picked.splice(place);
      drop();
      draw();
    });
  }
  draw();
}

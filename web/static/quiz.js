// What the quiz does better with a script; without it every page works just the same.
"use strict";

// A form is sent once: the pressed button says so, and a page that is shown again may send anew.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
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
      draw();
    });
  }
  draw();
}

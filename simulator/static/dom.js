// Small helpers: elements, icons, requests.

export const $ = (id) => document.getElementById(id);

// h("p", {class: "x"}, "words", child): an element; text stays text, whatever it holds.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name, kind = "i") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", kind);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

export function drawing(box, path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", box);
  svg.setAttribute("preserveAspectRatio", "xMidYMid slice");
  svg.setAttribute("aria-hidden", "true");
  for (const [d, stroke, width] of path) {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", d);
    line.setAttribute("fill", "none");
    line.setAttribute("stroke", stroke);
    line.setAttribute("stroke-width", width);
    svg.append(line);
  }
  return svg;
}

let hiding;

export function sorry(words) {
  const line = $("sorry");
  line.textContent = words;
  line.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { line.hidden = true; }, 6000);
}

// Posts JSON or a form; shows the simulator's sentence where it refuses.
export async function post(path, body) {
  const form = body instanceof FormData;
  try {
    const answer = await fetch(path, { method: "POST", body: form ? body : JSON.stringify(body) });
    if (answer.ok) return answer.status === 204 ? {} : await answer.json();
    sorry((await answer.json().catch(() => ({}))).sorry || "没有做成，请再试一次。");
  } catch {
    sorry("模拟器没有回答，请看看它是不是还开着。");
  }
  return null;
}

export async function get(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

const DAYS = "日一二三四五六";

// Moments come as 2020-07-09T09:03:12+08:00; the wall clock in them is what people read.
export function moment(text) {
  const [year, month, day, hour, minute, second] = text.match(/\d+/g).map(Number);
  const two = (number) => String(number).padStart(2, "0");
  return {
    year, month, day,
    date: text.slice(0, 10),
    clock: `${two(hour)}:${two(minute)}`,
    exact: `${two(hour)}:${two(minute)}:${two(second)}`,
    weekday: DAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()],
    minutes: Date.UTC(year, month - 1, day, hour, minute) / 60000,
  };
}

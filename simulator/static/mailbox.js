// The mailbox: every mail that the product sent, by address or all together.

import { $, get, h, moment } from "./dom.js";

export class Mailbox {
  constructor() {
    this.doors = document.querySelectorAll("[data-mailbox]");
    for (const door of this.doors) door.addEventListener("click", () => this.open());
    $("address").addEventListener("change", () => this.list());
    this.mails = [];
    this.chosen = null;
  }

  count(number) {
    for (const door of this.doors) door.querySelector("span").textContent = number ? `邮箱 ${number} 封` : "邮箱";
    if ($("mailbox").open && number !== this.mails.length) this.load();
  }

  async open() {
    await this.load();
    $("mailbox").showModal();
  }

  async load() {
    this.mails = await get("/mails");
    const chosen = $("address").value;
    const addresses = [...new Set(this.mails.flatMap((mail) => mail.to))].sort();
    $("address").replaceChildren(h("option", { value: "" }, "所有收件人"),
      ...addresses.map((address) => h("option", { value: address }, address)));
    $("address").value = addresses.includes(chosen) ? chosen : "";
    this.list();
  }

  list() {
    const address = $("address").value;
    const mails = this.mails.filter((mail) => !address || mail.to.includes(address));
    this.chosen = mails.find((mail) => mail.number === this.chosen?.number) || mails[0] || null;
    const rows = mails.map((mail) => h("li", {}, h("button", { type: "button", "aria-current": mail === this.chosen ? "true" : undefined,
      onclick: () => { this.chosen = mail; this.list(); } },
    mail.subject || "（没有标题）", h("small", {}, `${mail.to.join("、")} · ${stamp(mail.at)}`))));
    $("mailbox").querySelector("ol").replaceChildren($("address").parentElement, ...rows);
    this.read();
  }

  read() {
    const mail = this.chosen;
    $("mail").replaceChildren(...(mail ? [h("b", {}, mail.subject), h("small", {}, `${mail.sender} → ${mail.to.join("、")}`),
      mail.attachments.length ? h("small", {}, `附件：${mail.attachments.join("、")}`) : "", "\n", mail.text]
      : ["还没有邮件。产品发出的邮件都会停在这里，不会寄到外面。"]));
  }
}

function stamp(at) {
  const when = moment(at);
  return `${when.month}月${when.day}日 ${when.clock}`;
}

// Pages opened inside the phone. All people share this browser, so the product is told when another one opens a page.

import { $, h, sorry } from "./dom.js";

export class Pages {
  constructor({ product, base, me }) {
    this.product = product;
    this.base = base.replace(/\/$/, "");
    this.me = me;
    this.owner = null;
    this.number = 0;
    $("page-back").addEventListener("click", () => history.back());
    $("page-close").addEventListener("click", () => this.close());
    // Opening a page pushes one entry; the pages inside add theirs. Behind the first of them the page closes.
    window.addEventListener("popstate", (event) => {
      if (event.state?.page !== this.number) this.close();
    });
  }

  open(address, title) {
    const source = this.source(address);
    if (!source) {
      sorry(`这是别的网站，模拟器不打开：${address}`);
      return;
    }
    this.close();
    this.number += 1;
    history.pushState({ page: this.number }, "");
    $("page-title").textContent = title || "网页";
    $("page").append(h("iframe", { src: source, title: title || "网页", referrerpolicy: "no-referrer" }));
    $("page").hidden = false;
  }

  // The address to load: through the product's switch when somebody else opened a page before.
  source(address) {
    let url;
    try {
      url = new URL(address, `${this.base}/`);
    } catch {
      return null;
    }
    const same = this.owner === this.me();
    if (url.origin === location.origin) {
      this.owner = this.me();
      return url.href;
    }
    if (url.origin !== this.product) return null;
    this.owner = this.me();
    if (same) return url.href;
    return `${this.base}/demo/switch?to=${encodeURIComponent(url.pathname + url.search)}${url.hash}`;
  }

  close() {
    $("page").querySelector("iframe")?.remove();
    $("page").hidden = true;
  }
}

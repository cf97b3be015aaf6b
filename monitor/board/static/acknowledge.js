// Somebody says that they have seen it. It counts when it was read back from the topic.

import { byId, h, setText } from "./dom.js";
import { number } from "./format.js";
import { t } from "./texts.js";

const TOGETHER_MOST = 200;

export class Acknowledge {
  constructor() {
    this.dialog = byId("acknowledge");
    this.me = null;
    byId("acknowledge-cancel").addEventListener("click", () => this.dialog.close());
    byId("acknowledge-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this._send();
    });
  }

  /** Ask who has seen these; all are of one outage. */
  open(crossings, button) {
    this.crossings = crossings.slice(0, TOGETHER_MOST);
    this.button = button;
    const [, first] = crossings[0];
    const values = { n: number(this.crossings.length), key: first.outage_key, authority: first.authority };
    setText(byId("acknowledge-what"), t("ack.what", values));
    setText(byId("acknowledge-problem"), "");
    byId("acknowledge-note").value = "";
    const who = byId("acknowledge-who");
    byId("acknowledge-who-label").hidden = Boolean(this.me);
    who.required = !this.me;
    if (!this.me && !who.value) who.value = remembered();
    this.dialog.showModal();
    if (this.me || who.value) byId("acknowledge-note").focus();
  }

  async _send() {
    const who = byId("acknowledge-who").value.trim();
    byId("acknowledge-send").disabled = true;
    try {
      await post("/api/acknowledgements", {
        outage_id: this.crossings[0][1].outage_id,
        crossings: this.crossings.map(([crossing_id, row]) => ({ crossing_id, revision: row.revision })),
        who: this.me ?? who,
        note: byId("acknowledge-note").value.trim() || null,
      });
      if (!this.me) remember(who);
      this.button?.replaceWith(h("span", { class: "seen" }, t("item.sending")));
      this.dialog.close();
    } catch (error) {
      setText(byId("acknowledge-problem"), t("ack.failed", { error: error.message }));
    } finally {
      byId("acknowledge-send").disabled = false;
    }
  }
}

export async function post(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", "x-outage-board": "1" },
    body: JSON.stringify(body),
  });
  if (answer.ok) return;
  const said = await answer.json().catch(() => ({}));
  throw new Error(said.error ?? String(answer.status));
}

function remembered() {
  try {
    return localStorage.getItem("who") ?? "";
  } catch {
    return "";
  }
}

function remember(who) {
  try {
    localStorage.setItem("who", who);
  } catch {
    // It is asked for again.
  }
}


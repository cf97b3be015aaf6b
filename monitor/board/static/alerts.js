// What asks for attention: a sound, a notification of the desktop, and words for screen readers.

import { byId, setAttribute, setText } from "./dom.js";
import { effectText } from "./outage.js";
import { isGrave, isUnseen, typeText } from "./feed.js";
import { outageLink } from "./list.js";
import { t } from "./texts.js";

const QUIET = [[660, 0, 0.18]];
const GRAVE = [[880, 0, 0.22], [660, 0.26, 0.22], [880, 0.52, 0.22], [660, 0.78, 0.3]];
const LOUD = 0.18;
/** Storms bring many at once: so many are said one by one. */
const ONE_BY_ONE = 3;

export class Alerts {
  constructor(store) {
    this.store = store;
    this.known = new Map();
    this.wantsSound = read("sound") === "on";
    this.wantsDesktop = read("desktop") === "on" && globalThis.Notification?.permission === "granted";
    byId("sound").addEventListener("click", () => this._sound());
    byId("desktop").addEventListener("click", () => this._desktop());
    // A browser lets nothing sound before somebody touched the page.
    addEventListener("pointerdown", () => this._wake(), { once: true });
    addEventListener("keydown", () => this._wake(), { once: true });
    this._show();
  }

  /** Say what is new; what was there when the page was loaded is not. */
  update(changed, all) {
    const fresh = [];
    for (const id of changed.crossings) {
      const row = this.store.crossings.get(id);
      if (!row) continue;
      const known = this.known.get(id);
      this.known.set(id, row.revision);
      if (known !== undefined && known >= row.revision) continue;
      if (isUnseen(row) || row.type === "withdrawn") fresh.push([id, row]);
    }
    const first = !this.begun;
    this.begun = true;
    if (first || fresh.length === 0) return;
    if (all && fresh.length > this.known.size / 2) return;
    this._tell(fresh.map(([, row]) => row));
  }

  _tell(rows) {
    const grave = rows.filter(isGrave);
    if (this.wantsSound) this._play(grave.length ? GRAVE : QUIET);
    const said = rows.slice(0, ONE_BY_ONE).map((row) =>
      t("item.announce", { authority: row.authority, type: typeText(row), reason: row.reason }),
    );
    setText(byId(grave.length ? "assertive" : "polite"), said.join(" "));
    if (this.wantsDesktop) for (const row of [...grave, ...rows.filter((r) => !isGrave(r))].slice(0, ONE_BY_ONE)) this._pop(row);
  }

  _pop(row) {
    const title = isGrave(row) ? effectText({ kind: row.cell.effect, target: row.cell.target }) : `${row.authority}: ${typeText(row)}`;
    const shown = new Notification(title, { body: row.reason, tag: `${row.outage_id} ${row.rule}`, icon: "/static/icon.svg", requireInteraction: isGrave(row) });
    shown.onclick = () => {
      focus();
      location.assign(outageLink(row.outage_id));
    };
  }

  _sound() {
    this.wantsSound = !this.wantsSound;
    write("sound", this.wantsSound ? "on" : "off");
    this._wake();
    if (this.wantsSound) this._play(QUIET);
    this._show();
  }

  async _desktop() {
    if (!this.wantsDesktop && globalThis.Notification) {
      this.wantsDesktop = (await Notification.requestPermission()) === "granted";
    } else this.wantsDesktop = false;
    write("desktop", this.wantsDesktop ? "on" : "off");
    setText(byId("polite"), t(this.wantsDesktop ? "tools.desktop.on" : this._denied() ? "tools.desktop.denied" : "tools.desktop.off"));
    this._show();
  }

  _denied() {
    return !globalThis.Notification || Notification.permission === "denied";
  }

  _wake() {
    if (!this.wantsSound) return;
    this.audio ??= new AudioContext();
    this.audio.resume().then(() => this._show());
  }

  _play(tones) {
    const { audio } = this;
    if (!audio || audio.state !== "running") return;
    for (const [pitch, after, length] of tones) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch;
      const start = audio.currentTime + after;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(LOUD, start + 0.02);
      volume.gain.linearRampToValueAtTime(0, start + length);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + length);
    }
  }

  _show() {
    const blocked = this.wantsSound && this.audio?.state !== "running";
    setAttribute(byId("sound"), "aria-pressed", String(this.wantsSound));
    setAttribute(byId("sound"), "title", this.wantsSound ? t(blocked ? "tools.sound.blocked" : "tools.sound.on") : t("tools.sound"));
    byId("sound").classList.toggle("blocked", blocked);
    setAttribute(byId("desktop"), "aria-pressed", String(this.wantsDesktop));
    setAttribute(byId("desktop"), "title", t(this._denied() ? "tools.desktop.denied" : this.wantsDesktop ? "tools.desktop.on" : "tools.desktop.off"));
  }
}

function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // It holds until the page is closed.
  }
}

// What one sees first: how fresh it is, emergency services, and four numbers.

import { arrange, byId, h, setText } from "./dom.js";
import { clock, exact, ms, number, span } from "./format.js";
import { isLate, isPressing, timeLeft } from "./duties.js";
import { emergencyTexts, nextByTime } from "./outage.js";
import { isUnseen } from "./feed.js";
import { outageLink } from "./list.js";
import { isSoon, left } from "./parts.js";
import { has, t } from "./texts.js";

export class Summary {
  constructor(store, filters, duties) {
    this.store = store;
    this.filters = filters;
    this.duties = duties;
    this.lostAt = null;
  }

  update() {
    const outages = [...this.store.outages].filter(([, row]) => this.filters.fits(row));
    this.rows = outages.map(([, row]) => row);
    this._emergencies();
    this._users();
    this._unseen();
    this._next(outages);
    this.todo = this.duties.open((duty) => this.filters.fitsDuty(duty));
    this.tick(this.store.now());
  }

  // Emergencies are shown whatever the filters say.
  _emergencies() {
    const found = [...this.store.outages].flatMap(([id, row]) =>
      emergencyTexts(row).map((said) =>
        h("li", {}, h("a", { href: outageLink(id), "data-route": true }, h("b", {}, said), h("span", {}, row.outage_key))),
      ),
    );
    const list = byId("emergency-list");
    const told = found.map((entry) => entry.textContent).join("\n");
    byId("emergency").hidden = found.length === 0;
    document.body.classList.toggle("grave", found.length > 0);
    if (list.dataset.told === told) return;
    list.dataset.told = told;
    arrange(list, found);
  }

  _users() {
    const sums = { cautious: 0, literal: 0 };
    for (const row of this.rows) {
      for (const counts of Object.values(row.affected)) {
        sums.cautious += counts.cautious;
        sums.literal += counts.literal;
      }
    }
    setText(byId("users-count"), number(sums.literal));
    setText(byId("users-more"), t("tiles.users.more", { n: number(sums.cautious) }));
  }

  _unseen() {
    const rows = [...this.store.crossings.values()].filter((row) => this.filters.fitsCrossing(row));
    const unseen = rows.filter(isUnseen).length;
    setText(byId("unseen-count"), number(unseen));
    setText(byId("unseen-more"), t("tiles.unseen.more", { n: number(rows.length) }));
    byId("tile-unseen").classList.toggle("some", unseen > 0);
    setText(byId("view-feed"), t("views.feed.n", { n: number(unseen) }));
    this.unseen = unseen;
  }

  _next(outages) {
    this.next = null;
    for (const [id, row] of outages) {
      const rule = nextByTime(row);
      if (rule && (!this.next || ms(rule.next_by_time.at) < ms(this.next.rule.next_by_time.at))) this.next = { id, row, rule };
    }
    const { next } = this;
    setText(byId("next-more"), next ? t("tiles.next.more", { authority: next.rule.authority, key: next.row.outage_key }) : "");
  }

  tick(now) {
    setText(byId("clock"), clock(now));
    if (!this.rows) return;
    setText(byId("open-count"), number(this.rows.length));
    const due = this.rows.filter((row) => isSoon(row, now)).length;
    setText(byId("open-more"), t("tiles.open.more", { due: number(due) }));
    setText(byId("view-outages"), t("views.outages.n", { n: number(this.rows.length) }));
    const { next } = this;
    setText(byId("next-count"), next ? left(next.rule.next_by_time.at, now) : t("tiles.next.none"));
    byId("tile-next").classList.toggle("soon", Boolean(next && isSoon(next.row, now)));
    this._todo(now);
    this._health(now);
  }

  _todo(now) {
    const late = this.todo.filter((duty) => isLate(duty, now)).length;
    const [first] = this.todo;
    setText(byId("todo-count"), number(this.todo.length));
    const next = first ? t("tiles.todo.next", { authority: first.authority, left: timeLeft(first, now) }) : t("tiles.todo.none");
    setText(byId("todo-more"), late ? t("tiles.todo.late", { n: number(late) }) : next);
    byId("tile-todo").classList.toggle("soon", Boolean(first && isPressing(first, now)));
  }

  _health(now) {
    const { health } = this.store;
    const state = this.lostAt === null ? health.state : "lost";
    const known = health.input !== undefined && health.input !== null;
    const lateMs = 1000 * Math.max(health.input_late_s ?? 0, health.counting_late_s ?? 0);
    const time = !known ? "" : exact(state === "late" ? now - lateMs * this.store.speed : health.input, now);
    const age = state === "lost"
      ? span(performance.now() - this.lostAt)
      : span(lateMs);
    const unknown = (key) => (!known && has(`${key}.unknown`) ? `${key}.unknown` : key);
    document.body.dataset.health = state;
    setText(byId("health-text"), t(unknown(`health.${state}`), { time, age }));
    const banner = byId("banner");
    banner.hidden = state === "fine" || state === "loading";
    if (!banner.hidden) setText(banner, t(unknown(`banner.${state}`), { time, age }));
  }
}

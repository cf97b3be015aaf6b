// The open outages, what is crossed next on top.

import { arrange, byId, h, setText } from "./dom.js";
import { moment, ms, number, span } from "./format.js";
import { sparkline } from "./chart.js";
import { DutyFlag } from "./duties.js";
import { emergencies, isQuiet, rules, serviceText, urgency } from "./outage.js";
import { Countdown, flags, isSoon, RuleLine } from "./parts.js";
import { t } from "./texts.js";

const ARRANGE_MS = 1000;

export const outageLink = (id) => `/outage?id=${encodeURIComponent(id)}`;

class Card {
  constructor(id) {
    this.lines = new Map();
    this.title = h("a", { class: "title", href: outageLink(id), "data-route": true });
    this.flags = h("ul", { class: "flags" });
    this.about = h("p", { class: "about" });
    this.rules = h("ul", { class: "rules", "aria-label": t("outage.rules") });
    this.countdown = new Countdown();
    this.duty = new DutyFlag();
    this.spark = h("div", { class: "spark-box" });
    this.services = h("p", { class: "services" });
    const head = h("div", { class: "card-head" }, h("h2", {}, this.title), this.flags);
    const body = h("div", { class: "card-body" }, head, this.about, this.rules, this.services);
    this.element = h("li", { class: "card" }, body, this.spark, this.countdown.element);
  }

  update(row, unseen, duty, now) {
    this.row = row;
    setText(this.title, row.outage_key);
    this.flags.replaceChildren(...flags(row, unseen), this.duty.element);
    this.duty.update(duty, now);
    this.element.classList.toggle("grave", emergencies(row).length > 0);
    this.element.classList.toggle("planned", row.planned === true);
    this.element.classList.toggle("quiet", isQuiet(row));
    const shown = rules(row);
    for (const rule of shown) {
      if (!this.lines.has(rule.name)) this.lines.set(rule.name, new RuleLine());
      this.lines.get(rule.name).update(row, rule, now);
    }
    arrange(this.rules, shown.map((rule) => this.lines.get(rule.name).element));
    for (const name of this.lines.keys()) if (!(name in row.rules)) this.lines.delete(name);
    this.rules.hidden = shown.length === 0;
    setText(this.services, byService(row).join(" · "));
    this.countdown.update(row, now);
    this.spark.replaceChildren(row.history?.length ? sparkline(row.history, now) : "");
    this.tick(now);
  }

  tick(now) {
    const { row } = this;
    const since = ms(row.first_onset);
    const crossed = Object.values(row.rules).reduce((sum, rule) => sum + rule.crossed.count, 0);
    const said = [
      t("outage.since", { time: moment(since, now), age: span(now - since) }),
      t("outage.alarms", { n: number(row.alarms) }),
      row.severity ? t(`severity.${row.severity}`) : null,
      crossed ? t("outage.crossed", { n: number(crossed) }) : null,
    ];
    setText(this.about, said.filter(Boolean).join(" · "));
    this.countdown.tick(now);
    this.duty.tick(now);
    for (const line of this.lines.values()) line.tick(now);
  }
}

/** Where a rule adds services up, each of them as well. */
function byService(row) {
  if (Object.values(row.rules).every((rule) => rule.services.length === 1)) return [];
  return Object.entries(row.affected).map(([service, { cautious, literal }]) => {
    const counts = { cautious: number(cautious), literal: number(literal) };
    return `${serviceText(service)} ${cautious === literal ? counts.literal : t("count.both", counts)}`;
  });
}

export class List {
  constructor(store, filters, duties, unseenOf) {
    this.store = store;
    this.filters = filters;
    this.duties = duties;
    this.unseenOf = unseenOf;
    this.cards = new Map();
    this.arranged = 0;
  }

  /** Draw what changed; the order is looked at once a second. */
  update(changed, pressed) {
    const now = this.store.now();
    const touched = new Set([...changed.outages, ...pressed]);
    for (const id of changed.crossings) touched.add(this.store.crossings.get(id)?.outage_id);
    for (const id of touched) {
      const row = this.store.outages.get(id);
      if (!row) this.cards.delete(id);
      else this._card(id).update(row, this.unseenOf(id), this.duties.next(id), now);
    }
    this.stale = true;
    if (performance.now() - this.arranged > ARRANGE_MS) this.arrange();
  }

  _card(id) {
    if (!this.cards.has(id)) this.cards.set(id, new Card(id));
    return this.cards.get(id);
  }

  arrange() {
    this.stale = false;
    this.arranged = performance.now();
    const rows = [...this.store.outages].filter(([, row]) => this.filters.fits(row));
    rows.sort(([a, x], [b, y]) => urgency(x) - urgency(y) || (a < b ? -1 : 1));
    arrange(byId("cards"), rows.map(([id]) => this._card(id).element));
    byId("list-empty").hidden = rows.length > 0 || !this.store.loaded;
    setText(byId("list-empty"), t(this.filters.active() ? "list.empty.filtered" : "list.empty"));
  }

  tick(now) {
    if (this.stale) this.arrange();
    for (const card of this.cards.values()) {
      card.tick(now);
      card.element.classList.toggle("soon", isSoon(card.row, now));
    }
  }
}

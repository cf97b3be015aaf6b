// The page of one outage, under its permanent link.

import { byId, h } from "./dom.js";
import { chart } from "./chart.js";
import { dutyLine } from "./duties.js";
import { exact, ms, number, span } from "./format.js";
import { cellText, effectText, effects, rules, servicesText, serviceText, unlessText } from "./outage.js";
import { isUnseen, item } from "./feed.js";
import { Countdown, flags, left } from "./parts.js";
import { has, t } from "./texts.js";

const ASK_AGAIN_MS = 1000;

export class Detail {
  constructor(store, acknowledge) {
    this.store = store;
    this.acknowledge = acknowledge;
    this.element = byId("detail-view");
    this.id = null;
    this.ticking = [];
  }

  open(id) {
    this.id = id;
    this.drawn = null;
    this.failed = false;
    this.element.replaceChildren(h("p", { class: "empty" }, t("outage.loading")));
    return this._ask();
  }

  close() {
    this.id = null;
  }

  update(changed, all) {
    if (this.id === null) return;
    const mine = changed.outages.has(this.id) || [...changed.crossings].some((id) => this.store.crossings.get(id)?.outage_id === this.id);
    if (mine || all) this._askSoon();
  }

  tick(now) {
    if (this.id !== null) for (const tick of this.ticking) tick(now);
  }

  _askSoon() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this._ask();
    }, ASK_AGAIN_MS);
  }

  async _ask() {
    const { id } = this;
    if (id === null) return;
    try {
      const answer = await fetch(`/api/outages/${encodeURIComponent(id)}`, { cache: "no-store" });
      if (id !== this.id) return;
      if (answer.status === 404) this.element.replaceChildren(h("p", { class: "empty" }, t("outage.gone")), back());
      else if (answer.ok) this._draw(await answer.json());
    } catch {
      // The line is down, which is said above; it is asked again when it is back.
    }
  }

  _draw(told) {
    // Who has seen a crossing is known from the feed, which may come after this.
    const seen = told.notifications.map(({ revisions }) => this._crossing(revisions)[1].acknowledged);
    const drawn = JSON.stringify([told, seen]);
    if (this.drawn === drawn) return;
    this.drawn = drawn;
    const now = this.store.now();
    const focus = focusIn(this.element);
    this.ticking = [];
    this.element.replaceChildren(...this._sections(told, now));
    focus?.();
    this.tick(now);
  }

  _sections(told, now) {
    const { outage } = told;
    const crossings = told.notifications.map(({ revisions }) => this._crossing(revisions));
    crossings.sort(([, a], [, b]) => ms(b.crossed_at) - ms(a.crossed_at));
    if (!outage) return [h("h1", {}, this.id), this._obligations(told.obligations, now), this._crossings(crossings, now), this._actions(told, now)];
    const row = asRow(outage);
    return [
      this._head(row, crossings, now),
      told.obligations.length ? this._obligations(told.obligations, now) : "",
      section("chart", chart(told.history, outage.state === "open" ? now : ms(outage.ended_at ?? outage.as_of), thresholds(row), this._width())),
      section("rules", this._rules(row)),
      this._crossings(crossings, now),
      section("areas", areas(outage)),
      told.obligations.length ? "" : this._obligations(told.obligations, now),
      this._actions(told, now),
    ];
  }

  // Drawn as wide as there is room, so that its words keep their size.
  _width() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    return Math.max(300, this.element.clientWidth - 2.5 * rem);
  }

  // The feed knows who has seen it; the last revision is the truth.
  _crossing(revisions) {
    const last = revisions.at(-1);
    const known = this.store.crossings.get(last.crossing_id);
    return [last.crossing_id, { ...last, acknowledged: known?.revision === last.revision ? known.acknowledged : undefined }];
  }

  _head(row, crossings, now) {
    const unseen = crossings.filter(([, crossing]) => isUnseen(crossing)).length;
    const since = ms(row.first_onset);
    const about = h("p", { class: "about" });
    this.ticking.push((at) => {
      const age = span((row.ended_at ? ms(row.ended_at) : at) - since);
      about.textContent = [
        stateText(row, at),
        t("outage.since", { time: exact(since, at), age }),
        t("outage.alarms", { n: number(row.alarms) }),
        row.severity ? t(`severity.${row.severity}`) : null,
        t("outage.reading", { reading: t(`reading.${row.reading}`) }),
        t("outage.unchanged", { time: exact(ms(row.as_of), at) }),
      ].filter(Boolean).join(" · ");
    });
    const head = h(
      "div",
      { class: "detail-head" },
      h("div", {}, back(), h("h1", { tabindex: "-1" }, row.outage_key), h("ul", { class: "flags" }, ...flags(row, unseen)), about, links(this.id)),
    );
    if (row.state === "open") {
      const countdown = new Countdown();
      countdown.update(row, now);
      this.ticking.push((at) => countdown.tick(at));
      head.append(countdown.element);
    }
    return head;
  }

  _rules(row) {
    const body = rules(row).map((rule) => {
      const next = h("td", { class: "next" });
      this.ticking.push((now) => next.replaceChildren(...nextLines(row, rule, now)));
      return h("tr", {}, h("th", { scope: "row" }, servicesText(rule.services), h("small", {}, `${rule.authority} · ${rule.name}`)), ...counts(rule.end_users, row.reading), next);
    });
    const effected = effects(row).map((effect) =>
      h("tr", {}, h("th", { scope: "row" }, effectText(effect), h("small", {}, `${effect.authority} · ${effect.rule}`)), h("td"), h("td"), h("td", { class: "next" }, effect.active ? exact(ms(effect.crossed_at), this.store.now()) : t("effect.over", { what: exact(ms(effect.crossed_at), this.store.now()) }))),
    );
    if (body.length + effected.length === 0) return h("p", { class: "empty" }, t("outage.no_users"));
    return table([t("count.rule"), ...countHeads(row.reading), t("count.next")], [...effected, ...body]);
  }

  _crossings(crossings, now) {
    const unseen = crossings.filter(([, row]) => isUnseen(row));
    const items = crossings.map(([id, row]) => item(id, row, now, this.acknowledge, { linked: false }));
    const all = h("button", { type: "button", onclick: (event) => this.acknowledge(unseen, event.target) }, t("ack.all", { n: number(unseen.length) }));
    return section(
      "crossings",
      unseen.length > 1 ? all : null,
      items.length ? h("ol", { class: "items" }, ...items) : h("p", { class: "empty" }, t("outage.no_crossings")),
    );
  }

  _obligations(obligations, now) {
    if (!obligations.length) return section("obligations", h("p", { class: "empty" }, t("outage.no_obligations")));
    return section("obligations", h("ul", { class: "obligations" }, ...obligations.map((duty) => dutyLine(duty, now, this.ticking))));
  }

  _actions(told, now) {
    if (!told.actions.length) return "";
    const lines = told.actions.map((action) =>
      h("li", {}, h("time", { datetime: action.at }, exact(ms(action.at), now)), ` ${action.who}: ${actionText(action, told.obligations)}`),
    );
    return section("actions", h("ul", { class: "actions" }, ...lines));
  }
}

/** What somebody did, about what, and with which words. */
function actionText(action, obligations) {
  const about = obligations.find((duty) => duty.obligation_id === action.obligation || duty.step === action.obligation);
  const kind = has(`action.${action.kind}`) ? t(`action.${action.kind}`) : action.kind;
  return [
    [kind, about?.title ?? action.obligation].filter(Boolean).join(" · "),
    action.reference ? t("obligation.reference", { reference: action.reference }) : null,
    action.note ? t("item.note", { note: action.note }) : null,
  ].filter(Boolean).join(" · ");
}

/** A status with its rules and effects by name, as a row of the list has them, and no nulls. */
function asRow(outage) {
  const bare = (value) => {
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map(bare);
    return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null).map(([name, part]) => [name, bare(part)]));
  };
  const row = bare(outage);
  const crossed = (cells) => ({ count: cells.length, last: cells.at(-1), all: cells });
  row.rules = Object.fromEntries(row.rules.map((rule) => [rule.rule, { ...rule, crossed: crossed(rule.crossed) }]));
  row.effects = Object.fromEntries(row.effects.map((effect, place) => [place, effect]));
  return row;
}

function stateText(row, now) {
  if (row.state === "withdrawn") return row.superseded_by ? t("outage.state.superseded", { id: row.superseded_by }) : t("outage.state.withdrawn");
  return t(`outage.state.${row.state}`, { time: row.ended_at ? exact(ms(row.ended_at), now) : "" });
}

function thresholds(row) {
  const cells = Object.values(row.rules).flatMap((rule) => [rule.next_by_time, rule.next_by_count]);
  return [...new Set(cells.filter(Boolean).map((cell) => cell.end_users))];
}

function nextLines(row, rule, now) {
  const lines = [];
  const line = (kind, text, more) => lines.push(h("p", { class: kind }, text, more ? h("small", {}, more) : null));
  if (rule.next_by_time) line("by-time", t("next.time.for", { left: left(rule.next_by_time.at, now), cell: cellText(rule.next_by_time, rule.comparators) }), unlessText(row, rule));
  if (rule.next_by_count) line("by-count", t("next.missing.for", { n: number(rule.next_by_count.missing), cell: cellText(rule.next_by_count, rule.comparators) }));
  for (const cell of rule.crossed.all) line("was", t("crossed.first", { time: exact(ms(cell.crossed_at), now), cell: cellText(cell, rule.comparators) }));
  if (!lines.length) line("was", t("next.none"));
  return lines;
}

function areas(outage) {
  const services = Object.entries(outage.largest_areas);
  if (!services.length) return h("p", { class: "empty" }, t("outage.no_areas"));
  const most = Math.max(1, ...services.flatMap(([, list]) => list.map((area) => area[outage.reading])));
  return h("div", { class: "areas" }, ...services.map(([service, list]) => {
    const rows = list.map((area) => h("tr", {}, h("th", { scope: "row" }, area.area, share(area[outage.reading] / most)), ...counts(area, outage.reading)));
    return table([t("count.area"), ...countHeads(outage.reading)], rows, serviceText(service));
  }));
}

function share(part) {
  const fill = h("span", { class: "fill" });
  fill.style.width = `${(part * 100).toFixed(1)}%`;
  return h("span", { class: "track small", "aria-hidden": "true" }, fill);
}

const counts = (told, reading) =>
  ["cautious", "literal"].map((name) => h("td", { class: name === reading ? "number decides" : "number" }, number(told[name])));

const countHeads = (reading) =>
  ["cautious", "literal"].map((name) => [t(`count.${name}.long`), name === reading ? t("count.decides") : null]);

function table(heads, rows, caption) {
  const head = heads.map((text, place) => {
    const [said, more] = Array.isArray(text) ? text : [text];
    return h("th", { scope: "col", class: place && Array.isArray(text) ? "number" : null }, said, more ? h("small", {}, more) : null);
  });
  const element = h("table", {}, caption ? h("caption", {}, caption) : null, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows));
  return h("div", { class: "scroll" }, element);
}

const section = (name, ...children) => {
  const id = `section-${name}`;
  return h("section", { class: name, "aria-labelledby": id }, h("h2", { id }, t(`outage.section.${name}`)), ...children);
};

const back = () => h("a", { class: "back", href: "/", "data-route": true }, `← ${t("outage.back")}`);

function links(id) {
  const copy = h("button", { type: "button", onclick: async () => {
    await navigator.clipboard?.writeText(location.href);
    copy.textContent = t("outage.copied");
  } }, t("outage.link"));
  return h("p", { class: "links" }, copy, h("a", { href: `/api/outages/${encodeURIComponent(id)}`, target: "_blank", rel: "noopener" }, t("outage.json")));
}

/** Remember where the focus is, to put it back after drawing anew. */
function focusIn(element) {
  const active = document.activeElement;
  if (!element.contains(active)) return null;
  const kind = "a, button, [tabindex]";
  const place = [...element.querySelectorAll(kind)].indexOf(active);
  return () => [...element.querySelectorAll(kind)][place]?.focus({ preventScroll: true });
}

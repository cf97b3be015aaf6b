// Pieces that a card and the page of an outage share.

import { h, setAttribute, setText } from "./dom.js";
import { countdown, duration, ms, number } from "./format.js";
import { bar, cellText, effects, effectShort, effectText, isEmergency, nextByTime, servicesText, serviceText, unlessText } from "./outage.js";
import { t } from "./texts.js";

const SOON_MS = 15 * 60000;
const VERY_SOON_MS = 5 * 60000;

/** Flags of an outage, the gravest first. */
export function flags(row, unseen) {
  const found = effects(row).map((effect) =>
    h(
      "li",
      { class: `flag ${isEmergency(effect) && effect.active ? "grave" : "effect"}`, title: effectText(effect) },
      effect.active ? effectShort(effect) : t("effect.over", { what: effectShort(effect) }),
    ),
  );
  if (!row.policy_in_force) found.push(h("li", { class: "flag warn" }, t("outage.no_policy")));
  if (!row.input_complete) found.push(h("li", { class: "flag warn" }, t("outage.incomplete")));
  if (row.planned) found.push(h("li", { class: "flag planned" }, t("outage.planned")));
  if (unseen) found.push(h("li", { class: "flag unseen" }, t("outage.unseen", { n: number(unseen) })));
  return found;
}

/** One rule: whose end-users, both counts, a bar up to the next cell, and what is missing. */
export class RuleLine {
  constructor() {
    this.name = h("span", { class: "rule-name" });
    this.cautious = h("b");
    this.literal = h("b");
    this.fill = h("span", { class: "fill" });
    this.ghost = h("span", { class: "ghost" });
    this.mark = h("span", { class: "mark" });
    this.track = h("span", { class: "track", "aria-hidden": "true" }, this.ghost, this.fill, this.mark);
    this.next = h("span", { class: "rule-next" });
    this.counts = [
      h("span", { class: "count" }, this.cautious, " ", h("small", {}, t("count.cautious"))),
      h("span", { class: "count" }, this.literal, " ", h("small", {}, t("count.literal"))),
    ];
    this.element = h("li", { class: "rule" }, this.name, ...this.counts, this.track, this.next);
  }

  update(row, rule, now) {
    setText(this.name, servicesText(rule.services));
    setAttribute(this.name, "title", `${rule.authority} · ${rule.name} · ${rule.services.map(serviceText).join(", ")}`);
    setText(this.cautious, number(rule.end_users.cautious));
    setText(this.literal, number(rule.end_users.literal));
    this.counts[0].classList.toggle("decides", row.reading === "cautious");
    this.counts[1].classList.toggle("decides", row.reading === "literal");
    const shares = bar(rule, row.reading);
    this.fill.style.width = percent(shares.decides);
    this.ghost.style.width = percent(shares.other);
    this.mark.hidden = shares.threshold === null;
    this.mark.style.left = percent(shares.threshold ?? 0);
    this.track.classList.toggle("met", shares.met);
    this.rule = rule;
    this.tick(now);
  }

  tick(now) {
    setText(this.next, nextText(this.rule, now));
  }
}

const percent = (share) => `${Math.min(100, share * 100).toFixed(1)}%`;

/** What is next of a rule, in short. */
function nextText(rule, now) {
  if (rule.next_by_time) {
    return t("next.time.for", { left: left(rule.next_by_time.at, now), cell: shortCell(rule.next_by_time) });
  }
  if (rule.next_by_count) {
    const n = number(rule.next_by_count.missing);
    return t("next.missing.for", { n, cell: shortCell(rule.next_by_count) });
  }
  return t(rule.end_users.literal ? "next.none" : "next.nobody");
}

const shortCell = (cell) =>
  cell.duration === undefined ? number(cell.end_users) : `${number(cell.end_users)} · ${duration(cell.duration)}`;

export function left(at, now) {
  const leftMs = ms(at) - now;
  return leftMs <= 0 ? t("next.now") : countdown(leftMs);
}

/** The large countdown to the next crossing by time. */
export class Countdown {
  constructor() {
    this.number = h("span", { class: "big", "aria-hidden": "true" });
    this.what = h("span", { class: "what" });
    this.unless = h("span", { class: "unless" });
    this.head = h("span", { class: "when" });
    this.element = h("p", { class: "countdown" }, this.head, this.number, this.what, this.unless);
  }

  update(row, now) {
    this.rule = nextByTime(row);
    this.row = row;
    if (this.rule) {
      setText(this.head, `${this.rule.authority} ${t("next.time")}`);
      setText(this.what, cellText(this.rule.next_by_time, this.rule.comparators));
      setText(this.unless, unlessText(row, this.rule));
    } else this._byCount(row);
    this.tick(now);
  }

  _byCount(row) {
    const short = Object.values(row.rules).filter((rule) => rule.next_by_count);
    short.sort((a, b) => a.next_by_count.missing / a.next_by_count.end_users - b.next_by_count.missing / b.next_by_count.end_users);
    const [nearest] = short;
    setText(this.head, nearest ? nearest.authority : "");
    setText(this.number, nearest ? `+${number(nearest.next_by_count.missing)}` : "–");
    setText(this.what, nearest ? cellText(nearest.next_by_count, nearest.comparators) : t(Object.keys(row.rules).length ? "next.none" : "next.effects"));
    setText(this.unless, "");
  }

  tick(now) {
    const leftMs = this.rule ? ms(this.rule.next_by_time.at) - now : Infinity;
    if (this.rule) setText(this.number, left(this.rule.next_by_time.at, now));
    this.element.classList.toggle("by-count", !this.rule);
    this.element.classList.toggle("soon", leftMs <= SOON_MS);
    this.element.classList.toggle("very-soon", leftMs <= VERY_SOON_MS);
  }
}

export const isSoon = (row, now) => {
  const rule = nextByTime(row);
  return rule !== null && ms(rule.next_by_time.at) - now <= SOON_MS;
};

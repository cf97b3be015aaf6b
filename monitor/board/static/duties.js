// What must still be done, for whom and until when: of one outage, and of all of them.

import { h, setText } from "./dom.js";
import { exact, ms, span } from "./format.js";
import { has, t } from "./texts.js";

const SOON_MS = 15 * 60000;

export const isOpen = (duty) => duty.state === "due" || duty.state === "overdue";

/** What is due first comes first; what may be left undone comes after what may not. */
const order = (a, b) => (a.voluntary ? 1 : 0) - (b.voluntary ? 1 : 0) || ms(a.due_at) - ms(b.due_at);

/** How long there is, or was. */
export function timeLeft(duty, now) {
  const left = ms(duty.due_at) - now;
  return t(left < 0 ? "obligation.over" : "obligation.left", { left: span(Math.abs(left)) });
}

export const isLate = (duty, now) => isOpen(duty) && ms(duty.due_at) < now;
export const isPressing = (duty, now) => isOpen(duty) && ms(duty.due_at) - now <= SOON_MS;

/** The open duties of each outage. */
export class Duties {
  constructor(store) {
    this.store = store;
    this.byOutage = new Map();
  }

  /** Sort them anew; return the outages in which something changed. */
  update(changed) {
    const before = new Map(this.byOutage);
    this.byOutage = new Map();
    for (const duty of this.store.obligations.values()) {
      if (!isOpen(duty)) continue;
      if (!this.byOutage.has(duty.outage_id)) this.byOutage.set(duty.outage_id, []);
      this.byOutage.get(duty.outage_id).push(duty);
    }
    for (const duties of this.byOutage.values()) duties.sort(order);
    const touched = new Set();
    for (const id of changed) {
      const now = this.store.obligations.get(id)?.outage_id;
      if (now) touched.add(now);
    }
    for (const outage of before.keys()) if (!this.byOutage.has(outage)) touched.add(outage);
    return touched;
  }

  next(outage) {
    return this.byOutage.get(outage)?.[0];
  }

  /** All that are open and shown, what is due first at the beginning. */
  open(fits) {
    return [...this.byOutage.values()].flat().filter(fits).sort(order);
  }
}

/** The flag on a card: what has to be done next about the outage. */
export class DutyFlag {
  constructor() {
    this.element = h("li", { class: "flag duty" });
  }

  update(duty, now) {
    this.duty = duty;
    this.element.hidden = !duty;
    this.tick(now);
  }

  tick(now) {
    const { duty } = this;
    if (!duty) return;
    setText(this.element, `${duty.title ?? duty.step}: ${timeLeft(duty, now)}`);
    this.element.classList.toggle("pressing", isPressing(duty, now));
  }
}

/** One duty on the page of an outage. */
export function dutyLine(duty, now, ticking) {
  const state = has(`obligation.state.${duty.state}`) ? t(`obligation.state.${duty.state}`) : String(duty.state);
  const when = h("span", { class: "when" });
  const draw = (at) => setText(when, whenText(duty, at));
  draw(now);
  ticking.push(draw);
  const name = [duty.title ?? duty.step, duty.voluntary ? t("obligation.voluntary") : null].filter(Boolean).join(" · ");
  const whom = t("obligation.to", { authority: duty.authority, whom: [duty.addressees].flat().filter(Boolean).join(", ") });
  return h(
    "li",
    { class: `duty-line ${duty.state} ${isLate(duty, now) ? "late" : ""}` },
    h("b", { class: "state" }, state),
    h("span", { class: "what" }, h("b", {}, name), h("small", {}, [whom, ...channels(duty)].filter(Boolean).join(" · "))),
    when,
  );
}

const channels = (duty) =>
  (duty.channels ?? []).map(({ by, to }) => `${has(`channel.${by}`) ? t(`channel.${by}`) : by} ${to}`);

function whenText(duty, now) {
  const { submitted, acknowledged } = duty;
  const due = t("obligation.due", { time: exact(ms(duty.due_at), now) });
  if (submitted) {
    const done = t("obligation.done", { time: exact(ms(submitted.at), now), who: submitted.by });
    const reference = submitted.reference ? t("obligation.reference", { reference: submitted.reference }) : null;
    return [done, reference, duty.in_time === false ? t("obligation.was_late") : null].filter(Boolean).join(" · ");
  }
  if (!isOpen(duty)) return due;
  const seen = acknowledged ? t("item.seen", { who: acknowledged.by, time: exact(ms(acknowledged.at), now) }) : null;
  return [due, timeLeft(duty, now), seen].filter(Boolean).join(" · ");
}

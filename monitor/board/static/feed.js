// What had to be notified, the newest on top, and who has seen it.

import { arrange, byId, h, setText } from "./dom.js";
import { exact, ms } from "./format.js";
import { isEmergency } from "./outage.js";
import { outageLink } from "./list.js";
import { t } from "./texts.js";

export function typeText(row) {
  if (row.type === "required") return t(row.initial ? "type.required.first" : "type.required.update");
  return t(`type.${row.type}`);
}

export const isGrave = (row) => row.type !== "withdrawn" && "effect" in row.cell && isEmergency({ kind: row.cell.effect });

/** Whether somebody must still look at it: what was withdrawn needs nobody's action. */
export const isUnseen = (row) => !row.acknowledged && row.type !== "withdrawn";

/** One notification; `acknowledge` is called with its id and row. */
export function item(id, row, now, acknowledge, { linked = true } = {}) {
  const head = h(
    "p",
    { class: "item-head" },
    h("time", { datetime: row.detected_at }, exact(ms(row.detected_at), now)),
    h("b", {}, row.authority),
    h("span", { class: `type ${row.type}` }, typeText(row)),
    row.planned ? h("span", { class: "flag planned" }, t("outage.planned")) : null,
    row.input_complete ? null : h("span", { class: "flag warn" }, t("outage.incomplete")),
  );
  const foot = h("p", { class: "item-foot" });
  if (linked) foot.append(h("a", { href: outageLink(row.outage_id), "data-route": true }, row.outage_key));
  else foot.append(h("span", {}, t("item.crossed", { time: exact(ms(row.crossed_at), now) })));
  foot.append(...seen(id, row, now, acknowledge));
  return h(
    "li",
    { class: `item ${row.type} ${isUnseen(row) ? "new" : ""} ${isGrave(row) ? "grave" : ""}`, "data-id": id },
    head,
    h("p", { class: "reason" }, row.reason),
    row.literal_met || row.reading === "literal" ? null : h("p", { class: "literal-not" }, t("item.literal")),
    foot,
  );
}

function seen(id, row, now, acknowledge) {
  if (row.acknowledged) {
    const { who, at, note } = row.acknowledged;
    const said = t("item.seen", { who, time: exact(ms(at), now) });
    return [h("span", { class: "seen" }, said, note ? ` ${t("item.note", { note })}` : "")];
  }
  if (row.type === "withdrawn") return [];
  const label = t("ack.button.label", { authority: row.authority, key: row.outage_key });
  const button = h("button", { type: "button", class: "acknowledge", "aria-label": label, onclick: () => acknowledge([[id, row]], button) }, t("ack.button"));
  return [button];
}

export class Feed {
  constructor(store, filters, acknowledge) {
    this.store = store;
    this.filters = filters;
    this.acknowledge = acknowledge;
    this.items = new Map();
  }

  update(changed, all) {
    if (all) this.items.clear();
    const now = this.store.now();
    const focused = document.activeElement?.closest?.("#feed .item")?.dataset.id;
    for (const id of changed.crossings) {
      const row = this.store.crossings.get(id);
      if (row) {
        const entry = item(id, row, now, this.acknowledge);
        if (!all && !this.items.has(id)) entry.classList.add("arrived");
        this.items.set(id, entry);
      } else this.items.delete(id);
    }
    if (changed.crossings.size) this.arrange();
    // Whoever stood on a button that is gone goes on from its entry, not from the top of the page.
    const stood = focused && this.items.get(focused);
    if (stood && !stood.contains(document.activeElement)) stood.querySelector("a, button")?.focus({ preventScroll: true });
  }

  arrange() {
    const rows = [...this.store.crossings].filter(([, row]) => this.filters.fitsCrossing(row));
    rows.sort(([, a], [, b]) => b.arrived - a.arrived);
    arrange(byId("feed"), rows.map(([id]) => this.items.get(id)).filter(Boolean));
    byId("feed-empty").hidden = rows.length > 0;
    setText(byId("feed-empty"), t(this.filters.active() ? "list.empty.filtered" : "feed.empty"));
  }
}

// What an outage means for those who watch: pure, from its row alone.

import { duration, ms, number } from "./format.js";
import { has, t } from "./texts.js";

const EMERGENCY = /^(emergency_|psap_)/;

export const isEmergency = (effect) => EMERGENCY.test(effect.kind);

/** Its effects, those of emergency first. */
export function effects(row) {
  return Object.values(row.effects).sort(
    (a, b) => isEmergency(b) - isEmergency(a) || b.active - a.active,
  );
}

export const emergencies = (row) => effects(row).filter((e) => isEmergency(e) && e.active);

/** Emergencies of one kind together: "Emergency number 100, 112 cannot be reached". */
export function emergencyTexts(row) {
  const targets = new Map();
  for (const { kind, target } of emergencies(row)) targets.set(kind, [...(targets.get(kind) ?? []), target ?? ""]);
  return [...targets].map(([kind, all]) => effectText({ kind, target: all.sort().join(", ") }));
}

export function effectText(effect) {
  const key = `effect.${effect.kind}`;
  const said = has(key) ? t(key, { target: effect.target ?? "" }) : `${effect.kind} ${effect.target ?? ""}`;
  return said.trim();
}

export function effectShort(effect) {
  const key = `effect.short.${effect.kind}`;
  return has(key) ? t(key, { target: effect.target ?? "" }) : effectText(effect);
}

export function serviceText(service) {
  const key = `service.${service}`;
  return has(key) ? t(key) : service.replaceAll("_", " ");
}

export const servicesText = (services) =>
  services.length === 1 ? serviceText(services[0]) : t("service.several");

/** "more than 50,000 for more than 8 h" */
export function cellText(cell, comparators) {
  const count = t(comparators.end_users === ">" ? "cell.more_than" : "cell.at_least", {
    n: number(cell.end_users),
  });
  if (cell.duration === undefined) return t("cell.any", { count });
  const key = comparators.duration === ">" ? "cell.for_more_than" : "cell.for_at_least";
  return t(key, { count, span: duration(cell.duration) });
}

/** What would still prevent a crossing by time. */
export function unlessText(row, rule) {
  if (row.reading === "cautious") return t("next.unless.cautious");
  const key = rule.comparators.end_users === ">" ? "next.unless.more_than" : "next.unless.at_least";
  return t(key, { n: number(rule.next_by_time.end_users) });
}

/** Its rules, what is crossed first on top. */
export function rules(row) {
  return Object.entries(row.rules)
    .map(([name, rule]) => ({ name, ...rule }))
    .sort((a, b) => closeness(a) - closeness(b) || b.end_users.cautious - a.end_users.cautious);
}

// Later than any date; behind it come those that too few are hit for, the nearest first.
const NEVER = 1e15;

function closeness(rule) {
  if (rule.next_by_time) return ms(rule.next_by_time.at);
  if (rule.next_by_count) return NEVER * (1 + rule.next_by_count.missing / rule.next_by_count.end_users);
  return NEVER * 3;
}

/** How near an outage is to its next crossing; smaller is nearer. */
export function urgency(row) {
  const nearest = Math.min(NEVER * 3, ...Object.values(row.rules).map(closeness));
  return nearest === NEVER * 3 && effects(row).some((e) => e.active) ? NEVER * 2.5 : nearest;
}

/** The rule that is crossed next by time, if any is. */
export function nextByTime(row) {
  const [first] = rules(row);
  return first?.next_by_time ? first : null;
}

export function authorities(row) {
  const found = [...Object.values(row.rules), ...Object.values(row.effects)];
  return new Set(found.map((rule) => rule.authority));
}

export const services = (row) => Object.keys(row.affected);

/** How far a rule is from its next cell, as a share of the bar. */
export function bar(rule, reading) {
  const cell = rule.next_by_time ?? rule.next_by_count ?? rule.crossed.last ?? null;
  const most = Math.max(rule.end_users.cautious, rule.end_users.literal, 1);
  const scale = cell ? Math.max(cell.end_users * 1.25, most) : most;
  const other = reading === "cautious" ? "literal" : "cautious";
  return {
    decides: rule.end_users[reading] / scale,
    other: rule.end_users[other] / scale,
    threshold: cell ? cell.end_users / scale : null,
    met: cell ? !rule.next_by_count || Boolean(rule.next_by_time) : true,
  };
}

/** Whether it is far from any threshold, and carries nothing that counts whatever the numbers. */
export function isQuiet(row) {
  if (effects(row).some((effect) => effect.active) || nextByTime(row)) return false;
  return Object.values(row.rules).every(
    (rule) => rule.next_by_count && rule.next_by_count.missing > rule.next_by_count.end_users / 2,
  );
}

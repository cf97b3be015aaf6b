// The counts of an outage over time: between two points they stay as they were, so lines are steps.

import { h, svg } from "./dom.js";
import { clock, moment, number } from "./format.js";
import { t } from "./texts.js";

const HEIGHT = 230;
const LEFT = 62;
const BOTTOM = 24;
const TOP = 12;
const RIGHT = 14;
const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((m) => m * 60000);

/** A small chart for the list. */
export function sparkline(history, now) {
  const frame = { left: 0, top: 2, width: 100, height: 28 };
  const drawn = paths(history, now, highest(history), frame);
  return svg(
    "svg",
    { class: "spark", viewBox: "0 0 100 32", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { class: "area", d: drawn.area }),
    svg("path", { class: "line cautious", d: drawn.cautious }),
  );
}

/** A chart with axes and the thresholds that are next. */
export function chart(history, now, thresholds, width) {
  const frame = { left: LEFT, top: TOP, width: width - LEFT - RIGHT, height: HEIGHT - TOP - BOTTOM };
  const shown = thresholds.filter((n) => n <= highest(history) * 3);
  const top = nice(Math.max(highest(history) * 1.1, ...shown.map((n) => n * 1.08)));
  const drawn = paths(history, now, top, frame);
  const last = history.at(-1) ?? [0, 0, 0];
  const label = t("chart.label", { cautious: number(last[1]), literal: number(last[2]) });
  const y = (n) => frame.top + frame.height * (1 - n / top);
  const drawing = svg(
    "svg",
    { class: "drawing", viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": label },
    ...gridlines(top, y, frame),
    ...timemarks(history, now, frame),
    svg("path", { class: "area", d: drawn.area }),
    svg("path", { class: "line literal", d: drawn.literal }),
    svg("path", { class: "line cautious", d: drawn.cautious }),
    ...shown.flatMap((n) => threshold(n, y(n), frame)),
  );
  return h("figure", {}, drawing, legend());
}

function legend() {
  return h(
    "figcaption",
    { class: "legend" },
    h("span", { class: "key cautious" }, t("count.cautious.long")),
    h("span", { class: "key literal" }, t("count.literal.long")),
  );
}

const highest = (history) => Math.max(1, ...history.map((point) => point[1]));

function paths(history, now, top, frame) {
  const since = history[0]?.[0] ?? now / 1000;
  const until = Math.max(now / 1000, since + 60);
  const x = (s) => round(frame.left + (frame.width * (s - since)) / (until - since));
  const y = (n) => round(frame.top + frame.height * (1 - n / top));
  const ends = [...history, [until, ...(history.at(-1)?.slice(1) ?? [0, 0])]];
  const steps = (column) =>
    ends.map((p, i) => (i ? `H${x(p[0])}V${y(p[column])}` : `M${x(p[0])} ${y(p[column])}`)).join("");
  const literal = steps(2);
  const area = `${literal}V${y(0)}H${x(since)}Z`;
  return { cautious: steps(1), literal, area };
}

const round = (n) => Math.round(n * 10) / 10;

function nice(n) {
  const power = 10 ** Math.floor(Math.log10(n));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((m) => m * power).find((m) => m >= n) ?? n;
}

function gridlines(top, y, frame) {
  return [0, 0.5, 1].flatMap((share) => [
    svg("line", { class: "grid", x1: frame.left, x2: frame.left + frame.width, y1: y(top * share), y2: y(top * share) }),
    svg("text", { class: "axis", x: frame.left - 8, y: y(top * share) + 4, "text-anchor": "end" }, number(Math.round(top * share))),
  ]);
}

function threshold(n, y, frame) {
  return [
    svg("line", { class: "threshold", x1: frame.left, x2: frame.left + frame.width, y1: y, y2: y }),
    svg("text", { class: "axis threshold-text", x: frame.left + frame.width, y: y - 4, "text-anchor": "end" }, t("chart.threshold", { n: number(n) })),
  ];
}

function timemarks(history, now, frame) {
  const since = (history[0]?.[0] ?? now / 1000) * 1000;
  const until = Math.max(now, since + 60000);
  const step = STEPS_MS.find((s) => (until - since) / s <= frame.width / 90) ?? 86400000;
  const marks = [];
  for (let at = Math.ceil(since / step) * step; at <= until; at += step) {
    const x = frame.left + (frame.width * (at - since)) / (until - since);
    const text = step < 60000 ? clock(at) : moment(at, now).slice(-5);
    if (x < frame.left + frame.width - 16) marks.push(svg("text", { class: "axis", x, y: HEIGHT - 6, "text-anchor": "middle" }, text));
  }
  return marks;
}

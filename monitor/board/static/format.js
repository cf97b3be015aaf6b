// Numbers, times and durations as people read them. Times of outages are UTC.

import { t } from "./texts.js";

const grouped = new Intl.NumberFormat("en-GB");

export const number = (n) => grouped.format(n);

const two = (n) => String(Math.floor(n)).padStart(2, "0");

/** 08:12:05 */
export function clock(ms) {
  const at = new Date(ms);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}

/** 08:12, or with its date where that is another one. */
export function moment(ms, now) {
  const at = new Date(ms);
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  const day = at.toISOString().slice(0, 10);
  return day === new Date(now).toISOString().slice(0, 10) ? time : `${day} ${time}`;
}

export function exact(ms, now) {
  const at = new Date(ms);
  const day = at.toISOString().slice(0, 10);
  return day === new Date(now).toISOString().slice(0, 10) ? clock(ms) : `${day} ${clock(ms)}`;
}

/** 12:31 or 1:12:31; from two days on in days and hours. */
export function countdown(ms) {
  const s = Math.max(0, Math.ceil(ms / 1000));
  if (s >= 172800) return t("span.days", { d: Math.floor(s / 86400), h: Math.floor((s % 86400) / 3600) });
  const hours = Math.floor(s / 3600);
  const rest = `${two((s % 3600) / 60)}:${two(s % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

/** 45 s, 12 min, 3 h 05 min, 2 d 4 h */
export function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return t("span.seconds", { s });
  const m = Math.floor(s / 60);
  if (m < 60) return t("span.minutes", { m });
  const h = Math.floor(m / 60);
  if (h < 48) return t("span.hours", { h, m: m % 60 });
  return t("span.days", { d: Math.floor(h / 24), h: h % 24 });
}

/** An ISO 8601 duration as one says it. */
export function duration(text) {
  const parts = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(text) ?? [];
  const words = [
    [parts[1], "h"],
    [parts[2], "min"],
    [parts[3], "s"],
  ];
  const said = words.filter(([n]) => n !== undefined).map(([n, unit]) => `${Number(n)}\u00a0${unit}`);
  return said.join("\u00a0") || text;
}

export const ms = (text) => Date.parse(text);

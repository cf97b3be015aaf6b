// Every text of the page stands in texts.json.

let texts = {};

export async function loadTexts() {
  texts = await (await fetch("/static/texts.json")).json();
}

/** Return a text with its places filled; one of several words may have a form for 1. */
export function t(key, values = {}) {
  const one = values.n === "1" && texts[`${key}.one`];
  const text = one || texts[key];
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

export const has = (key) => Object.hasOwn(texts, key);

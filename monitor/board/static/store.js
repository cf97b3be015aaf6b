// What the board knows: a copy of the server's document, kept up by merge patches (RFC 7396).

const HISTORY_MOST = 120;
const PARTS = ["outages", "crossings", "obligations"];

/** Apply a merge patch; the result has no prototype, for names come from outside. */
export function merged(target, patch) {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const result = Object.assign(Object.create(null), isRecord(target) ? target : null);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}

const isRecord = (value) =>
  value !== null && typeof value === "object" && !Array.isArray(value);

export class Store {
  constructor() {
    this.outages = new Map();
    this.crossings = new Map();
    this.obligations = new Map();
    this.health = { state: "loading" };
    this.speed = 1;
    this.offset = null;
    this.loaded = false;
    this.listeners = [];
  }

  /** Call back with the ids that changed, by part; after a load with all of them. */
  onChange(listener) {
    this.listeners.push(listener);
  }

  /** The time in which outages happen, in milliseconds: the server's, running on. */
  now() {
    return this.offset === null ? Date.now() : this.offset + performance.now() * this.speed;
  }

  load(document) {
    const changed = this._empty();
    for (const part of PARTS) {
      for (const name of this[part].keys()) changed[part].add(name);
      this[part] = new Map(Object.entries(document[part]).map(([id, row]) => [id, merged(null, row)]));
      for (const name of this[part].keys()) changed[part].add(name);
    }
    this.loaded = true;
    this._head(document);
    this._tell(changed, true);
  }

  take(message) {
    this._head(message);
    if (!this.loaded) return;
    const changed = this._empty();
    for (const part of PARTS) {
      for (const [id, patch] of Object.entries(message[part] ?? {})) {
        changed[part].add(id);
        this._one(this[part], id, patch);
      }
    }
    this._tell(changed, false);
  }

  _one(rows, id, patch) {
    if (patch === null) {
      rows.delete(id);
      return;
    }
    const row = merged(rows.get(id), patch);
    if (patch.last?.length) row.history = grown(row.history ?? [], patch.last);
    rows.set(id, row);
  }

  _head(message) {
    this.speed = message.speed;
    this.offset = message.now - performance.now() * message.speed;
    this.health = message.health;
  }

  _empty() {
    return { outages: new Set(), crossings: new Set(), obligations: new Set() };
  }

  _tell(changed, all) {
    for (const listener of this.listeners) listener(changed, all);
  }
}

function grown(history, point) {
  const points = history.filter((known) => known[0] < point[0]);
  points.push(point);
  if (points.length <= HISTORY_MOST) return points;
  return points.filter((_, place) => place % 2 === 0 || place === points.length - 1);
}

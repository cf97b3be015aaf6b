// The line to the board: read the page once, then what changes. A lost line is shown and mended;
// what was missed meanwhile is sent first.

const WAIT_FIRST_MS = 1000;
const WAIT_MOST_MS = 15000;
// The server says something every two seconds.
const SILENT_MS = 8000;

export class Connection {
  constructor(store, onState) {
    this.store = store;
    this.onState = onState;
    this.seen = null;
    this.source = null;
    this.waitMs = WAIT_FIRST_MS;
    this.lostAt = null;
    this.heardAt = performance.now();
    setInterval(() => this._watch(), 2000);
    addEventListener("online", () => this._again(0));
    addEventListener("pageshow", (event) => event.persisted && this._again(0));
  }

  async start() {
    try {
      if (this.seen === null) await this._read();
      this._listen();
    } catch {
      this._lost();
    }
  }

  async _read() {
    const answer = await fetch("/api/board", { cache: "no-store" });
    if (answer.status === 401) {
      location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
      throw new Error("log in first");
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const page = await answer.json();
    this.seen = page.seen;
    this.store.load(page);
  }

  _listen() {
    this.source?.close();
    const source = new EventSource(`/api/stream?after=${encodeURIComponent(this.seen)}`);
    this.source = source;
    this.heardAt = performance.now();
    source.onmessage = (event) => {
      this._heard();
      if (event.lastEventId) this.seen = event.lastEventId;
      this.store.take(JSON.parse(event.data));
    };
    source.addEventListener("resync", () => {
      source.close();
      this.seen = null;
      this.start();
    });
    // We wait ourselves: a browser gives up for good on some answers.
    source.onerror = () => {
      source.close();
      if (source === this.source) this._lost();
    };
  }

  _heard() {
    this.heardAt = performance.now();
    this.waitMs = WAIT_FIRST_MS;
    if (this.lostAt !== null) {
      this.lostAt = null;
      this.onState(null);
    }
  }

  _lost() {
    this.lostAt ??= performance.now();
    this.onState(this.lostAt);
    // Not all pages at the same moment.
    this._again(this.waitMs * (0.5 + Math.random() / 2));
    this.waitMs = Math.min(WAIT_MOST_MS, this.waitMs * 2);
  }

  _again(afterMs) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this._reopen(), afterMs);
  }

  async _reopen() {
    // A login that has ended is noticed here: the stream itself cannot say so.
    try {
      const answer = await fetch("/api/me", { cache: "no-store" });
      if (answer.status === 401) this.seen = null;
    } catch {
      this._lost();
      return;
    }
    this.start();
  }

  _watch() {
    if (this.source && this.lostAt === null && performance.now() - this.heardAt > SILENT_MS) {
      this.source.close();
      this._lost();
    }
  }
}

// The page, put together.

import { Acknowledge, post } from "./acknowledge.js";
import { Alerts } from "./alerts.js";
import { Connection } from "./connection.js";
import { Detail } from "./detail.js";
import { byId, setAttribute, setText } from "./dom.js";
import { Duties } from "./duties.js";
import { Feed, isUnseen } from "./feed.js";
import { Filters } from "./filters.js";
import { List } from "./list.js";
import { Store } from "./store.js";
import { Summary } from "./summary.js";
import { loadTexts, t } from "./texts.js";

const THEMES = ["auto", "dark", "light"];

await loadTexts();
const store = new Store();
const asks = new Acknowledge();
const acknowledge = (crossings, button) => asks.open(crossings, button);
const filters = new Filters(store, () => everything());
const unseen = new Map();
const duties = new Duties(store);
const list = new List(store, filters, duties, (id) => unseen.get(id) ?? 0);
const feed = new Feed(store, filters, acknowledge);
const summary = new Summary(store, filters, duties);
const detail = new Detail(store, acknowledge);
const alerts = new Alerts(store);

store.onChange((changed, all) => {
  if (changed.crossings.size) countUnseen();
  const pressed = changed.obligations.size ? duties.update(changed.obligations) : [];
  list.update(changed, pressed);
  feed.update(changed, all);
  detail.update(changed, all);
  alerts.update(changed, all);
  if (all || changed.outages.size || changed.crossings.size || changed.obligations.size) {
    filters.options();
    summary.update();
    title();
  }
});

function countUnseen() {
  unseen.clear();
  for (const row of store.crossings.values()) {
    if (isUnseen(row)) unseen.set(row.outage_id, (unseen.get(row.outage_id) ?? 0) + 1);
  }
}

function everything() {
  list.arrange();
  feed.arrange();
  summary.update();
}

function title() {
  const key = detail.id?.slice(0, detail.id.lastIndexOf("@"));
  if (key) document.title = t("app.title.outage", { key });
  else document.title = summary.unseen ? t("app.title.unseen", { n: summary.unseen }) : t("app.title");
}

// -- which outage is looked at

async function route({ focus }) {
  const id = location.pathname === "/outage" ? new URLSearchParams(location.search).get("id") : null;
  byId("list-view").hidden = id !== null;
  byId("detail-view").hidden = id === null;
  document.body.classList.toggle("one", id !== null);
  view("outages");
  if (id === null) detail.close();
  else await detail.open(id);
  title();
  if (focus) {
    scrollTo(0, 0);
    (byId("detail-view").querySelector("h1") ?? byId("main")).focus({ preventScroll: true });
  }
}

addEventListener("popstate", () => route({ focus: true }));
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-route]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const address = new URL(link.href);
  for (const name of ["country", "authority", "service"]) {
    if (filters.wanted[name]) address.searchParams.set(name, filters.wanted[name]);
  }
  history.pushState(null, "", address);
  route({ focus: true });
});

// -- what a small screen shows

function view(name) {
  byId("main").dataset.view = name;
  setAttribute(byId("view-outages"), "aria-pressed", String(name === "outages"));
  setAttribute(byId("view-feed"), "aria-pressed", String(name === "feed"));
}
byId("view-outages").addEventListener("click", () => view("outages"));
byId("view-feed").addEventListener("click", () => view("feed"));

// -- theme

function themed(name) {
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  setText(byId("theme-text"), t(`tools.theme.${name}`));
  setAttribute(byId("theme"), "aria-label", t("tools.theme.label", { name: t(`tools.theme.${name}`) }));
}
byId("theme").addEventListener("click", () => {
  const now = document.documentElement.dataset.theme ?? "auto";
  const next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
  try {
    localStorage.setItem("theme", next);
  } catch {
    // It holds until the page is closed.
  }
  themed(next);
});
themed(document.documentElement.dataset.theme ?? "auto");

// -- who looks

async function whoAmI() {
  const answer = await fetch("/api/me", { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const me = await answer.json();
  asks.me = me.name;
  byId("logout").hidden = !me.logout;
}
byId("logout").addEventListener("click", async () => {
  await post("/api/logout", {});
  location.assign("/login");
});

// -- go

const connection = new Connection(store, (lostAt) => {
  summary.lostAt = lostAt;
  summary.tick(store.now());
  if (lostAt === null && detail.id !== null) detail._askSoon();
});
await route({ focus: false });
await connection.start();
whoAmI();
setInterval(() => {
  const now = store.now();
  if (!document.hidden) {
    list.tick(now);
    detail.tick(now);
  }
  summary.tick(now);
}, 1000 / Math.min(4, Math.max(1, store.speed)));
document.documentElement.dataset.ready = "true";

// The login: the token once, and a cookie that scripts cannot read.

import { post } from "./acknowledge.js";
import { byId, setText } from "./dom.js";

const wanted = new URLSearchParams(location.search).get("next") ?? "/";
// Only to a page of this board.
const next = wanted.startsWith("/") && !wanted.startsWith("//") && !wanted.startsWith("/\\") ? wanted : "/";

// Whoever is logged in already, and came by a link from elsewhere, goes on.
const answer = await fetch("/api/me", { cache: "no-store" }).catch(() => null);
if (answer?.ok) location.replace(next);

byId("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  setText(byId("problem"), "");
  try {
    await post("/api/login", { name: byId("name").value.trim(), token: byId("token").value });
    location.replace(next);
  } catch (error) {
    setText(byId("problem"), error.message);
    byId("token").select();
  }
});

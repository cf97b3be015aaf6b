// Which outages and notifications are shown: by country, authority and service. They stand in the
// address, so that a screen shows the same after a reload.

import { byId, h } from "./dom.js";
import { authorities, services, serviceText } from "./outage.js";
import { t } from "./texts.js";

const NAMES = ["country", "authority", "service"];

export class Filters {
  constructor(store, onChange) {
    this.store = store;
    this.wanted = {};
    const given = new URLSearchParams(location.search);
    for (const name of NAMES) {
      this.wanted[name] = given.get(name) ?? "";
      this._select(name).addEventListener("change", (event) => this._set(name, event.target.value, onChange));
    }
    byId("filters").addEventListener("reset", (event) => {
      event.preventDefault();
      for (const name of NAMES) this.wanted[name] = "";
      this._shown(onChange);
      this._select("country").focus();
    });
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
  }

  _select(name) {
    return byId(`filter-${name}`);
  }

  _set(name, value, onChange) {
    this.wanted[name] = value;
    this._shown(onChange);
  }

  _shown(onChange) {
    const address = new URL(location.href);
    for (const name of NAMES) {
      if (this.wanted[name]) address.searchParams.set(name, this.wanted[name]);
      else address.searchParams.delete(name);
    }
    history.replaceState(history.state, "", address);
    this.options();
    onChange();
  }

  active() {
    return NAMES.some((name) => this.wanted[name]);
  }

  /** Offer what there is, and what was chosen even if it is not there now. */
  options() {
    const found = { country: new Set(), authority: new Set(), service: new Set() };
    for (const row of this.store.outages.values()) {
      found.country.add(row.country);
      for (const authority of authorities(row)) found.authority.add(authority);
      for (const service of services(row)) found.service.add(service);
    }
    for (const row of this.store.crossings.values()) {
      found.country.add(row.country);
      found.authority.add(row.authority);
    }
    for (const name of NAMES) this._offer(name, found[name]);
    byId("filter-reset").hidden = !this.active();
  }

  _offer(name, values) {
    const select = this._select(name);
    if (this.wanted[name]) values.add(this.wanted[name]);
    const offered = ["", ...[...values].sort()];
    if (select.dataset.offered !== offered.join("\n")) {
      select.dataset.offered = offered.join("\n");
      const words = (value) => (name === "service" ? serviceText(value) : value);
      select.replaceChildren(...offered.map((value) => h("option", { value }, value ? words(value) : t("filters.all"))));
    }
    select.value = this.wanted[name];
  }

  fits(row) {
    const { country, authority, service } = this.wanted;
    return (
      (!country || row.country === country) &&
      (!authority || authorities(row).has(authority)) &&
      (!service || service in row.affected)
    );
  }

  fitsDuty(duty) {
    const { country, authority } = this.wanted;
    return (!country || duty.country === country) && (!authority || duty.authority === authority);
  }

  fitsCrossing(row) {
    const { country, authority, service } = this.wanted;
    return (
      (!country || row.country === country) &&
      (!authority || row.authority === authority) &&
      (!service || service in row.affected)
    );
  }
}

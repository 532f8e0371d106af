// Whether there is a connection: noticed when it is lost, tried again by itself, and what was taken
// meanwhile brought to the ledger before anything else.
import { ask, NoAnswer, Refused } from "./asking.js";
import * as offline from "./offline.js";
import * as store from "./store.js";

const TICK_MS = 5_000;
const SHORT_MS = 6_000; // how long an answer is waited for where one can go on without
const LIST_EVERY_MS = 15 * 60_000;
const LIST_MS = 60_000;
const QUIET_ERRORS = new Set([401, 403, 409]);

export class Line {
  constructor(language, changed) {
    this.language = language;
    this.changed = changed;
    this.off = false;
    this.losses = 0;
    this.out = false; // the device is no till any more
    this.here = { why: "no-list" };
    this.claims = [];
    this.working = null;
    this.listed = 0;
    addEventListener("online", () => this.reach());
    addEventListener("offline", () => this.lost());
    setInterval(() => this.tick(), TICK_MS);
  }

  // Both ways: the ledger's answer, or without a connection the list's, told by `shown`.
  async either(online, alone, shown) {
    if (!this.off) {
      try {
        await this.look();
        return await online(this.here.why ? undefined : SHORT_MS);
      } catch (error) {
        if (!(error instanceof NoAnswer) || !error.cut) throw error;
        await this.lost();
        if (this.here.why) throw error;
      }
    }
    const told = shown(await alone());
    await this.look();
    if (told) return told;
    return online(SHORT_MS); // it may say nothing: the ledger has to
  }

  async me() {
    const losses = this.losses;
    const me = await ask("me", this.language());
    await offline.know(me);
    this.out = false;
    if (me.operator && !me.office) await offline.touch();
    await this.found(losses);
    return me;
  }

  // Opened without a connection: whose till this is, where something may be taken.
  async alone() {
    await this.lost();
    if (this.here.why) return null;
    const { device, operator } = await offline.remembersWho();
    return { store: device.store, hotline: device.hotline, operator };
  }

  begin() { this.reach(); }

  touch() { offline.touch().catch(() => {}); }

  async nobody() {
    await offline.nobody();
    await this.look();
  }

  async revoked() {
    this.out = true;
    await offline.revoked();
    await this.look();
  }

  // Said at once: whoever looked before it was lost must not say afterwards that it is there.
  async lost() {
    this.off = true;
    this.losses += 1;
    await this.look();
  }

  // An answer that was asked for before the line was lost does not say that it is there again.
  async found(losses) {
    if (losses === this.losses) this.off = false;
    await this.look();
  }

  async look() {
    try {
      this.claims = await store.claims();
      this.here = await offline.standing();
    } catch {
      this.here = { why: "browser" };
    }
    this.changed();
  }

  async tick() {
    if (this.off || this.claims.some(offline.unsent) || this.outdated()) {
      await this.reach();
    } else await this.look();
  }

  // Whichever way the clock was set meanwhile.
  outdated() { return Math.abs(Date.now() - this.listed) > LIST_EVERY_MS; }

  // Tries the line once; whoever asks meanwhile waits for the same try.
  reach() {
    this.working ??= this.tried().catch(() => {}).finally(() => { this.working = null; });
    return this.working;
  }

  async tried() {
    const losses = this.losses;
    try {
      const me = await ask("me", this.language(), undefined, SHORT_MS);
      await offline.know(me);
      await this.found(losses);
      if (me.operator && !me.office) await this.exchanged();
    } catch (error) {
      if (error instanceof NoAnswer && error.cut) await this.lost();
      else if (error instanceof Refused && error.told.error === "till-devices.not-paired") {
        await this.found(losses);
        if ((await offline.remembersWho()).device) await this.revoked();
      } else throw error;
    }
  }

  async exchanged() {
    await offline.deliver(
      (claim) => ask("offline-claim", this.language(), claim),
      (error) => error instanceof Refused && error.status !== 401
        && error.told.error !== "till-page.too-often",
    );
    await this.look();
    if (!this.outdated() && !this.here.why) return;
    this.listed = Date.now();
    try {
      await offline.refresh(() => ask("offline-list", this.language(), {}, LIST_MS));
    } catch (error) {
      if (error instanceof Refused && error.told.error === "till-offline.online-only") {
        await offline.onlineOnly();
      } else if (!(error instanceof Refused && QUIET_ERRORS.has(error.status))) throw error;
    } finally {
      await this.look();
    }
  }
}

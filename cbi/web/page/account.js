// The shop's account, to be read: what it will be paid, its statements, what of them is disputed.
import { shownDigits } from "./figures.js";

const MOST = 200; // lines that the server tells

export class Account {
  constructor(page) {
    this.page = page;
    page.el("from-account").addEventListener("click", () => page.leave());
    page.el("from-part").addEventListener("click", () => this.part(false));
  }

  part(one) {
    const { el } = this.page;
    el("account-whole").hidden = one;
    el("account-part").hidden = !one;
    (one ? el("account-part-title") : el("account-whole").querySelector("h2")).focus();
  }

  list(id, items) {
    const { el, item, say } = this.page;
    el(id).replaceChildren(...(items.length ? items : [item([say("account-none")])]));
  }

  async begin() {
    const { el, ask, item, say, show } = this.page;
    const told = await ask("account");
    this.list("account-balances", told.balances.flatMap((one) => (
      ["unsettled", "payable", "paid"].map((name) => item([say(`account-${name}`), one[name]]))
    )));
    this.list("account-settlements", told.settlements.map((one) => item([
      one.number, one.amount, say("account-settled", { date: one.made }),
      ...(one.agreed ? [say("account-agreed", { amount: one.agreed })] : []),
      ...(one.left ? [
        say("account-left", { amount: one.left }),
        one.due ? say("account-due", { date: one.due }) : say("account-no-day"),
      ] : []),
      ...(one.paid ? [say("account-paid-on", { date: one.paid })] : []),
    ])));
    this.list("account-statements", told.statements.map((one) => this.statement(one)));
    show("account", el("account-whole").querySelector("h2"));
    this.part(false);
  }

  statement(one) {
    const { item, once, say } = this.page;
    const amounts = ["claimed", "accepted", "rejected", "pending"].filter((name) => one[name])
      .map((name) => say(`account-${name}`, { amount: one[name] }));
    const line = item([one.number, one.period, ...amounts,
      ...(one.checked ? [] : [say("account-checking")])]);
    if (one.checked && (one.rejected || one.pending)) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "second";
      button.textContent = say("account-show");
      button.setAttribute("aria-label", `${say("account-show")}: ${one.number}`);
      button.addEventListener("click", () => once(() => this.lines(one.number)));
      line.append(button);
    }
    return line;
  }

  async lines(number) {
    const { el, ask, item, say, texts } = this.page;
    const { lines } = await ask(`account-lines?number=${encodeURIComponent(number)}`);
    el("account-part-title").textContent = say("account-lines", { number });
    el("account-lines").replaceChildren(...(lines.length ? lines.map((one) => item([
      say("account-line-row", { place: one.place }), one.date, one.receipt, one.voucher,
      say("account-claimed", { amount: one.claimed }),
      ...(one.accepted ? [say("account-accepted", { amount: one.accepted })] : []),
      say(one.waits ? "account-line-waits" : "account-line-rejected"),
      say(`account-why-${one.why}`),
    ].filter(Boolean), one.waits ? "" : "wrong")) : [item([say("account-lines-none")])]));
    el("account-most").hidden = lines.length < MOST;
    el("account-most").textContent = say("account-lines-most", {
      count: shownDigits(String(MOST), texts()),
    });
    this.part(true);
  }
}

// A manager's undo, later than a cashier's: the redemption is looked up by the number on the shop's
// receipt, shown whole, and undone with a reason and a fresh code of the second factor.
export class LaterUndo {
  constructor(page) {
    this.page = page;
    const { el, once } = page;
    el("later-find").addEventListener("submit", (event) => {
      event.preventDefault();
      once(() => this.look());
    });
    el("later-do").addEventListener("submit", (event) => {
      event.preventDefault();
      once(() => this.undo());
    });
    el("from-later").addEventListener("click", () => once(() => page.home()));
  }

  begin() {
    const { el, show } = this.page;
    for (const form of ["later-find", "later-do"]) el(form).reset();
    show("later", el("later-number"));
    this.part("find");
  }

  part(name) {
    const { el } = this.page;
    for (const one of ["find", "told", "do"]) {
      el(`later-${one}`).hidden = name === "find" ? one !== "find" : one === "find";
    }
  }

  async look() {
    const { el, ask, item, say, tell } = this.page;
    const number = encodeURIComponent(el("later-number").value);
    const told = await ask(`redemption?number=${number}`);
    tell("");
    this.redemption = told.redemption;
    el("later-amount").textContent = told.amount;
    el("later-facts").replaceChildren(...[
      [told.redemption], [told.at], [say("later-receipt"), told.receipt],
      [say("later-cashier"), told.operator],
    ].map((parts) => item(parts)));
    this.part("do");
    if (told.reversed) {
      el("later-do").hidden = true;
      tell(say("later-undone"));
    } else el("later-reason").focus();
  }

  async undo() {
    const { el, ask, answer } = this.page;
    const code = el("later-code").value;
    el("later-code").value = "";
    answer(await ask("later-undo", {
      redemption: this.redemption, reason: el("later-reason").value, code,
    }), "done");
  }
}

// Weights and languages: what is here, what can be fetched, and how far that is.

import { el, need, setAttribute, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { api } from "./api.js";
import { USUAL_SIZES, endText, errandText, hintText, inBytes, pairName, sizeFacts, weightsFacts } from "./weights-words.js";

/** @typedef {import("./api.js").Errand} Errand */

const LOOK_EVERY_MS = 1000;

export class WeightsPanel {
  /** @param {() => Promise<void>} onChanged what can be chosen for a meeting is another now */
  constructor(onChanged) {
    this.onChanged = onChanged;
    /** @type {import("./api.js").Stock | null} */
    this.stock = null;
    this.$chosen = /** @type {HTMLSelectElement} */ (need("weights"));
    this.$chosen.addEventListener("change", () => this.showHint());
    this.$panel = /** @type {HTMLDetailsElement} */ (need("stock"));
    this.$now = need("stock-now");
    /** @type {number | null} the errand whose end has not been told yet */
    this.following = null;
    this.timer = 0;
    this.$problem = el("p", { class: "problem", role: "alert" });
    this.$said = el("p", { class: "stock-said", role: "status" });
    this.$progressText = el("span", { id: "stock-progress" });
    this.$progress = el("progress", { max: 1, "aria-labelledby": "stock-progress" });
    this.$cancel = button("stock.cancel", () => this.cancel());
    this.$errand = el("div", { class: "stock-errand", hidden: true }, this.$progressText, this.$progress, this.$cancel);
    this.$here = el("ul", { class: "stock-list" });
    this.$disk = el("p", { class: "quiet" });
    this.$advice = el("p", {});
    this.$measure = button("stock.measure", () => this.begin("measure", ""));
    this.$sizes = el("ul", { class: "stock-list" });
    this.$pairs = /** @type {HTMLSelectElement} */ (el("select", { id: "stock-pair" }));
    this.$offers = el("div", { hidden: true }, this.field("stock.pair", "stock-pair", this.$pairs, "stock.fetch", () => this.begin("pull", this.$pairs.value)));
    this.$ask = button("stock.ask", () => this.askIndex());
    this.$panel.append(...this.parts());
    this.$panel.addEventListener("toggle", () => this.$panel.open && this.refresh());
  }

  parts() {
    const $other = /** @type {HTMLInputElement} */ (el("input", { id: "stock-other", type: "text", autocomplete: "off", spellcheck: "false" }));
    const $path = /** @type {HTMLInputElement} */ (el("input", { id: "stock-path", type: "text", autocomplete: "off", spellcheck: "false", "aria-describedby": "stock-stick" }));
    return [
      this.$problem, this.$said, this.$errand,
      section("stock.here", this.$here, this.$disk, button("stock.verify", () => this.begin("verify", ""))),
      section("stock.fetch_weights", this.$advice, this.$measure, this.$sizes,
        this.field("stock.other", "stock-other", $other, "stock.fetch", () => this.begin("pull", $other.value))),
      section("stock.fetch_languages", el("p", { class: "quiet" }, t("stock.pivot")), this.$ask, this.$offers),
      section("stock.stick", el("p", { id: "stock-stick", class: "quiet" }, t("stock.stick_help")),
        this.field("stock.path", "stock-path", $path, "stock.take_in", () => this.begin("import", $path.value))),
    ];
  }

  /** With nothing that hears people, this is what a host needs first. */
  async open() {
    this.$panel.hidden = false;
    const stock = await this.refresh();
    if (stock && stock.weights.every((card) => card.demo)) this.$panel.open = true;
  }

  async refresh() {
    try {
      const stock = await api.stock();
      this.show(stock);
      this.follow(stock.errand);
      return stock;
    } catch (error) {
      this.tell(error);
      return null;
    }
  }

  /** @param {import("./api.js").Stock} stock */
  show(stock) {
    this.stock = stock;
    this.showHint();
    this.$here.replaceChildren(
      ...stock.weights.map((card) => this.item(card.name, weightsFacts(card), this.hint(card), card.removable)),
      ...stock.packages.map((card) => this.item(card.name, `${pairName(card)} · ${t("stock.disk", { size: inBytes(card.size_bytes) })}`, "", true)),
      ...stock.half_fetched.map(({ name, bytes }) => this.item(name, t("stock.half", { size: inBytes(bytes) }), "", true, true)),
      ...stock.broken.map((sentence) => el("li", { class: "stock-hint" }, sentence)),
    );
    setText(this.$disk, t("stock.room", { used: inBytes(stock.used_bytes), free: inBytes(stock.free_bytes), folder: stock.folder }));
    setText(this.$advice, t(stock.measured ? "stock.reckoned" : "stock.unmeasured"));
    setText(this.$measure, t(stock.measured ? "stock.measure_again" : "stock.measure"));
    this.$sizes.replaceChildren(
      ...stock.sizes.filter((card) => USUAL_SIZES.includes(card.name)).map((card) => {
        const $mark = card.recommended && el("strong", { class: "stock-mark" }, t("stock.recommended"));
        const $do = card.here ? el("span", { class: "quiet" }, t("stock.is_here")) : button("stock.fetch", () => this.begin("pull", card.name), card.name);
        return el("li", {}, el("div", {}, el("strong", {}, card.name), $mark, el("p", { class: "quiet" }, sizeFacts(card))), $do);
      }),
    );
  }

  /** Beside the choice of weights for the next meeting. */
  showHint() {
    const card = this.stock?.weights.find(({ name }) => name === this.$chosen.value);
    setText(need("weights-hint"), card ? this.hint(card) : "");
  }

  /** @param {import("./api.js").WeightsCard} card */
  hint(card) {
    return hintText(card, this.stock?.sizes.find((size) => size.recommended)?.name ?? "");
  }

  /**
   * @param {string} name
   * @param {string} facts
   * @param {string} hint
   * @param {boolean} isRemovable
   * @param {boolean} [isHalf] whether it can be gone on with
   */
  item(name, facts, hint, isRemovable, isHalf = false) {
    const $buttons = el("span", { class: "buttons" });
    const $remove = button("stock.remove", () => $buttons.replaceChildren($really, $keep), name);
    const $really = button("stock.really", () => this.remove(name), name);
    const $keep = button("stock.keep", () => {
      $buttons.replaceChildren(...rest);
      $remove.focus();
    }, name);
    $really.classList.add("danger");
    const $go_on = isHalf && button("stock.go_on", () => this.begin("pull", name), name);
    const rest = [...($go_on ? [$go_on] : []), ...(isRemovable ? [$remove] : [])];
    $buttons.append(...rest);
    $remove.addEventListener("click", () => $really.focus());
    return el("li", {}, el("div", {}, el("strong", { dir: "auto" }, name), el("p", { class: "quiet" }, facts), hint && el("p", { class: "stock-hint" }, hint)), $buttons);
  }

  /** @param {string} kind @param {string} name */
  async begin(kind, name) {
    if (!name.trim() && (kind === "pull" || kind === "import")) return;
    this.tell(null);
    try {
      this.follow((await api.beginErrand(kind, name.trim())).errand);
      this.$cancel.focus();
    } catch (error) {
      this.tell(error);
    }
  }

  async cancel() {
    try {
      this.follow((await api.cancelErrand()).errand);
    } catch (error) {
      this.tell(error);
    }
  }

  /** @param {string} name */
  async remove(name) {
    this.tell(null);
    try {
      await api.removeWeights(name);
      setText(this.$said, t("stock.removed", { name }));
      await this.onChanged();
      this.showHint();
    } catch (error) {
      this.tell(error);
    }
    await this.refresh();
    this.$panel.querySelector("summary")?.focus();
  }

  async askIndex() {
    this.tell(null);
    setAttribute(this.$ask, "disabled", true);
    try {
      const { packages } = await api.offers();
      const missing = packages.filter((offer) => !offer.here);
      this.$pairs.replaceChildren(...missing.map((offer) => el("option", { value: offer.name }, pairName(offer))));
      this.$offers.hidden = missing.length === 0;
      setText(this.$said, t("stock.pairs", { count: missing.length }));
      if (missing.length > 0) this.$pairs.focus();
    } catch (error) {
      this.tell(error);
    }
    setAttribute(this.$ask, "disabled", false);
  }

  /** Shows how far it is until it is over, also when the page was loaded in the midst of it. @param {Errand | null} errand */
  follow(errand) {
    // An answer that was asked for before the errand began knows nothing of it.
    if (this.following !== null && (errand?.id ?? 0) < this.following) return;
    clearTimeout(this.timer);
    const isRunning = errand?.state === "running";
    const hadFocus = this.$errand.contains(document.activeElement);
    this.$errand.hidden = !isRunning;
    setText(this.$now, isRunning && errand ? errandText(errand) : "");
    if (errand && isRunning) {
      this.following = errand.id;
      setText(this.$progressText, errandText(errand));
      setAttribute(this.$progress, "value", errand.total > 0 ? (errand.here / errand.total).toFixed(3) : null);
      this.timer = window.setTimeout(() => this.look(), LOOK_EVERY_MS);
      return;
    }
    if (errand && this.following === errand.id) this.end(errand);
    this.following = null;
    if (hadFocus) this.$panel.querySelector("summary")?.focus();
  }

  async look() {
    try {
      this.follow((await api.errand()).errand);
    } catch {
      this.timer = window.setTimeout(() => this.look(), 3 * LOOK_EVERY_MS); // the service may come back
    }
  }

  /** @param {Errand} errand */
  async end(errand) {
    this.following = null;
    if (errand.state === "failed") this.tell(new Error(endText(errand)));
    else setText(this.$said, endText(errand));
    await this.onChanged().catch(() => {});
    await this.refresh();
  }

  /** @param {unknown} error null takes the last one away */
  tell(error) {
    setText(this.$problem, error instanceof Error ? error.message : "");
    setText(this.$said, "");
    if (error) this.$problem.scrollIntoView({ block: "nearest" });
  }

  /**
   * A field with its button; Enter presses it.
   *
   * @param {string} label
   * @param {string} id
   * @param {HTMLElement} $control
   * @param {string} action
   * @param {() => void} act
   */
  field(label, id, $control, action, act) {
    const $form = el("form", { class: "stock-field" }, el("label", { for: id }, t(label)), $control, el("button", {}, t(action)));
    $form.addEventListener("submit", (event) => {
      event.preventDefault();
      act();
    });
    return $form;
  }
}

/** @param {string} title @param {...HTMLElement} children */
function section(title, ...children) {
  return el("section", {}, el("h2", {}, t(title)), ...children);
}

/** @param {string} key @param {() => void} act @param {string} [about] for those who hear it apart from its row */
function button(key, act, about = "") {
  const $button = el("button", { type: "button", "aria-label": about && `${t(key)}: ${about}` || null }, t(key));
  $button.addEventListener("click", act);
  return $button;
}

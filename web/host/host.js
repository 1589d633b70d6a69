// The host's page: a meeting that runs is shown, otherwise one can be started.

import { need, setText } from "../shared/dom.js";
import { loadStrings, t } from "../shared/i18n.js";
import { pageLanguageField } from "../shared/page-language-field.js";
import { After } from "./after.js";
import { api } from "./api.js";
import { askToDelete } from "./caption-tools.js";
import { CheckPage } from "./check.js";
import { OldMeeting } from "./old-meeting.js";
import { Running } from "./running.js";
import { Setup } from "./setup.js";
import { Views } from "./views.js";
import { WeightsPanel } from "./weights.js";

const TRY_AGAIN_MS = 2000;

/** @param {unknown} error null takes the last one away */
function showProblem(error) {
  const $problem = need("problem");
  setText($problem, error instanceof Error ? error.message : "");
  if (error) $problem.scrollIntoView({ block: "nearest" });
}

class HostPage {
  constructor() {
    /** @type {Running | null} */
    this.running = null;
    /** @type {"host" | "helper"} */
    this.role = "host";
    this.setup = new Setup((meeting) => this.run(meeting), showProblem);
    this.check = new CheckPage(this.setup, () => this.running, showProblem);
    this.after = new After((meeting) => this.old.read(meeting), showProblem);
    this.old = new OldMeeting(
      () => { need("after-list").hidden = true; },
      () => this.views.show("after"),
      (id) => this.openEarlier(id),
      showProblem,
    );
    this.views = new Views((name) => this.showView(name), (name) => this.choose(name));
    this.weights = new WeightsPanel(async () => this.setup.showWeights(await api.weights()));
    this.$dialog = /** @type {HTMLDialogElement} */ (need("end-dialog"));
    need("end").addEventListener("click", () => this.$dialog.showModal());
    need("broken-end").addEventListener("click", () => this.$dialog.showModal());
    need("end-no").addEventListener("click", () => this.$dialog.close());
    need("end-yes").addEventListener("click", () => this.end());
    need("new-meeting").addEventListener("click", () => this.prepare());
    need("check-done").addEventListener("click", () => this.views.show("meeting"));
    need("resume").addEventListener("click", () => this.resume());
    need("delete-meeting").addEventListener("click", () => this.askToDelete());
  }

  async open() {
    const { meetings, role } = await api.meetings();
    this.role = role;
    const current = meetings.find((meeting) => meeting.state !== "ended");
    showProblem(null);
    if (role === "helper" && !current) return this.wait();
    need("loading").hidden = true;
    if (current) await this.run(current);
    else await this.prepare();
    if (role === "helper") return;
    need("views").hidden = false;
    await this.weights.open();
  }

  /** A helper reads along as soon as there is a meeting. */
  wait() {
    setText(need("loading"), t("helper.waiting"));
    setTimeout(() => begin(this), TRY_AGAIN_MS);
  }

  async prepare() {
    this.running?.stop();
    this.running = null;
    this.views.nameMeeting(false);
    this.views.show("meeting");
    document.title = t("host.title");
    showProblem(null);
    await this.setup.show();
  }

  /** @param {import("./api.js").Meeting} meeting */
  async run(meeting) {
    this.setup.hide();
    this.views.show("meeting");
    showProblem(null);
    document.title = meeting.title;
    const { colours } = await api.palette().catch(() => ({ colours: this.setup.colours }));
    this.running = new Running(meeting, colours, showProblem, this.role);
    this.running.start();
    this.views.nameMeeting(!this.running.isOver);
    window.scrollTo(0, 0);
  }

  /** Who has looked at a meeting that is over wants another one. @param {import("./views.js").ViewName} name */
  choose(name) {
    if (name === "meeting" && this.running?.isOver) this.prepare();
    else this.views.show(name);
  }

  /** @param {import("./views.js").ViewName} name */
  showView(name) {
    showProblem(null);
    this.views.nameMeeting(this.running !== null && !this.running.isOver);
    this.old.close();
    need("after-list").hidden = false;
    if (name === "check") this.check.open();
    else this.check.close();
    if (name === "after") this.after.show();
  }

  /** To correct or delete its lines. @param {string} id */
  async openEarlier(id) {
    try {
      const meeting = await api.meeting(id);
      this.running?.stop();
      await this.run(meeting);
    } catch (error) {
      showProblem(error);
    }
  }

  /** A meeting that broke off. */
  async resume() {
    if (!this.running) return;
    const $resume = /** @type {HTMLButtonElement} */ (need("resume"));
    $resume.disabled = true;
    setText($resume, t("broken.resuming"));
    try {
      const meeting = await api.resume(this.running.meeting.id);
      this.running.stop();
      await this.run(meeting);
    } catch (error) {
      showProblem(error);
    }
    $resume.disabled = false;
    setText($resume, t("broken.resume"));
  }

  askToDelete() {
    if (!this.running) return;
    const { id, title } = this.running.meeting;
    const act = async () => {
      await api.deleteMeeting(id);
      await this.prepare();
    };
    askToDelete(t("delete.meeting", { title }), act, showProblem);
  }

  async end() {
    if (!this.running) return;
    const $yes = /** @type {HTMLButtonElement} */ (need("end-yes"));
    $yes.disabled = true;
    setText($yes, t("end.ending"));
    try {
      await api.end(this.running.meeting.id);
      this.views.nameMeeting(false);
      showProblem(null);
    } catch (error) {
      showProblem(error);
    }
    $yes.disabled = false;
    setText($yes, t("end.yes"));
    this.$dialog.close();
  }
}

/** @param {HostPage | null} page */
async function begin(page = null) {
  let opened = page;
  try {
    if (!opened) {
      await loadStrings();
      need("page-language-place").replaceChildren(pageLanguageField());
      opened = new HostPage();
    }
    await opened.open();
  } catch (error) {
    need("loading").hidden = true;
    showProblem(error);
    setTimeout(() => begin(opened), TRY_AGAIN_MS);
  }
}

begin();

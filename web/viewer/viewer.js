// The viewers' page begins here: captions first, everything else once they are on their way.

import { loadStrings } from "../shared/i18n.js";
import { ViewerPage } from "./page.js";

const TRY_AGAIN_MS = 2000;

/**
 * What the page has beside its captions. Each part fills its own places in index.html, listens with
 * `page.onEvent`, `page.onSettings`, `page.onDraw`, and changes settings with `page.change`. They are
 * fetched after the captions: nobody waits for a button.
 *
 * @param {ViewerPage} page
 */
function mountParts(page) {
  return Promise.all([
    import("./settings-panel.js").then(({ mountSettings }) => mountSettings(page)),
    import("./language.js").then(({ mountLanguage }) => mountLanguage(page)),
    import("./asking.js").then(({ mountAsking }) => mountAsking(page)),
    import("./hearing.js").then(({ mountHearing }) => mountHearing(page)),
    import("./answer.js").then(({ mountAnswer }) => mountAnswer(page)),
    import("./place.js").then(({ mountPlace }) => mountPlace(page)),
    import("./awake.js").then(({ mountAwake }) => mountAwake(page)),
  ]);
}

/** The texts of the page in the reader's language; until they are there the English ones of the file. @param {ViewerPage} page */
async function begin(page) {
  try {
    const [{ Bar }] = await Promise.all([import("./bar.js"), loadStrings()]);
    page.showBar(new Bar(page.path));
    await mountParts(page);
  } catch (error) {
    console.warn(error);
    setTimeout(() => begin(page), TRY_AGAIN_MS);
  }
}

const code = /^\/m\/([^/]+)/.exec(location.pathname);
/** The page of this tab. */
export const page = new ViewerPage(code ? `/m/${code[1]}` : location.pathname);
page.start();
begin(page);

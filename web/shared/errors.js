// What can go wrong on a page: a stable code and one sentence for a person.

export class CaptionerError extends Error {
  /**
   * @param {string} code never changes once published
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = this.constructor.name;
    this.code = code;
  }
}

/** Something that came over the wire and is not understood. */
export class WireError extends CaptionerError {}

/** The page lacks an element, or the browser a feature, that it cannot do without. */
export class SupportError extends CaptionerError {}

// The last seconds of this phone's sound, until the server has them. Pure.

/** So much is kept while the line is cut; the server counts on it. */
export const BUFFER_S = 10;

export class SendBuffer {
  /** @param {number} most samples that are kept */
  constructor(most) {
    this.most = most;
    /** @type {{at: number, samples: Int16Array}[]} */
    this.chunks = [];
    /** Number of the sample that comes next, from 0. */
    this.end = 0;
    /** Samples that were given up because there was no room. */
    this.lost = 0;
  }

  /** Number of the oldest sample that is kept. */
  get start() {
    return this.chunks.length > 0 ? this.chunks[0].at : this.end;
  }

  get held() {
    return this.end - this.start;
  }

  /** @param {Int16Array} samples */
  add(samples) {
    this.chunks.push({ at: this.end, samples });
    this.end += samples.length;
    this.trim(1);
  }

  /** Nothing was heard for so long: the numbers go on, and what is too old is given up. @param {number} samples */
  skip(samples) {
    this.end += samples;
    this.trim(0);
  }

  /** @param {number} least chunks that stay whatever their age */
  trim(least) {
    while (this.held > this.most && this.chunks.length > least) {
      this.lost += this.chunks[0].samples.length;
      this.chunks.shift();
    }
  }

  /** The server has everything before `next`. @param {number} next */
  forget(next) {
    while (this.chunks.length > 0) {
      const { at, samples } = this.chunks[0];
      if (at + samples.length > next) {
        if (at < next) this.chunks[0] = { at: next, samples: samples.subarray(next - at) };
        return;
      }
      this.chunks.shift();
    }
  }
}

// What is to be shown next: messages and notices in order, never more than the list can hold, held back while paused.

export class Journal {
  paused = false;
  skipped = 0; // dropped unseen since the last take(): they came faster than they could be shown, or while paused
  #limit;
  #waiting = [];

  constructor(limit) {
    this.#limit = limit;
  }

  get held() {
    return this.#waiting.length;
  }

  add(entry) {
    this.#waiting.push(entry);
    if (this.#waiting.length < 2 * this.#limit) return;
    this.skipped += this.#waiting.length - this.#limit; // cut in halves, not one by one: shift() is not free
    this.#waiting = this.#waiting.slice(-this.#limit);
  }

  /** The entries to show now, oldest first; none while paused. */
  take() {
    if (this.paused) return [];
    const entries = this.#waiting.slice(-this.#limit);
    this.#waiting = [];
    this.skipped = 0;
    return entries;
  }

  clear() {
    this.#waiting = [];
    this.skipped = 0;
  }
}

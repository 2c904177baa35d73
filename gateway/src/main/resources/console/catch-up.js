// A recovery larger than one reply goes on as ordinary pushes. They count as recovered too: whatever was
// published while we were away. The first message published after that ends it.

const EARLIER_MS = 1_000; // published just before the loss, not delivered any more
const LONGEST_MS = 60_000;

export class CatchUp {
  #over = false;

  /** Times on the server's clock: away `from`, back at `until`. */
  constructor(from, until) {
    this.from = from;
    this.until = until;
  }

  includes(publication, now) {
    const { time } = publication;
    if (!(time >= this.from - EARLIER_MS && time <= this.until) || now > this.until + LONGEST_MS) this.#over = true;
    return !this.#over;
  }
}

// One channel being watched: its position, and what a subscribe reply says about what happened meanwhile.
// Pure: times come in, verdicts go out.

export class Subscription {
  state = 'waiting'; // waiting for a connection, subscribing, live, retrying, refused
  problem = null; // the error or the unsubscribe push behind `retrying` and `refused`
  position = null; // { epoch, offset }; null until the server has given one
  recoverable = false;
  attempt = 0;
  resubscribedAt = -Infinity;
  #lostAt = null;
  #cause = null;

  constructor(channel) {
    this.channel = channel;
  }

  get wasLive() {
    return this.#lostAt !== null;
  }

  /**
   * Deliveries stopped: with the connection, or because of an unsubscribe push, which is then the cause.
   * The first loss counts: retries that fail do not shorten the time away.
   */
  lost(now, cause = null) {
    if (this.state === 'live') {
      this.#lostAt = now;
      this.#cause = cause;
    }
    this.state = 'waiting';
  }

  refused(problem) {
    this.state = 'refused';
    this.problem = problem;
    this.#lostAt = null;
  }

  /** The body of the subscribe command; asks for what was missed whenever there is a position to ask from. */
  request() {
    this.state = 'subscribing';
    const recover = this.wasLive && this.recoverable;
    return { channel: this.channel, ...(recover && { recover: true, ...this.position }) };
  }

  /** Takes the reply in and says what it means. Zero values are absent on the wire. */
  accepted(result, now) {
    const before = this.position;
    const away = this.#lostAt;
    const asked = away !== null && this.recoverable;
    this.position = { epoch: result.epoch ?? '', offset: result.offset ?? 0 };
    this.recoverable = result.recoverable === true;
    this.state = 'live';
    this.problem = null;
    this.attempt = 0;
    this.#lostAt = null;
    if (away === null) return { kind: 'watching' };
    const span = { from: away, until: now, before, cause: this.#cause };
    if (!asked) return { kind: 'unpromised', ...span };
    return { kind: result.recovered === true ? 'recovered' : 'lost', ...span };
  }

  /**
   * Moves the position. Answers null, or the offset before if it did not go up, which the server promises
   * never happens.
   */
  advance({ offset }) {
    if (offset === undefined) return null; // the namespace gives no positions
    const before = this.position.offset;
    this.position = { ...this.position, offset };
    return offset > before ? null : before;
  }
}

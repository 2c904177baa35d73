// Ages of messages: the server's time of a publication against this machine's now.
// The connect reply carries the server's time; where it falls between sending and receiving, both share a clock
// and ages are exact, else they are corrected by the difference, good to half a round trip.

const ROUNDING_MS = 2; // both times are whole milliseconds

export class ServerClock {
  #skew = 0;
  approximate = false;

  measure(serverTime, sentAt, receivedAt) {
    if (!serverTime) return; // not announced: the same clock is the best guess
    const shared = serverTime >= sentAt - ROUNDING_MS && serverTime <= receivedAt + ROUNDING_MS;
    this.approximate = !shared;
    this.#skew = shared ? 0 : serverTime - (sentAt + receivedAt) / 2;
  }

  /** This machine's time on the server's clock. */
  toServer(localTime) {
    return localTime + this.#skew;
  }

  /** Milliseconds since `serverTime`; null without a time, or with one from the future. */
  age(serverTime, now) {
    if (!serverTime) return null;
    const age = this.toServer(now) - serverTime;
    return age < -ROUNDING_MS && !this.approximate ? null : Math.max(0, age);
  }
}

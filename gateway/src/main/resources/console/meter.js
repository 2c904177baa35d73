// How much flows: messages per second over the last minute, and the latency of the newest ones.

const SECONDS = 60;
const RATE_OVER = 5; // seconds the shown rate is averaged over, so that slow channels do not flicker
const SAMPLES = 500;

export class Meter {
  total = 0;
  #perSecond = new Array(SECONDS).fill(0);
  #current = 0;
  #latencies = [];

  count() {
    this.total += 1;
    this.#current += 1;
  }

  /** Only of live messages: the age of a recovered one says how long we were away, not how fast the path is. */
  latency(ms) {
    this.#latencies.push(ms);
    if (this.#latencies.length > SAMPLES) this.#latencies.shift();
  }

  /** Called once a second. */
  tick() {
    this.#perSecond.shift();
    this.#perSecond.push(this.#current);
    this.#current = 0;
  }

  get history() {
    return this.#perSecond;
  }

  get rate() {
    return this.#perSecond.slice(-RATE_OVER).reduce((sum, n) => sum + n, 0) / RATE_OVER;
  }

  /** { median, p99 } in ms; null before the first message with a time. */
  get latencies() {
    if (this.#latencies.length === 0) return null;
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    return { median: at(0.5), p99: at(0.99) };
  }
}

// The stream: newest first, bounded, drawn once a frame at most, with its figures and its pause.

import { byId } from './dom.js';
import { Journal } from './journal.js';
import { messageRow, noticeRow } from './rows.js';
import { duration } from './words.js';

const SHOWN = 500;
const PAUSE_MS = 100; // under load rows are drawn ten times a second, else at the next frame
const PAUSE_PER_COST = 3; // and where drawing is slow, at most a quarter of the time goes into it
const PLAIN_FROM = 60; // so many rows at once are drawn without colours

export class StreamView {
  #list = byId('messages');
  #pause = byId('pause');
  #journal = new Journal(SHOWN);
  #rows = new Map(); // notice → its row, for those that still change
  #meter;
  #planned = false;
  #restUntil = 0;

  constructor(meter) {
    this.#meter = meter;
    this.#pause.addEventListener('click', () => this.#toggle());
    byId('clear').addEventListener('click', () => this.#clear());
    setInterval(() => this.#figures(), 1_000);
  }

  /** A message or a notice; see rows.js for what they hold. */
  add(entry) {
    this.#journal.add(entry);
    if (!this.#journal.paused) this.#plan();
    else if (this.#journal.held <= SHOWN + 1) this.#label(); // beyond that it says the same
  }

  /** A notice got another text. */
  changed(notice) {
    const row = this.#rows.get(notice);
    if (row !== undefined) row.querySelector('.notice-text').textContent = notice.text;
  }

  #plan() {
    if (this.#planned) return;
    this.#planned = true;
    const draw = () => requestAnimationFrame((frame) => this.#draw(frame));
    const rest = this.#restUntil - performance.now();
    if (rest <= 0) draw();
    else setTimeout(draw, rest);
  }

  #draw(frame) {
    this.#planned = false;
    const entries = this.#journal.take();
    if (entries.length === 0) return;
    this.#restUntil = frame + PAUSE_MS;
    requestAnimationFrame((next) => {
      this.#restUntil = Math.max(this.#restUntil, next + PAUSE_PER_COST * (next - frame));
    });
    const plain = entries.length >= PLAIN_FROM;
    const rows = document.createDocumentFragment();
    for (const entry of entries.reverse()) rows.append(this.#row(entry, plain));
    this.#list.prepend(rows);
    while (this.#list.childElementCount > SHOWN) this.#list.lastElementChild.remove();
    for (const [notice, row] of this.#rows) if (!row.isConnected) this.#rows.delete(notice);
    byId('empty').hidden = true;
  }

  #row(entry, plain) {
    if (entry.notice === undefined) return messageRow(entry, plain);
    const row = noticeRow(entry);
    this.#rows.set(entry, row);
    return row;
  }

  #toggle() {
    this.#journal.paused = !this.#journal.paused;
    this.#pause.setAttribute('aria-pressed', String(this.#journal.paused));
    this.#label();
    if (!this.#journal.paused) this.#plan();
  }

  #label() {
    const { paused, held } = this.#journal;
    this.#pause.textContent = paused ? `Resume${held > 0 ? ` (${Math.min(held, SHOWN)}${held > SHOWN ? '+' : ''})` : ''}` : 'Pause';
  }

  #clear() {
    this.#journal.clear();
    this.#rows.clear();
    this.#list.replaceChildren();
    this.#label();
    byId('empty').hidden = false;
  }

  #figures() {
    this.#meter.tick();
    const { rate, latencies, history, total } = this.#meter;
    byId('rate').textContent = `${rate > 0 && rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en')}/s`;
    byId('latency').textContent = latencies === null ? '–' : duration(latencies.median);
    byId('latency-p99').textContent = latencies === null ? '–' : duration(latencies.p99);
    byId('total').textContent = total.toLocaleString('en');
    byId('flow').setAttribute('d', surface(history));
  }
}

/** The last minute's flow as the surface of the water in the head of the page, in its 59 by 20 view box. */
function surface(history) {
  const peak = Math.max(4, ...history); // a trickle is no flood
  const level = (n) => 18 - 11 * (n / peak); // still water does not run dry, a flood stays below the buttons
  const curves = history.slice(1).map((n, second) => {
    const [y, next] = [level(history[second]), level(n)];
    return `C${second + 0.5} ${y} ${second + 0.5} ${next} ${second + 1} ${next}`;
  });
  return `M0 20V${level(history[0])}${curves.join('')}V20Z`;
}

// The form to publish: checks the JSON while it is typed, says how long Kafka took to acknowledge,
// and how long the message took to come back to this page.

import { byId, el } from './dom.js';
import { describe, parseJson } from './protocol.js';
import { duration } from './words.js';

const AWAIT_RETURN_MS = 10_000;

export class PublishView {
  #channel = byId('publish-channel');
  #data = byId('publish-data');
  #problem = byId('publish-problem');
  #result = byId('publish-result');
  #publish;
  #last = null; // the newest publish, until it has come back

  /** `publish(channel, data, answered)` as in Client. */
  constructor(publish) {
    this.#publish = publish;
    this.#data.addEventListener('input', () => this.#read());
    this.#data.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) byId('publish').click();
    });
    byId('publish-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  /** The channels one may want to publish into; the newest is the one filled in until somebody types another. */
  offer(channels) {
    byId('known-channels').replaceChildren(...channels.map((channel) => el('option', { value: channel })));
    const chosen = this.#channel.value;
    const filledIn = chosen === '' || chosen === this.#channel.dataset.filledIn;
    if (filledIn && channels.length > 0) {
      this.#channel.value = channels.at(-1);
      this.#channel.dataset.filledIn = channels.at(-1);
    }
  }

  /** A publication arrived: is it the one just sent? */
  arrived(channel, text) {
    const last = this.#last;
    if (last === null || last.returned !== null || last.channel !== channel) return;
    const since = performance.now() - last.at;
    if (since > AWAIT_RETURN_MS || text !== last.text) return;
    last.returned = since;
    this.#tell(last);
  }

  #read() {
    try {
      const data = parseJson(this.#data.value);
      this.#mark('');
      return { data };
    } catch (error) {
      this.#mark(this.#data.value.trim() === '' ? 'Type a JSON value to publish.' : `Not JSON: ${error.message}`);
      return null;
    }
  }

  #mark(problem) {
    this.#problem.textContent = problem;
    if (problem === '') this.#data.removeAttribute('aria-invalid');
    else this.#data.setAttribute('aria-invalid', 'true');
  }

  #send() {
    const read = this.#read();
    if (read === null) return this.#data.focus();
    const channel = this.#channel.value.trim();
    if (channel === '') return this.#channel.focus();
    const last = { channel, text: JSON.stringify(read.data), at: performance.now(), acknowledged: null, returned: null };
    this.#last = last;
    this.#say('Publishing', 'pending');
    this.#publish(channel, read.data, (error, roundTrip) => {
      if (this.#last !== last) return; // a newer publish has the line
      if (error !== null) return this.#say(`Not published: ${describe(error.code, error.message)}`, 'failed');
      last.acknowledged = roundTrip;
      this.#tell(last);
    });
  }

  #tell({ acknowledged, returned }) {
    const parts = [];
    if (acknowledged !== null) parts.push(`acknowledged in ${duration(acknowledged)}`);
    if (returned !== null) parts.push(`back here in ${duration(returned)}`);
    this.#say(`In Kafka: ${parts.join(', ')}`, 'done');
  }

  #say(text, outcome) {
    this.#result.textContent = text;
    this.#result.dataset.outcome = outcome;
  }
}

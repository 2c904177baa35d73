// The head of the page: the state of the connection, who is connected to what, and the buttons to cut and to return.

import { byId, swap } from './dom.js';
import { describe } from './protocol.js';
import { duration } from './words.js';

const COUNTDOWN_STEP_MS = 100;

export class ConnectionView {
  #state = byId('state');
  #text = byId('state-text');
  #reason = byId('state-reason');
  #cut = byId('cut');
  #retry = byId('retry');
  #countdown = 0;

  /** `actions`: cut(), connect(). */
  constructor(actions) {
    this.#cut.addEventListener('click', actions.cut);
    this.#retry.addEventListener('click', actions.connect);
  }

  show(state) {
    clearInterval(this.#countdown);
    this.#state.dataset.state = state.name;
    document.documentElement.dataset.connection = state.name;
    this.#reason.textContent = state.reason === undefined ? '' : describe(state.code, state.reason);
    switch (state.name) {
      case 'connecting':
        this.#text.textContent = 'Connecting';
        this.#cut.disabled = true;
        break;
      case 'connected':
        this.#text.textContent = 'Connected';
        this.#cut.disabled = false;
        swap(this.#cut, this.#retry);
        this.#facts(state);
        break;
      case 'reconnecting':
        this.#count(state.retryAt);
        this.#countdown = setInterval(() => this.#count(state.retryAt), COUNTDOWN_STEP_MS);
        this.#retry.textContent = 'Reconnect now';
        swap(this.#retry, this.#cut);
        break;
      case 'stopped':
        this.#text.textContent = 'Stopped';
        this.#retry.textContent = 'Connect again';
        swap(this.#retry, this.#cut);
        break;
    }
  }

  #count(retryAt) {
    const left = Math.max(0, retryAt - Date.now()) / 1_000;
    this.#text.textContent = `Reconnecting in ${left.toFixed(1)} s`;
  }

  #facts({ node, client, user, edge, roundTrip }) {
    byId('node').textContent = node || 'not told';
    byId('client').textContent = client;
    byId('user').textContent = user || 'anonymous';
    byId('edge').textContent = edge;
    byId('round-trip').textContent = duration(roundTrip);
  }
}

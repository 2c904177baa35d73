// The channels being watched: where each one stands, and the form to add one.

import { byId, el } from './dom.js';
import { hueOf } from './hues.js';
import { describe } from './protocol.js';

const STATES = {
  waiting: 'offline',
  subscribing: 'subscribing',
  live: 'live',
  retrying: 'trying again',
  refused: 'refused',
};

export class ChannelsView {
  #list = byId('channels');
  #items = new Map();
  #moved = new Set();
  #actions;

  /** `actions`: watch(channel), unwatch(channel). */
  constructor(actions) {
    this.#actions = actions;
    const input = byId('channel');
    byId('watch-form').addEventListener('submit', (event) => {
      event.preventDefault();
      const channels = namesIn(input.value);
      byId('channel-problem').textContent = channels.length === 0 ? 'Type the name of a channel first.' : '';
      input.setAttribute('aria-invalid', String(channels.length === 0));
      for (const channel of channels) actions.watch(channel);
      if (channels.length > 0) input.value = '';
      else input.focus();
    });
  }

  show(subscription) {
    const { channel, state, position, problem } = subscription;
    const item = this.#items.get(channel) ?? this.#add(channel);
    item.element.dataset.state = state;
    const troubled = state === 'refused' || state === 'retrying';
    item.state.textContent = troubled && problem ? `${STATES[state]}: ${describe(problem.code, problem.message)}` : STATES[state];
    item.again.hidden = state !== 'refused';
    item.position.hidden = position === null || state === 'refused';
    item.subscription = subscription;
    this.#place(item);
  }

  /** The channel's position moved; drawn once a frame, however many messages that were. */
  moved(channel) {
    if (this.#moved.size === 0) requestAnimationFrame(() => this.#drawMoved());
    this.#moved.add(channel);
  }

  #drawMoved() {
    for (const channel of this.#moved) {
      const item = this.#items.get(channel);
      if (item !== undefined) this.#place(item);
    }
    this.#moved.clear();
  }

  #place({ subscription, offset, epoch }) {
    offset.textContent = subscription.position?.offset ?? '';
    epoch.textContent = subscription.position?.epoch ?? '';
  }

  #add(channel) {
    const item = {
      state: el('span.channel-state'),
      offset: el('b.channel-offset'),
      epoch: el('span.channel-epoch'),
      again: el('button.quiet', { type: 'button', hidden: '' }, 'Try again'),
    };
    item.position = el('span.channel-position', {}, el('span', {}, 'offset '), item.offset, el('span', {}, ' epoch ', item.epoch));
    const stop = el('button.quiet', { type: 'button', 'aria-label': `Stop watching ${channel}` }, 'Stop');
    item.element = el(
      'li',
      { 'data-channel': channel, 'data-hue': hueOf(channel) },
      el('span.channel-name', { title: channel }, channel),
      el('span.channel-buttons', {}, item.again, stop),
      el('span.channel-facts', {}, item.state, item.position),
    );
    item.again.addEventListener('click', () => this.#actions.watch(channel));
    stop.addEventListener('click', () => {
      this.#actions.unwatch(channel);
      this.#items.delete(channel);
      item.element.remove();
      byId('channel').focus();
    });
    this.#items.set(channel, item);
    this.#list.append(item.element);
    return item;
  }
}

/** Several names are separated by commas, as everywhere in Sluice. */
export function namesIn(text) {
  const names = text.split(',').map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}

// The client: keeps one link to the edge, comes back by itself, and recovers every watched channel by position.

import { retryDelay } from './backoff.js';
import { ServerClock } from './clock.js';
import { Link } from './link.js';
import { CONNECTION_EXPIRED, LOCAL, TOKEN_EXPIRED, isTemporary, isTerminal } from './protocol.js';
import { Subscription } from './subscription.js';

const RESUBSCRIBE = 2500; // unsubscribe pushes from here on ask us to subscribe again
const RESUBSCRIBE_PAUSE_MS = 1_000; // at most one immediate resubscribe of a channel in this time
const REFRESH_AT = 0.9; // of the token's time to live
const LONGEST_TIMER_S = 2_000_000; // setTimeout counts milliseconds in 32 bits

export class Client {
  clock = new ServerClock();
  subscriptions = new Map();
  state = { name: 'idle' };
  #fetchSession;
  #handlers;
  #session = null;
  #link = null;
  #retry = 0;
  #refresh = 0;
  #attempt = 0;
  #round = 0; // which try this is; an answer to an earlier one is nobody's business any more

  /**
   * `fetchSession()` resolves to { edge, token, user }.
   * `handlers`: state(state), channel(subscription), verdict(subscription, verdict),
   * publication(subscription, publication, { inReply, before }): `inReply` if the subscribe reply held it,
   * `before` as in Subscription.advance.
   * A state is one of { name: 'idle' }, { name: 'connecting' }, { name: 'connected', client, node, user, edge, roundTrip },
   * { name: 'reconnecting', code, reason, retryAt, cut }, { name: 'stopped', code, reason }.
   */
  constructor(fetchSession, handlers) {
    this.#fetchSession = fetchSession;
    this.#handlers = handlers;
  }

  /** Connects now instead of waiting; does nothing while connecting or connected. */
  async connect() {
    if (this.state.name === 'connecting' || this.state.name === 'connected') return;
    clearTimeout(this.#retry);
    const round = ++this.#round;
    this.#enter({ name: 'connecting' });
    try {
      this.#session ??= await this.#fetchSession();
    } catch (error) {
      if (round === this.#round) this.#waitAndRetry(LOCAL, error.message);
      return;
    }
    if (round !== this.#round) return;
    try {
      this.#open();
    } catch (error) {
      this.#stop(LOCAL, error.message); // an edge address no WebSocket can be opened to
    }
  }

  /** Closes the socket as a network failure would, and comes back after `forMs`. */
  cut(forMs) {
    if (this.state.name !== 'connected') return;
    this.#link.close();
    this.#forgetLink();
    this.#waitFor(forMs, { code: LOCAL, reason: 'cut by you; publish from a shell meanwhile', cut: true });
  }

  watch(channel) {
    const known = this.subscriptions.get(channel);
    if (known && known.state !== 'refused') return;
    const subscription = known ?? new Subscription(channel);
    this.subscriptions.set(channel, subscription);
    if (this.state.name === 'connected') this.#subscribe(subscription);
    else {
      subscription.state = 'waiting';
      this.#handlers.channel(subscription);
    }
  }

  unwatch(channel) {
    const subscription = this.subscriptions.get(channel);
    this.subscriptions.delete(channel);
    if (this.state.name !== 'connected' || subscription.state === 'refused') return;
    this.#link.request('unsubscribe', { channel }, (_, error) => {
      // Unsubscribing always succeeds; anything else leaves the server sending what nobody watches.
      if (error !== null) this.#link?.fail(`unsubscribe: ${error.code} ${error.message}`);
    });
  }

  /** `answered(error, roundTripMs)`; error is null once Kafka has the record. */
  publish(channel, data, answered) {
    if (this.state.name !== 'connected') answered({ code: LOCAL, message: 'not connected, nothing was sent' }, 0);
    else this.#link.request('publish', { channel, data }, (_, error, roundTrip) => answered(error, roundTrip));
  }

  #open() {
    this.#link = new Link(this.#session.edge, {
      opened: () => this.#introduce(),
      push: (push) => this.#pushed(push),
      closed: (code, reason) => this.#closed(code, reason),
    });
  }

  #introduce() {
    const sentAt = Date.now();
    this.#link.request('connect', { token: this.#session.token, name: 'console' }, (result, error, roundTrip) => {
      if (error !== null) return this.#turnedAway(error);
      this.clock.measure(result.time, sentAt, Date.now());
      this.#link.keepAlive(result);
      this.#attempt = 0;
      this.#planRefresh(result);
      const { user, edge } = this.#session;
      this.#enter({ name: 'connected', client: result.client, node: result.node ?? '', user, edge, roundTrip });
      for (const subscription of this.subscriptions.values()) {
        if (subscription.state !== 'refused') this.#subscribe(subscription);
      }
    });
  }

  #turnedAway(error) {
    if (error.code === TOKEN_EXPIRED) this.#session = null;
    this.#link.close();
    if (isTemporary(error) || error.code === LOCAL || error.code === TOKEN_EXPIRED) this.#closed(error.code, error.message);
    else this.#stop(error.code, error.message);
  }

  #closed(code, reason) {
    this.#forgetLink();
    if (code === CONNECTION_EXPIRED) this.#session = null; // a new token comes with a new session
    if (isTerminal(code)) this.#stop(code, reason);
    else this.#waitAndRetry(code, reason);
  }

  #forgetLink() {
    clearTimeout(this.#refresh);
    this.#link = null;
    for (const subscription of this.subscriptions.values()) {
      if (subscription.state === 'refused') continue;
      subscription.lost(Date.now());
      this.#handlers.channel(subscription);
    }
  }

  #stop(code, reason) {
    this.#session = null; // connecting again starts from scratch: the token may be what was wrong
    this.#enter({ name: 'stopped', code, reason });
  }

  #waitAndRetry(code, reason) {
    this.#waitFor(retryDelay(this.#attempt++), { code, reason, cut: false });
  }

  #waitFor(ms, why) {
    this.#retry = setTimeout(() => this.connect(), ms);
    this.#enter({ name: 'reconnecting', retryAt: Date.now() + ms, ...why });
  }

  #enter(state) {
    this.state = state;
    this.#handlers.state(state);
  }

  /** A token that runs out is renewed on the live connection; where that fails, 3005 and a reconnect do it. */
  #planRefresh({ expires, ttl }) {
    if (expires !== true || !(ttl > 0) || ttl > LONGEST_TIMER_S) return;
    const link = this.#link;
    this.#refresh = setTimeout(async () => {
      try {
        const session = await this.#fetchSession();
        if (link !== this.#link) return;
        this.#session = session;
        link.request('refresh', { token: session.token }, (result, error) => {
          if (error === null) this.#planRefresh(result);
        });
      } catch (error) {
        console.warn('The token could not be renewed; the server will close with 3005.', error);
      }
    }, ttl * REFRESH_AT * 1000);
  }

  #subscribe(subscription) {
    const { channel } = subscription;
    this.#link.request('subscribe', subscription.request(), (result, error) => {
      if (this.subscriptions.get(channel) !== subscription) return; // no longer watched
      if (error === null) this.#subscribed(subscription, result);
      else this.#notSubscribed(subscription, error);
    });
    this.#handlers.channel(subscription);
  }

  #subscribed(subscription, result) {
    const verdict = subscription.accepted(result, Date.now());
    const missed = result.publications ?? [];
    for (const publication of missed) this.#deliver(subscription, publication, true);
    this.#handlers.verdict(subscription, { ...verdict, count: missed.length });
    this.#handlers.channel(subscription);
  }

  #notSubscribed(subscription, error) {
    if (error.code === LOCAL) return this.#link.fail(`subscribe ${subscription.channel}: ${error.message}`);
    if (error.code === TOKEN_EXPIRED) {
      this.#session = null;
      return this.#link.fail('token expired');
    }
    if (isTemporary(error)) this.#subscribeLater(subscription, error);
    else subscription.refused(error);
    this.#handlers.channel(subscription);
  }

  #subscribeLater(subscription, problem) {
    const link = this.#link;
    subscription.state = 'retrying';
    subscription.problem = problem;
    setTimeout(() => {
      const current = this.subscriptions.get(subscription.channel) === subscription && link === this.#link;
      if (current && subscription.state === 'retrying') this.#subscribe(subscription);
    }, retryDelay(subscription.attempt++));
  }

  #pushed({ channel, pub, unsubscribe }) {
    const subscription = this.subscriptions.get(channel);
    if (subscription?.state !== 'live') return; // on its way when we stopped watching
    if (pub) this.#deliver(subscription, pub, false);
    else if (unsubscribe) this.#unsubscribed(subscription, unsubscribe);
  }

  #deliver(subscription, publication, inReply) {
    const before = subscription.advance(publication);
    this.#handlers.publication(subscription, publication, { inReply, before });
  }

  #unsubscribed(subscription, { code = 0, reason = '' }) {
    const problem = { code, message: reason };
    if (code < RESUBSCRIBE) {
      subscription.refused(problem);
      this.#handlers.channel(subscription);
      return;
    }
    const now = Date.now();
    subscription.lost(now, problem);
    const soon = now - subscription.resubscribedAt < RESUBSCRIBE_PAUSE_MS;
    subscription.resubscribedAt = now;
    if (soon) this.#subscribeLater(subscription, problem);
    else this.#subscribe(subscription);
  }
}

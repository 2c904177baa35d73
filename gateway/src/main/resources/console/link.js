// One WebSocket from opening to closing: commands out, replies matched by id, pings answered, silence noticed.
// Replies go to callbacks and not to promises: publications behind a subscribe reply in the same frame
// must find the reply already taken in.

import { LOCAL, decode, encode } from './protocol.js';

const REPLY_LIMIT_MS = 5_000; // the SDKs' limit; the server answers a subscribe within 3 s
const SILENCE_MARGIN_MS = 10_000; // beyond the announced ping interval, as in the SDKs

export class Link {
  #socket;
  #handlers;
  #pending = new Map();
  #lastId = 0;
  #openLimit;
  #watch;
  #pong = false;
  #heardAt = 0;

  /** `handlers`: opened(), push(push), closed(code, reason). After closed() or close() none is called again. */
  constructor(url, handlers) {
    this.#handlers = handlers;
    this.#socket = new WebSocket(url);
    this.#socket.onopen = () => handlers.opened();
    this.#socket.onmessage = (event) => this.#take(event.data);
    this.#socket.onclose = (event) => this.#end(event.code, event.reason);
    this.#openLimit = setTimeout(() => this.fail('no connection within 5 s'), REPLY_LIMIT_MS);
  }

  /** Sends `{method: body}`; `answered` gets the reply's body, or the error as second argument, and the round trip. */
  request(method, body, answered) {
    const id = ++this.#lastId;
    const sentAt = performance.now();
    const limit = setTimeout(() => {
      this.#pending.delete(id);
      answered(null, { code: LOCAL, message: `no answer within ${REPLY_LIMIT_MS / 1000} s` }, REPLY_LIMIT_MS);
    }, REPLY_LIMIT_MS);
    this.#pending.set(id, { method, answered, sentAt, limit });
    this.#socket.send(encode({ id, [method]: body }));
  }

  /** The server announced its ping interval: from now on silence means a dead connection. */
  keepAlive({ ping = 0, pong = false }) {
    clearTimeout(this.#openLimit);
    this.#pong = pong;
    if (ping === 0) return;
    const limit = ping * 1000 + SILENCE_MARGIN_MS;
    this.#watch = setInterval(() => {
      if (performance.now() - this.#heardAt > limit) this.fail(`nothing heard for ${limit / 1000} s`);
    }, 1_000);
  }

  /** Gives the connection up and reports it like a lost one. */
  fail(reason) {
    this.#socket.close();
    this.#end(LOCAL, reason);
  }

  /** Closes on purpose, silently. */
  close() {
    this.#handlers = null;
    this.#socket.close();
    this.#end();
  }

  #take(frame) {
    this.#heardAt = performance.now();
    for (const reply of this.#decode(frame)) {
      if (this.#handlers === null) return; // closed by what the frame said so far
      if (reply.id) this.#answer(reply);
      else if (reply.push) this.#handlers.push(reply.push);
      else if (this.#pong) this.#socket.send('{}');
    }
  }

  #decode(frame) {
    try {
      return decode(frame);
    } catch (error) {
      // The position has not moved, so recovery brings what the frame may have held.
      this.fail(`undecodable frame: ${error.message}`);
      return [];
    }
  }

  #answer(reply) {
    const waiting = this.#pending.get(reply.id);
    if (waiting === undefined) return; // it came after its time limit, which has been reported
    this.#pending.delete(reply.id);
    clearTimeout(waiting.limit);
    waiting.answered(reply[waiting.method] ?? {}, reply.error ?? null, performance.now() - waiting.sentAt);
  }

  #end(code, reason) {
    clearTimeout(this.#openLimit);
    clearInterval(this.#watch);
    const handlers = this.#handlers;
    this.#handlers = null;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    const unanswered = [...this.#pending.values()];
    this.#pending.clear();
    for (const { limit } of unanswered) clearTimeout(limit);
    handlers?.closed(code, reason);
    // A publish whose answer is lost has an unknown outcome and its sender is told; the rest is asked again.
    for (const { method, answered } of unanswered) {
      if (method === 'publish') answered(null, { code: LOCAL, message: 'connection lost before the answer; it may or may not be in Kafka' }, 0);
    }
  }
}

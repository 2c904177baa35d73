// What an application does with the JavaScript SDK, over one transport and in one encoding. It runs in Node and, as it
// is, in a browser; where.node.mjs and where.browser.mjs are what differs.
//
//   node matrix.mjs EDGE API KEY SECRET TRANSPORT ENCODING
//   node matrix.mjs http://127.0.0.1:8000 http://127.0.0.1:9000 key secret websocket protobuf
//
// Prints "ok BEHAVIOUR" or "failed BEHAVIOUR: WHY" for each. Exit code 0 when all are ok. Clients come through a
// relay, so that their network can be cut. ONLY=A,B names the behaviours to run; FULL=yes adds the slow ones, of which
// the last says "restart now", upon which somebody must restart the node.

const place = typeof document === 'undefined' ? './where.node.mjs' : './where.browser.mjs';
const where = await import(place);
const { transport, encoding, Client, port, cut, token, produce, top, report, only, full } = where;
const LIMIT_MS = 15_000;

// ---- Helpers -------------------------------------------------------------------------------------

function endpoint() {
  const at = `127.0.0.1:${port}/connection/`;
  return transport === 'websocket' ? `ws://${at}websocket` : `http://${at}${transport}`;
}

const open = new Set();

function client(options = {}) {
  const it = new Client([{ transport, endpoint: endpoint() }], {
    token: token({}),
    ...where.options,
    emulationEndpoint: `http://127.0.0.1:${port}/emulation`,
    minReconnectDelay: 50,
    maxReconnectDelay: 500,
    ...options,
  });
  open.add(it);
  return it;
}

// The next event of a name, or of a client's that ends it.
function event(emitter, name) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no '${name}' in ${LIMIT_MS} ms`)), LIMIT_MS);
    emitter.once(name, (value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}

async function connected(options) {
  const it = client(options);
  const yes = event(it, 'connected');
  it.connect();
  const context = await yes;
  equal(context.transport, transport, 'transport');
  return it;
}

async function subscribed(it, channel, options) {
  const subscription = it.newSubscription(channel, options);
  const yes = event(subscription, 'subscribed');
  subscription.subscribe();
  const context = await yes;
  return { subscription, context };
}

// Publications as they come.
function collected(subscription) {
  const all = [];
  subscription.on('publication', (p) => all.push(value(p.data)));
  return all;
}

// The Protobuf build hands out bytes.
function value(data) {
  return data instanceof Uint8Array ? JSON.parse(new TextDecoder().decode(data)) : data;
}

function sent(data) {
  return encoding === 'protobuf' ? new TextEncoder().encode(JSON.stringify(data)) : data;
}

async function until(what, condition) {
  const deadline = Date.now() + LIMIT_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not in ${LIMIT_MS} ms: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// A node that starts takes clients a moment before its API listens.
async function produceWhenThere(channel, data) {
  for (const deadline = Date.now() + LIMIT_MS; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    try {
      return await produce(channel, data);
    } catch (e) {
      if (!String(e).includes('fetch failed') || Date.now() > deadline) throw e;
    }
  }
}

async function arrives(all, expected) {
  await until(() => `${JSON.stringify(expected)}, only ${JSON.stringify(all)}`, () => all.length >= expected.length);
  equal(JSON.stringify(all), JSON.stringify(expected), 'publications');
}

function equal(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what}: ${actual}, not ${expected}`);
}

// Clients ask for the next token a second or two before one that is good for three runs out. Who was held up until
// hardly anything of that was left has seen nothing wrong, and tries again.
async function withShortTokens(attempt) {
  for (let left = 5; ; left -= 1) {
    let ends = 0;
    let spareMs = Infinity;
    const short = (claims) => {
      ends = (Math.floor(Date.now() / 1000) + 3) * 1000;
      return token(claims, 3);
    };
    const next = (claims) => {
      spareMs = Math.min(spareMs, ends - Date.now());
      return token(claims);
    };
    try {
      return await attempt(short, next);
    } catch (e) {
      if (spareMs > 500 || left === 1) throw e;
    }
  }
}

// One of many similar ones.
function order() {
  const any = (most) => Math.floor(Math.random() * most);
  const lines = [...Array(3 + any(20)).keys()].map((n) => ({
    article: `${n}-ü€😀`,
    note: ['', '"quoted"\n\\', '😁', '😂'][any(4)],
    pieces: any(3),
  }));
  return { customer: 'Köln', price: any(100_000) / 100, lines };
}

async function refused(promise, code) {
  try {
    await promise;
  } catch (e) {
    equal(e.code, code, 'error');
    return;
  }
  throw new Error(`no error ${code}`);
}

// ---- What an application does --------------------------------------------------------------------

const name = `${transport}-${encoding}`;

const behaviours = {
  async 'subscribe and hear'() {
    const { subscription, context } = await subscribed(await connected(), `${name}-hear`);
    equal(context.recoverable, true, 'recoverable');
    const all = collected(subscription);
    await produce(subscription.channel, { n: 1 });
    await produce(subscription.channel, { n: 'ü€😀' });
    await arrives(all, [{ n: 1 }, { n: 'ü€😀' }]);
  },

  async 'publish'() {
    const { subscription } = await subscribed(await connected(), `${name}-publish`);
    const heard = event(subscription, 'publication');
    await subscription.publish(sent({ said: true }));
    const publication = await heard;
    equal(JSON.stringify(value(publication.data)), '{"said":true}', 'data');
    equal(publication.info.user, 'ann', 'user');
  },

  async 'cut and recover'() {
    const it = await connected();
    const { subscription } = await subscribed(it, `${name}-cut`);
    const all = collected(subscription);
    await produce(subscription.channel, 0);
    await arrives(all, [0]);
    const again = event(subscription, 'subscribed');
    cut();
    const numbers = [0];
    for (let i = 1; i <= 20; i += 1) {
      await produce(subscription.channel, i);
      numbers.push(i);
    }
    const context = await again;
    equal(context.wasRecovering, true, 'wasRecovering');
    equal(context.recovered, true, 'recovered');
    await arrives(all, numbers);
    await produce(subscription.channel, 21);
    await arrives(all, [...numbers, 21]);
  },

  async 'filter'() {
    const tagsFilter = {
      op: 'and',
      nodes: [
        { key: 'kind', cmp: 'in', vals: ['trade', 'auction'] },
        { key: 'size', cmp: 'gte', val: '100' },
      ],
    };
    const { subscription } = await subscribed(await connected(), `${name}-filter`, { tagsFilter });
    const all = collected(subscription);
    const tell = async (from) => {
      await produce(subscription.channel, from, { kind: 'trade', size: '99.5' });
      await produce(subscription.channel, from + 1, { kind: 'trade', size: '100' });
      await produce(subscription.channel, from + 2, { kind: 'quote', size: '1000' });
      await produce(subscription.channel, from + 3);
      await produce(subscription.channel, from + 4, { kind: 'auction', size: '1000' });
    };
    await tell(0);
    await arrives(all, [1, 4]);
    const again = event(subscription, 'subscribed');
    cut();
    await tell(10);
    equal((await again).recovered, true, 'recovered');
    await arrives(all, [1, 4, 11, 14]);
    await tell(20);
    await arrives(all, [1, 4, 11, 14, 21, 24]);
  },

  async 'delta'() {
    const { subscription } = await subscribed(await connected(), `${name}-delta`, { delta: 'fossil' });
    const all = collected(subscription);
    const expected = [];
    const tell = async (value) => {
      await produce(subscription.channel, value);
      expected.push(value);
    };
    for (let i = 0; i < 30; i += 1) await tell(order());
    await arrives(all, expected);
    const before = subscription.deltaStats();
    if (before.numDeltaPayloads < 15) throw new Error(`only ${before.numDeltaPayloads} of 30 came as patches`);
    const again = event(subscription, 'subscribed');
    cut();
    for (let i = 0; i < 5; i += 1) await tell(order());
    equal((await again).recovered, true, 'recovered');
    await arrives(all, expected);
    for (let i = 0; i < 5; i += 1) await tell(order());
    await arrives(all, expected);
    const after = subscription.deltaStats();
    equal(after.numPublications, expected.length, 'publications that were read as deltas');
    if (after.numFullPayloads === before.numFullPayloads) throw new Error('nothing came whole after the cut');
  },

  async 'many channels'() {
    const it = await connected();
    const all = [];
    const ready = [];
    for (let i = 0; i < 50; i += 1) {
      const subscription = it.newSubscription(`${name}-many-${i}`);
      subscription.on('publication', (p) => all.push(value(p.data)));
      ready.push(event(subscription, 'subscribed'));
      subscription.subscribe();
    }
    await Promise.all(ready);
    for (let i = 0; i < 50; i += 1) await produce(`${name}-many-${i}`, i);
    await until(() => `50, only ${all.length}`, () => all.length >= 50);
    equal(new Set(all).size, 50, 'different publications');
  },

  async 'unsubscribe and come back'() {
    const { subscription } = await subscribed(await connected(), `${name}-leave`);
    const all = collected(subscription);
    const gone = event(subscription, 'unsubscribed');
    subscription.unsubscribe();
    equal((await gone).code, 0, 'code');
    await produce(subscription.channel, 1);
    const back = event(subscription, 'subscribed');
    subscription.subscribe();
    await back;
    await produce(subscription.channel, 2);
    await until(() => `2, only ${all}`, () => all.includes(2));
  },

  async 'batching'() {
    const { subscription } = await subscribed(await connected(), `${name}-batch`);
    const all = collected(subscription);
    const numbers = [...Array(20).keys()];
    const client = [...open].at(-1);
    client.startBatching();
    const outcomes = numbers.map((n) => subscription.publish(sent(n)));
    client.stopBatching();
    await Promise.all(outcomes);
    await arrives(all, numbers);
  },

  async 'server-side subscriptions'() {
    const channel = `${name}-granted`;
    const it = client({ token: token({ channels: [channel] }) });
    const yes = event(it, 'subscribed');
    it.connect();
    equal((await yes).channel, channel, 'channel');
    const heard = event(it, 'publication');
    await produce(channel, { n: 1 });
    const publication = await heard;
    equal(publication.channel, channel, 'channel');
    equal(value(publication.data).n, 1, 'data');
  },

  async 'server-side subscription, cut and recover'() {
    const channel = `${name}-granted-cut`;
    const it = client({ token: token({ channels: [channel] }) });
    const all = collected(it);
    const first = event(it, 'subscribed');
    it.connect();
    await first;
    const again = event(it, 'subscribed');
    cut();
    await produce(channel, 1);
    await produce(channel, 2);
    const context = await again;
    equal(context.wasRecovering, true, 'wasRecovering');
    equal(context.recovered, true, 'recovered');
    await arrives(all, [1, 2]);
  },

  async 'token refresh'() {
    await withShortTokens(async (short, next) => {
      let asked = 0;
      const it = await connected({
        token: short({}),
        getToken: async () => {
          asked += 1;
          return next({});
        },
      });
      let interrupted = 0;
      it.on('connecting', () => { interrupted += 1; });
      await until(() => 'asked for a token', () => asked > 0);
      await refused(it.rpc('m', sent({})), 108); // still there
      equal(interrupted, 0, 'reconnects');
    });
  },

  async 'token that runs out'() {
    let asked = 0;
    const it = await connected({
      token: token({}, 3),
      getToken: async () => {
        asked += 1;
        if (asked === 1) throw new Error('the token endpoint is away');
        return token({});
      },
    });
    const ended = event(it, 'connecting');
    const again = event(it, 'connected');
    equal((await ended).code, 3005, 'code');
    await again;
    equal(asked, 2, 'tokens asked for');
  },

  async 'subscription token'() {
    await withShortTokens(async (short, next) => {
      let asked = 0;
      const { subscription } = await subscribed(await connected(), `closed:${name}`, {
        getToken: async ({ channel }) => {
          asked += 1;
          return asked === 1 ? short({ channel }) : next({ channel });
        },
      });
      let interrupted = 0;
      subscription.on('subscribing', () => { interrupted += 1; });
      const all = collected(subscription);
      await until(() => 'asked for another token', () => asked > 1);
      await produce(subscription.channel, 1);
      await arrives(all, [1]);
      equal(interrupted, 0, 'subscribes again');
    });
  },

  async 'subscription token that runs out'() {
    let asked = 0;
    const { subscription } = await subscribed(await connected(), `closed:${name}-ends`, {
      getToken: async ({ channel }) => {
        asked += 1;
        if (asked === 2) throw new Error('the token endpoint is away');
        return token({ channel }, asked === 1 ? 3 : 300);
      },
    });
    const all = collected(subscription);
    const ended = event(subscription, 'subscribing');
    const again = event(subscription, 'subscribed');
    equal((await ended).code, 2501, 'code');
    await produce(subscription.channel, 1);
    equal((await again).recovered, true, 'recovered');
    await arrives(all, [1]);
  },

  async 'expired token'() {
    let asked = 0;
    await connected({
      token: token({}, -60),
      getToken: async () => {
        asked += 1;
        return token({});
      },
    });
    equal(asked, 1, 'tokens asked for');
  },

  async 'invalid token'() {
    const it = client({ token: `${token({})}x` });
    const gone = event(it, 'disconnected');
    it.connect();
    equal((await gone).code, 3500, 'code');
  },

  async 'what is not offered'() {
    const it = await connected();
    const { subscription } = await subscribed(it, `${name}-offers`);
    await refused(it.rpc('m', sent({})), 108);
    await refused(subscription.presence(), 108);
    await refused(subscription.presenceStats(), 108);
    await it.send(sent({})); // no reply is due
    await refused(it.rpc('m', sent({})), 108);
  },

  async 'who is there, who comes and goes'() {
    const channel = `there:${name}`;
    const { subscription } = await subscribed(await connected(), channel, { joinLeave: true });
    const moves = [];
    for (const kind of ['join', 'leave']) subscription.on(kind, ({ info }) => moves.push(`${kind} ${info.user}`));
    const told = (...all) => until(() => `${all}, only ${moves}`, () => `${moves}` === `${all}`);
    await told('join ann');
    const bob = await connected({ token: token({ sub: 'bob', info: { name: 'Bob' } }) });
    const { subscription: theirs } = await subscribed(bob, channel);
    await told('join ann', 'join bob');
    const all = Object.values((await theirs.presence()).clients);
    equal(`${all.map((one) => one.user).sort()}`, 'ann,bob', 'presence');
    equal(value(all.find((one) => one.user === 'bob').connInfo).name, 'Bob', 'info');
    const { numClients, numUsers } = await subscription.presenceStats();
    equal(`${numClients} ${numUsers}`, '2 2', 'stats');
    theirs.unsubscribe();
    await told('join ann', 'join bob', 'leave bob');
    equal(Object.keys((await subscription.presence()).clients).length, 1, 'presence afterwards');
  },

  async 'a channel that is not'() {
    const subscription = (await connected()).newSubscription('nowhere:x');
    const gone = event(subscription, 'unsubscribed');
    subscription.subscribe();
    equal((await gone).code, 102, 'code');
  },

  async 'unrecoverable position'() {
    const { subscription, context } = await subscribed(await connected(), `${name}-lost`, {
      since: { epoch: 'of another log', offset: 5 },
    });
    equal(context.wasRecovering, true, 'wasRecovering');
    equal(context.recovered, false, 'recovered');
    const all = collected(subscription);
    await produce(subscription.channel, 1);
    await arrives(all, [1]);
  },

  async 'history'() {
    const { subscription, context } = await subscribed(await connected(), `${name}-history`);
    const all = collected(subscription);
    for (let i = 1; i <= 10; i += 1) await produce(subscription.channel, i);
    await arrives(all, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const values = (result) => JSON.stringify(result.publications.map((p) => value(p.data)));
    const first = await subscription.history({ limit: 4, since: context.streamPosition });
    equal(values(first), '[1,2,3,4]', 'a page');
    const since = { epoch: first.epoch, offset: first.publications.at(-1).offset };
    equal(values(await subscription.history({ limit: 4, since })), '[5,6,7,8]', 'the next page');
    equal(values(await subscription.history({ limit: 3, reverse: true })), '[10,9,8]', 'the newest');
    const top = await subscription.history();
    equal(top.publications.length, 0, 'publications without a limit');
    if (top.offset < first.offset) throw new Error(`the log went back from ${first.offset} to ${top.offset}`);
    await refused(subscription.history({ limit: 1, since: { epoch: 'x', offset: 1 } }), 112);
  },

  async 'kept position'() {
    const channel = `${name}-kept`;
    const { subscription, context } = await subscribed(await connected(), channel);
    equal(context.positioned, true, 'positioned');
    subscription.unsubscribe();
    await produce(channel, 1);
    await produce(channel, 2);
    const options = { since: context.streamPosition, positioned: true, recoverable: true };
    const again = (await connected()).newSubscription(channel, options);
    const all = collected(again);
    const yes = event(again, 'subscribed');
    again.subscribe();
    equal((await yes).recovered, true, 'recovered');
    await arrives(all, [1, 2]);
  },

  async 'state of its own'() {
    const channel = `${name}-state`;
    await produce(channel, 'in the state');
    let loads = 0;
    const getState = async () => {
      loads += 1;
      const position = JSON.parse(await top(channel)); // first the position, then the state
      await produce(channel, 'meanwhile');
      return { epoch: position.epoch, offset: position.offset };
    };
    const subscription = (await connected()).newSubscription(channel, { getState });
    const all = [];
    subscription.on('publication', (p) => {
      // a node that has yet to read it gives an older position: what the state holds may come again
      if (value(p.data) !== 'in the state') all.push(value(p.data));
    });
    const yes = event(subscription, 'subscribed');
    subscription.subscribe();
    equal((await yes).recovered, true, 'recovered');
    await arrives(all, ['meanwhile']);
    const again = event(subscription, 'subscribed');
    cut();
    await produce(channel, 'away');
    equal((await again).recovered, true, 'recovered');
    await arrives(all, ['meanwhile', 'away']);
    equal(loads, 1, 'loads');
  },

  async 'newest value on subscribe (cache recovery)'() {
    const channel = `state:${name}`;
    const witness = collected((await subscribed(await connected(), channel)).subscription);
    await produce(channel, 'old');
    await produce(channel, 'newest');
    await until(() => `the newest, only ${witness}`, () => witness.at(-1) === 'newest'); // the node has it
    const it = await connected();
    const since = { offset: 0, epoch: '' };
    const subscription = it.newSubscription(channel, { since });
    const all = collected(subscription);
    const first = event(subscription, 'subscribed');
    subscription.subscribe();
    equal((await first).recovered, true, 'recovered');
    await arrives(all, ['newest']);
    const plain = it.newSubscription(`${channel}-none`, { since });
    const none = event(plain, 'subscribed');
    plain.subscribe();
    equal((await none).recovered, true, 'recovered, and known that there is none');
    const granted = client({ token: token({ channels: [channel] }) });
    const heard = event(granted, 'publication');
    granted.connect();
    equal(value((await heard).data), 'newest', 'of a server-side subscription');

    const again = event(subscription, 'subscribed');
    cut();
    for (let i = 1; i <= 5; i += 1) await produce(channel, i);
    equal((await again).recovered, true, 'recovered');
    await until(() => `5, only ${all}`, () => all.at(-1) === 5);
    const numbers = all.slice(1);
    equal(`${numbers}`, `${[...new Set(numbers)].sort()}`, 'in order and once each');
  },

  async 'server restart'() {
    const it = await connected();
    const { subscription } = await subscribed(it, `${name}-restart`);
    const all = collected(subscription);
    await produce(subscription.channel, 1);
    await arrives(all, [1]);
    // who restarts it waits for all that are to hear of it, and has a limit for the rest
    const told = (emitter, name) => new Promise((resolve) => { emitter.once(name, resolve); });
    const ended = told(it, 'connecting');
    report('restart now');
    equal((await ended).code, 3001, 'code');
    const context = await told(subscription, 'subscribed');
    equal(context.wasRecovering, true, 'wasRecovering');
    equal(context.recovered, true, 'recovered');
    await produceWhenThere(subscription.channel, 2);
    await arrives(all, [1, 2]);
  },
};

const slow = ['token that runs out', 'subscription token that runs out', 'server restart'];

let failed = 0;
for (const [behaviour, run] of Object.entries(behaviours)) {
  if (only.length > 0 ? !only.includes(behaviour) : slow.includes(behaviour) && !full) continue;
  try {
    await run();
    report(`ok ${behaviour}`);
  } catch (e) {
    failed += 1;
    report(`failed ${behaviour}: ${e.stack ?? e.message ?? JSON.stringify(e)}`.replaceAll('\n', ' '));
  }
  for (const it of open) {
    it.removeAllListeners();
    it.disconnect();
  }
  open.clear();
}
where.end(failed);

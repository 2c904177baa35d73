// Subscribes to Sluice channels with the JavaScript SDK of the Centrifuge family, unchanged.
//
//   npm ci
//   node subscribe.mjs URL TOKEN CHANNEL… [--count N]
//   node subscribe.mjs ws://127.0.0.1:8000/connection/websocket "$(../../../sluice token --user me)" news
//
// Each publication is one JSON line on stdout: {"channel","offset","data"}, and "tags" where the record has any.
// What happens to the connection goes to stderr, one "subscribed" line per channel among it, so that a script
// knows from when on nothing is missed. The SDK reconnects by itself and recovers by position.
//
// Exit codes: 0 after N publications (without --count it runs until it is ended), 1 when the server refuses
// for good (a bad token, a channel that is not allowed), 2 when the arguments make no sense.

import { Centrifuge } from 'centrifuge';
import WebSocket from 'ws';

const usage = 'usage: node subscribe.mjs URL TOKEN CHANNEL… [--count N]';
const { url, token, channels, count } = readArguments(process.argv.slice(2));

// Node 20 has no WebSocket of its own, hence the one from `ws`.
const client = new Centrifuge(url, { token, websocket: WebSocket });
let printed = 0;

client.on('connected', (c) => note(`connected client=${c.client}`));
client.on('connecting', (c) => note(`connecting code=${c.code} reason=${JSON.stringify(c.reason)}`));
client.on('error', (e) => note(`error code=${e.error.code} message=${JSON.stringify(e.error.message)}`));
client.on('disconnected', (d) => finish(1, `disconnected code=${d.code} reason=${JSON.stringify(d.reason)}`));

for (const channel of channels) {
  const subscription = client.newSubscription(channel);
  subscription.on('subscribed', (s) => note(`subscribed channel=${channel} ${describe(s)}`));
  subscription.on('error', (e) => note(`error channel=${channel} code=${e.error.code} message=${JSON.stringify(e.error.message)}`));
  subscription.on('unsubscribed', (u) => finish(1, `unsubscribed channel=${channel} code=${u.code} reason=${JSON.stringify(u.reason)}`));
  subscription.on('publication', (p) => print({ channel, offset: p.offset, data: p.data, tags: p.tags }));
  subscription.subscribe();
}
client.connect();

function print(publication) {
  if (printed === count) return; // one frame can hold more publications than were asked for
  console.log(JSON.stringify(publication));
  printed += 1;
  if (printed === count) finish(0, `done count=${count}`);
}

function describe(s) {
  const position = s.streamPosition ? `offset=${s.streamPosition.offset} epoch=${s.streamPosition.epoch}` : 'no position';
  return s.wasRecovering ? `${position} recovered=${s.recovered}` : position;
}

function note(line) {
  console.error(line);
}

function finish(code, line) {
  note(line);
  process.exitCode ??= code; // our own disconnect below also ends in here; the first reason counts
  client.removeAllListeners();
  client.disconnect();
}

function readArguments(args) {
  const words = [];
  let limit = Infinity;
  for (let i = 0; i < args.length; i += 1) {
    if (args[i] === '--help' || args[i] === '-h') {
      console.log(usage);
      process.exit(0);
    } else if (args[i] === '--count') {
      i += 1;
      limit = Number(args[i]);
      if (!Number.isInteger(limit) || limit < 1) refuse(`--count ${args[i] ?? ''}: not a number of 1 or more`);
    } else if (args[i].startsWith('--')) {
      refuse(`${args[i]}: unknown option; did you mean --count?`);
    } else {
      words.push(args[i]);
    }
  }
  const [where, secret, ...names] = words;
  if (names.length === 0) refuse('URL, TOKEN and at least one CHANNEL are needed');
  return { url: where, token: secret, channels: [...new Set(names)], count: limit };
}

function refuse(problem) {
  console.error(`${problem}\n${usage}`);
  process.exit(2);
}

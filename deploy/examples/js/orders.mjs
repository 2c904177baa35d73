// Shows an order: its state from a service of yours (../python/orders.py), and then each change as it comes. Nothing is
// missed between the two, and nothing is added twice. Runs until it is ended.
//
//   npm ci
//   TOKEN=$(../../../sluice token --user me)
//   node orders.mjs URL TOKEN SERVICE KEY
//   node orders.mjs ws://127.0.0.1:8000/connection/websocket "$TOKEN" http://127.0.0.1:8081 42
//
// The order as it is now is a JSON line on stdout, again after each change. What is loaded goes to stderr.

import { Centrifuge } from 'centrifuge';
import WebSocket from 'ws';

const [url, token, service, key] = process.argv.slice(2);
if (!key) throw new Error('usage: node orders.mjs URL TOKEN SERVICE KEY');

let order;
const show = () => console.log(JSON.stringify(order));

// The SDK calls this before it subscribes for the first time, and again whenever its position cannot be recovered any
// more. If it throws, it is called again a little later. While it runs no publication comes.
async function getState() {
  const answer = await fetch(`${service}/state/${encodeURIComponent(key)}`);
  if (!answer.ok) throw new Error(`the service answers ${answer.status}`);
  const { state, position } = await answer.json();
  order = state;
  console.error(`loaded offset=${position.offset} epoch=${position.epoch}`);
  show();
  return position;
}

const client = new Centrifuge(url, { token, websocket: WebSocket });
const subscription = client.newSubscription(key, { getState });
subscription.on('publication', ({ data }) => {
  order = { total: order.total + (data?.amount ?? 0), status: data?.status ?? '' };
  show();
});
subscription.on('error', ({ error }) => console.error(`error code=${error.code} message=${error.message}`));
subscription.on('unsubscribed', ({ code, reason }) => console.error(`unsubscribed code=${code} reason=${reason}`));
client.on('disconnected', ({ code, reason }) => console.error(`disconnected code=${code} reason=${reason}`));
subscription.subscribe();
client.connect();

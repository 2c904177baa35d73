// The matrix in Node: clients and what they need come from packages, and the network is of this process.

import { EventSource } from 'eventsource';
import WebSocket from 'ws';
import { Centrifuge as JsonClient } from 'centrifuge';
import { Centrifuge as ProtobufClient } from 'centrifuge/build/protobuf';
import { relay, service } from './network.mjs';

const [edge, api, key, secret] = process.argv.slice(2);
const network = await relay(edge);

export const [transport, encoding] = process.argv.slice(6);
export const Client = encoding === 'protobuf' ? ProtobufClient : JsonClient;
export const { port, cut } = network;
export const { token, produce, top } = service(api, key, secret);
export const options = { websocket: WebSocket, eventsource: EventSource };
export const only = (process.env.ONLY ?? '').split(',').filter((it) => it !== '');
export const full = process.env.FULL === 'yes';
export const report = (line) => console.log(line);

export function end(failed) {
  network.close();
  cut();
  process.exitCode = failed === 0 ? 0 : 1;
}

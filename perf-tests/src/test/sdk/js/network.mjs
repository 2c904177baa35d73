// A network that can be cut, and what a service behind the application does.

import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';

// A relay to EDGE on a port of its own.
export async function relay(edge) {
  const sockets = new Set();
  const server = net.createServer((client) => {
    const node = net.connect(Number(new URL(edge).port), new URL(edge).hostname);
    for (const [from, to] of [[client, node], [node, client]]) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return { port: server.address().port, cut, close: () => server.close() };
}

export function service(api, key, secret) {
  const token = (claims, seconds = 300) => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(Date.now() / 1000);
    const all = { sub: 'ann', iat: now, exp: now + seconds, ...claims };
    const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(all)}`;
    return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
  };
  const produce = async (channel, data, tags) => {
    const response = await fetch(`${api}/api/publish`, {
      method: 'POST',
      headers: { 'X-API-Key': key, 'Content-Type': 'application/json' },
      body: JSON.stringify({ channel, data, tags }),
    });
    const answer = await response.json();
    if (answer.error) throw new Error(`publish: ${JSON.stringify(answer)}`);
  };
  // Where a channel's log is, as text.
  const top = async (channel) => {
    const response = await fetch(`${api}/api/v1/channels/${encodeURIComponent(channel)}`, {
      headers: { 'X-API-Key': key },
    });
    if (!response.ok) throw new Error(`channel: ${response.status}`);
    return response.text();
  };
  return { token, produce, top };
}

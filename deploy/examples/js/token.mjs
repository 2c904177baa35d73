// A token endpoint, with nothing but Node: POST /token answers {"token":"…"}. It also serves ../html/centrifuge.html,
// which asks for tokens here.
//
//   HMAC_SECRET=… node token.mjs [PORT]        the secret is the nodes' tokens.hmac-secret; PORT is 8080

import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http from 'node:http';

const SECONDS = 300; // short: the SDK fetches the next one by itself, and one that leaked is soon worth nothing
const secret = process.env.HMAC_SECRET;
if (!secret) throw new Error('HMAC_SECRET is not set');

function token(user) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { sub: user, exp: Math.floor(Date.now() / 1000) + SECONDS };
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

const pages = new Map([
  ['/', '../html/centrifuge.html'],
  ['/centrifuge.js', 'node_modules/centrifuge/dist/centrifuge.js'],
]);

const server = http.createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (request.method === 'POST' && pathname === '/token') {
    const user = 'ann'; // your session says who it is; answer 401 where nobody is logged in
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ token: token(user) }));
  } else if (request.method === 'GET' && pages.has(pathname)) {
    const type = pathname.endsWith('.js') ? 'text/javascript' : 'text/html';
    response.setHeader('Content-Type', type).end(await readFile(new URL(pages.get(pathname), import.meta.url)));
  } else {
    response.writeHead(404).end();
  }
});
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});

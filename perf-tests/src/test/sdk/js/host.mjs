// Serves the matrix to browsers, from an origin that is not the edge's.
//
//   node host.mjs EDGE API KEY SECRET
//
// Prints its address; a page is ADDRESS?transport=websocket&encoding=json[&only=A,B][&full=yes].

import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { relay, service } from './network.mjs';

const [edge, api, key, secret] = process.argv.slice(2);
const { token, produce, top } = service(api, key, secret);
const relays = new Map();

const page = `<!doctype html><meta charset="utf-8"><title>matrix</title><link rel="icon" href="data:,">
<body><pre id="lines"></pre><script type="module" src="/matrix.mjs"></script>`;

const files = new Set([
  '/matrix.mjs',
  '/where.browser.mjs',
  '/node_modules/centrifuge/dist/centrifuge.js',
  '/node_modules/centrifuge/dist/centrifuge.protobuf.js',
]);

const answers = {
  '/relay': async () => {
    const one = await relay(edge);
    relays.set(one.port, one);
    return JSON.stringify({ port: one.port });
  },
  '/cut': async ({ port }) => {
    relays.get(port).cut();
    return '';
  },
  '/token': async ({ claims, seconds }) => token(claims, seconds),
  '/top': async ({ channel }) => top(channel),
  '/produce': async ({ channel, data, tags }) => {
    await produce(channel, data, tags);
    return '';
  },
};

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString();
  return text === '' ? {} : JSON.parse(text);
}

const server = http.createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  try {
    if (request.method === 'POST') {
      response.end(await answers[pathname](await body(request)));
    } else if (pathname === '/blank') {
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><link rel="icon" href="data:,">');
    } else if (pathname === '/') {
      response.setHeader('Content-Type', 'text/html').end(page);
    } else if (files.has(pathname)) {
      const content = await readFile(new URL(`.${pathname}`, import.meta.url));
      response.setHeader('Content-Type', 'text/javascript').end(content);
    } else {
      response.writeHead(404).end();
    }
  } catch (e) {
    response.writeHead(500).end(String(e));
  }
});
server.listen(0, '127.0.0.1', () => console.log(`http://localhost:${server.address().port}/`));

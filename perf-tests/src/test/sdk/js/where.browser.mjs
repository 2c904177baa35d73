// The matrix in a browser: the SDK's own bundles and the browser's WebSocket, fetch and EventSource. The page's host
// (host.mjs) cuts the network, makes tokens and publishes; the edge is another origin.

const query = new URLSearchParams(location.search);
const lines = [];

export const transport = query.get('transport');
export const encoding = query.get('encoding');
await import(`./node_modules/centrifuge/dist/centrifuge${encoding === 'protobuf' ? '.protobuf' : ''}.js`);
export const Client = globalThis.Centrifuge;
export const { port } = await (await fetch('/relay', { method: 'POST' })).json();
export const options = {};
export const only = (query.get('only') ?? '').split(',').filter((it) => it !== '');
export const full = query.get('full') === 'yes';

export function cut() {
  ask('/cut', { port });
}

export function token(claims, seconds = 300) {
  return ask('/token', { claims, seconds });
}

export async function produce(channel, data, tags) {
  ask('/produce', { channel, data, tags });
}

export async function top(channel) {
  return ask('/top', { channel });
}

export function report(line) {
  lines.push(line);
  document.getElementById('lines').textContent = lines.join('\n');
}

export function end() {
  document.body.dataset.ended = 'yes';
}

// At once, as the same functions are in Node.
function ask(path, body) {
  const request = new XMLHttpRequest();
  request.open('POST', path, false);
  request.send(JSON.stringify(body));
  if (request.status !== 200) throw new Error(`${path}: ${request.status} ${request.responseText}`);
  return request.responseText;
}

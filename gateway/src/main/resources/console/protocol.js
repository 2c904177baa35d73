// The client protocol in its JSON form: frames to objects and back, and what the codes mean.
// Pure: no socket, no clock, no page.

/** Close codes after which an SDK, and this page, must not come back by itself. */
export function isTerminal(code) {
  return code === 1009 || (code >= 3500 && code <= 3999) || (code >= 4500 && code <= 4999);
}

/** Errors worth another try: the server says so, or the code is one of its temporary ones. */
export function isTemporary(error) {
  return error.temporary === true || error.code === 100 || error.code === 111;
}

export const TOKEN_EXPIRED = 109;
export const CONNECTION_EXPIRED = 3005;

/** For what ends on our side: a time limit, a cut. Never on the wire. */
export const LOCAL = 0;

const OWN_WORDS = new Map([
  [1000, 'closed'],
  [1001, 'the server went away'],
  [1005, 'closed'],
  [1006, 'the network or the server went away'],
  [1009, 'message too big'],
]);

/** `3001 shutdown`; a browser gives no reason of its own, so the common codes have words here. */
export function describe(code, reason) {
  if (code === LOCAL) return reason;
  return `${code} ${reason || OWN_WORDS.get(code) || 'closed without a reason'}`;
}

/** One frame holds one object per line; `{}` is a ping. */
export function decode(frame) {
  return frame.split('\n').filter((line) => line !== '').map(parseJson);
}

/** A command as one line: JSON.stringify leaves no raw newline that could split the frame. */
export function encode(command) {
  return JSON.stringify(command);
}

// A double is exact up to 15 digits. Longer numbers (ids are often 64 bits) keep their text where the browser can.
const LONG_NUMBER = /\d{16}/;

export function parseJson(text) {
  return JSON.rawJSON && LONG_NUMBER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

function keepDigits(_, value, { source }) {
  return typeof value === 'number' && String(value) !== source ? JSON.rawJSON(source) : value;
}

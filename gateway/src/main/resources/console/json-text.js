// JSON with a little colour: spans around keys, strings, numbers and words. The text itself is not touched.

import { el } from './dom.js';

const TOKEN = /("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)/g;

export function jsonText(text) {
  const pieces = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [, string, colon, number, word] = match;
    const token = string ?? number ?? word;
    pieces.append(text.slice(end, match.index), el(`span.${kind(string, colon, number)}`, {}, token));
    end = match.index + token.length;
  }
  pieces.append(text.slice(end));
  return pieces;
}

function kind(string, colon, number) {
  if (string !== undefined) return colon === undefined ? 'json-string' : 'json-key';
  return number === undefined ? 'json-word' : 'json-number';
}

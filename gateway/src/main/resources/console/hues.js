// Every watched channel has a colour, in the order they were first seen; style.css has six.

const HUES = 6;
const REMEMBERED = 1_000;
const hues = new Map();

export function hueOf(channel) {
  if (!hues.has(channel)) {
    if (hues.size === REMEMBERED) hues.clear();
    hues.set(channel, hues.size % HUES);
  }
  return hues.get(channel);
}

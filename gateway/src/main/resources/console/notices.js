// What the page says about its own doings, among the messages: lost, back, and whether anything is missing.

import { describe } from './protocol.js';
import { counted, duration } from './words.js';

export function lossNotice(state) {
  const text = state.cut ? 'You cut the connection' : `Connection lost: ${describe(state.code, state.reason)}`;
  return notice('cut', text);
}

export function stopNotice({ code, reason }) {
  return notice('stopped', `Disconnected for good: ${describe(code, reason)}`);
}

export function orderNotice(channel, offset, before) {
  return notice('order', `Offset ${offset} arrived after ${before}. That must not happen, please report it.`, channel);
}

/** Every subscribe reply is a verdict; its notice has one of the kinds watching, recovered, lost, unpromised. */
export function verdictNotice({ channel, position, recoverable }, verdict) {
  return notice(verdict.kind, verdictText(position, recoverable, verdict), channel);
}

export function recoveredText({ count, from, until, cause }) {
  const what = count === 0 ? 'Nothing was missed' : `Recovered ${counted(count, 'message')}`;
  if (cause !== null) return `${what}, no gap. The server had asked to resubscribe: ${describe(cause.code, cause.message)}`;
  return `${what} after ${duration(until - from)} offline, no gap`;
}

function verdictText(position, recoverable, verdict) {
  const away = duration(verdict.until - verdict.from);
  switch (verdict.kind) {
    case 'watching':
      return recoverable ? `Watching from offset ${position.offset}` : 'Watching; this channel does not promise recovery';
    case 'recovered':
      return recoveredText(verdict);
    case 'lost':
      return `Not recovered after ${away}: messages may be missing. ${move(verdict.before, position)}`;
    case 'unpromised':
      return `Back after ${away}. This channel does not promise recovery: messages may be missing`;
  }
}

function move(before, after) {
  if (before.epoch !== after.epoch) return `The epoch changed from ${before.epoch} to ${after.epoch}; reading goes on at offset ${after.offset}`;
  return `Reading goes on at offset ${after.offset}, after ${before.offset}`;
}

function notice(kind, text, channel) {
  return { notice: kind, text, channel, at: Date.now() };
}

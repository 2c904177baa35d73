// One message or notice as a list item. A message shows its position, its data and its age;
// opened, it shows everything there is to know about it.

import { el } from './dom.js';
import { hueOf } from './hues.js';
import { jsonText } from './json-text.js';
import { parseJson } from './protocol.js';
import { bytes, duration, timeOfDay } from './words.js';

const PREVIEW = 240; // characters of data in a closed row; the widest screens show fewer
const COLOURED = 20_000; // characters of data that get colours when opened

export function messageRow(message, plain) {
  const { channel, offset, epoch, text, recovered } = message;
  const preview = text.slice(0, PREVIEW);
  const summary = el(
    'summary',
    {},
    el(
      'span.row',
      {},
      el('span.offset', { title: `offset ${offset ?? 'none'}, epoch ${epoch || 'none'}` }, offset ?? '–', el('span.epoch', {}, epoch ?? '')),
      el('span.channel', { title: channel }, channel),
      el('code.data', {}, plain ? preview : jsonText(preview)),
      el('span.age', { title: ageTitle(message) }, age(message)),
      el('time.clock', { datetime: new Date(message.at).toISOString() }, timeOfDay(message.at)),
    ),
  );
  const details = el('details', {}, summary);
  details.addEventListener('toggle', () => details.append(everything(message)), { once: true });
  return el(
    'li.message',
    { 'data-offset': offset ?? '', 'data-epoch': epoch, 'data-channel': channel, 'data-hue': hueOf(channel), 'data-recovered': recovered || undefined },
    details,
  );
}

export function noticeRow(notice) {
  const hue = notice.channel === undefined ? undefined : hueOf(notice.channel);
  const children = [el('span.notice-text', {}, notice.text), el('time.clock', {}, timeOfDay(notice.at))];
  if (notice.channel !== undefined) children.unshift(el('span.channel', { title: notice.channel }, notice.channel), ' ');
  return el('li.notice', { 'data-notice': notice.notice, 'data-hue': hue }, ...children);
}

function age({ age: ms, approximate, recovered }) {
  if (ms === null) return '–';
  return `${recovered ? 'waited ' : ''}${approximate ? '≈' : ''}${duration(ms)}`;
}

function ageTitle({ age: ms, approximate, recovered }) {
  if (ms === null) return 'The record has no time, or one from the future of this clock';
  const what = recovered ? 'Published while this page was away; delivered this long after' : 'From the record’s time to its arrival here';
  return approximate ? `${what}; the clocks differ, corrected by the difference` : what;
}

function everything(message) {
  const { text, length, time, info, tags } = message;
  const facts = [
    ['Position', `offset ${message.offset ?? 'none'}, epoch ${message.epoch || 'none'}`],
    ['Published', time ? `${timeOfDay(time)} by the record’s time` : 'the record has no time'],
    ['Arrived', `${timeOfDay(message.at)}, ${age(message)}`],
    ['Size', `${bytes(length)} of JSON${length > text.length ? `, the first ${bytes(text.length)} shown` : ''}`],
  ];
  if (info) facts.push(['Publisher', `user ${info.user || 'anonymous'}, client ${info.client ?? 'none'}`]);
  if (tags) facts.push(['Tags', Object.entries(tags).map(([key, value]) => `${key}=${value}`).join(', ')]);
  const list = el('dl.facts', {}, ...facts.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
  return el('div.everything', {}, el('pre', { tabindex: '0', 'aria-label': 'Data' }, pretty(message)), list);
}

function pretty({ text, length }) {
  const whole = length > text.length ? text : JSON.stringify(parseJson(text), null, 2);
  return whole.length > COLOURED ? whole : jsonText(whole);
}

// The console: one client, four views, and what each has to tell the others.

import { CatchUp } from './catch-up.js';
import { ChannelsView, namesIn } from './channels-view.js';
import { Client } from './client.js';
import { ConnectionView } from './connection-view.js';
import { byId } from './dom.js';
import { Meter } from './meter.js';
import { lossNotice, orderNotice, recoveredText, stopNotice, verdictNotice } from './notices.js';
import { PublishView } from './publish-view.js';
import { StreamView } from './stream-view.js';

const CUT_MS = 4_000; // long enough to publish something from a shell meanwhile
const KEPT_TEXT = 65_536; // characters of data kept per message: 500 rows of 1 MiB are too much for a phone

const meter = new Meter();
const catchUps = new Map(); // channel → the recovery that may still go on
let connectedBefore = false; // only the loss of a connection is news, not each try that fails

const client = new Client(fetchSession, {
  state: stateChanged,
  channel: (subscription) => channels.show(subscription),
  verdict: subscribed,
  publication: arrived,
});
const stream = new StreamView(meter);
const connection = new ConnectionView({ cut: () => client.cut(CUT_MS), connect: () => client.connect() });
const channels = new ChannelsView({ watch, unwatch });
const publishing = new PublishView((channel, data, answered) => client.publish(channel, data, answered));

start();

function start() {
  const named = channelsOf(location.hash);
  if (named.length > 0) byId('channel').value = '';
  for (const channel of named) client.watch(channel);
  publishing.offer(named);
  addEventListener('online', () => {
    if (client.state.name === 'reconnecting' && !client.state.cut) client.connect();
  });
  client.connect();
}

async function fetchSession() {
  const response = await fetch('/console/session', { cache: 'no-store' }).catch(() => {
    throw new Error('the API does not answer');
  });
  if (!response.ok) throw new Error(`GET /console/session answered ${response.status}`);
  return response.json();
}

function watch(channel) {
  client.watch(channel);
  watchedChanged();
}

function unwatch(channel) {
  client.unwatch(channel);
  catchUps.delete(channel);
  watchedChanged();
}

/** The address of the page names the channels, so that a reload or a shared link shows the same. */
function watchedChanged() {
  const watched = [...client.subscriptions.keys()];
  const names = watched.map((channel) => encodeURIComponent(channel).replaceAll('%3A', ':'));
  history.replaceState(null, '', watched.length === 0 ? location.pathname : `#${names.join(',')}`);
  publishing.offer(watched);
}

function channelsOf(hash) {
  try {
    return namesIn(decodeURIComponent(hash.slice(1)));
  } catch {
    return []; // not an address this page wrote
  }
}

function stateChanged(state) {
  connection.show(state);
  switch (state.name) {
    case 'connecting':
      break;
    case 'connected':
      connectedBefore = true;
      announce('Connected');
      break;
    case 'reconnecting':
      if (connectedBefore) tell(lossNotice(state));
      connectedBefore = false;
      break;
    case 'stopped':
      connectedBefore = false;
      tell(stopNotice(state));
      break;
  }
}

function subscribed(subscription, verdict) {
  const notice = verdictNotice(subscription, verdict);
  catchUps.delete(subscription.channel);
  if (verdict.kind === 'recovered') {
    const { clock } = client;
    const catchUp = new CatchUp(clock.toServer(verdict.from), clock.toServer(verdict.until));
    catchUps.set(subscription.channel, { catchUp, notice, verdict });
  }
  if (verdict.kind === 'watching') stream.add(notice);
  else tell(notice);
}

function arrived({ channel, position }, publication, { inReply, before }) {
  const now = Date.now();
  const { offset, time, tags, info } = publication;
  const text = JSON.stringify(publication.data ?? null);
  const recovered = inReply || caughtUp(channel, publication, now);
  const age = client.clock.age(time, now);
  meter.count();
  if (!recovered && age !== null) meter.latency(age);
  if (before !== null) stream.add(orderNotice(channel, offset, before));
  stream.add({
    channel, offset, epoch: position.epoch, time, tags, info, recovered, age, at: now,
    approximate: client.clock.approximate, text: text.slice(0, KEPT_TEXT), length: text.length,
  });
  channels.moved(channel);
  publishing.arrived(channel, text);
}

function caughtUp(channel, publication, now) {
  const going = catchUps.get(channel);
  if (going === undefined) return false;
  if (!going.catchUp.includes(publication, now)) {
    catchUps.delete(channel);
    return false;
  }
  going.verdict.count += 1;
  going.notice.text = recoveredText(going.verdict);
  stream.changed(going.notice);
  return true;
}

/** A notice that is also spoken: few and far between, unlike messages. */
function tell(notice) {
  stream.add(notice);
  announce(notice.channel === undefined ? notice.text : `${notice.channel}: ${notice.text}`);
}

function announce(text) {
  byId('announce').textContent = text;
}

// Writes the Grafana dashboard: node dashboard.mjs >dashboard.json
// A panel is a line here and a line there. Order is place: three panels abreast, below the title of their area.

const NODE = 'job="$job",instance=~"$node"';
const SPACE = NODE + ',namespace=~"$namespace"';

// A target is [PromQL, legend].
const of = (metric, labels = '') => `${metric}{${NODE}${labels && ',' + labels}}`;
const ofSpace = (metric, labels = '') => `${metric}{${SPACE}${labels && ',' + labels}}`;
const rate = (series) => `rate(${series}[$__rate_interval])`;
const sum = (by, expression) => (by ? `sum by (${by}) (${expression})` : `sum (${expression})`);
const max = (by, expression) => `max by (${by}) (${expression})`;
const legend = (labels) => labels.split(', ').map((it) => `{{${it}}}`).join(' ');

const gauge = (metric, by = 'instance', labels = '') => [sum(by, of(metric, labels)), legend(by)];
const each = (metric, by, labels = '') => [sum(by, rate(of(metric, labels))), legend(by)];
const total = (metric, name, labels = '') => [sum('', rate(of(metric, labels))), name];
const mean = (timer, name) => [`${sum('', rate(of(timer + '_sum')))} / ${sum('', rate(of(timer + '_count')))}`, name];
const worst = (metric) => [max('instance, namespace', ofSpace(metric)), legend('instance, namespace')];
const named = (name, [expr, legend]) => [expr, `${name} ${legend}`];
const least = (metric) => [`min by (namespace) (${ofSpace(metric)})`, '{{namespace}}'];
const quantile = (q) => [
  `histogram_quantile(${q}, ${sum('namespace, le', rate(ofSpace('sluice_delivery_latency_seconds_bucket')))})`,
  `p${100 * q} {{namespace}}`,
];

const publishes = (labels) => sum('', rate(of('sluice_publishes_seconds_count', labels)));
const ALERTS = 'ALERTS{alertname=~"Sluice.+",alertstate="firing",job="$job"}';

const AREAS = {
  // The first row is how it should be, the second what should be 0, or nearly.
  Overview: [
    stat('Ready nodes', 'short', [sum('', of('sluice_ready')) + ' or vector(0)', 'ready'], [`count (${of('up')})`, 'of']),
    stat('Connections', 'short', [sum('', of('sluice_edge_connections')), '']),
    stat('Deliveries', 'ops', total('sluice_edge_deliveries_total', '')),
    stat('Delivery, 99 of 100 within', 's', quantile(0.99)),
    stat('Clients may be away for', 's', least('sluice_recoverable_horizon_seconds')),
    red(1, stat('Alerts', 'short', [`count (${ALERTS}) or vector(0)`, ''])),
    red(1, stat('Shed level, the highest', 'short', [`max (${of('sluice_shed_level')})`, ''])),
    red(1, stat('Turned away', 'ops', total('sluice_edge_refusals_total', '', 'reason=~"connections|handshake-rate|pending"'))),
    red(10, stat('Behind Kafka, the most', 's', [`max (${of('sluice_tailer_late_seconds')})`, ''])),
    red(0.05, stat('Lagging subscriptions', 'percentunit',
      [`${sum('', of('sluice_hub_lagging_subscriptions'))} / clamp_min(${sum('', of('sluice_edge_subscriptions'))}, 1)`, ''])),
    red(0.05, stat('Publishes that fail', 'percentunit', [`${publishes('outcome=~"refused|unknown"')} / (${publishes('')} > 0) or vector(0)`, ''])),
    red(1, stat('Breakers that are not closed', 'short', [sum('', of('sluice_breaker_state', 'state=~"open|half-open"')), ''])),
    lines('Alerts that fire', 'short', 'By name; each has a page in runbooks.md.',
      [`count by (severity, alertname) (${ALERTS})`, legend('severity, alertname')]),
    lines('Scraped', 'short', '1: Prometheus got an answer; 0: it got none.', [of('up'), '{{instance}}']),
    lines('Uptime', 's', 'Falls to 0 where a node was started anew.', gauge('process_uptime_seconds')),
  ],
  'Connections and handshakes': [
    lines('Connections', 'short', 'By node. Beyond edge.max-connections new ones are turned away.', gauge('sluice_edge_connections')),
    lines('Sockets', 'short', 'Connections, those on their way to become one, and those that linger.', gauge('sluice_edge_sockets')),
    lines('Opened and closed', 'ops', 'Connections a second, all nodes.',
      total('sluice_edge_openings_total', 'opened'), total('sluice_edge_closings_total', 'closed')),
    lines('Closings by reason', 'ops', 'client: it or the network ended it; slow: it did not read; shutdown: the node leaves.',
      each('sluice_edge_closings_total', 'reason')),
    lines('Handshakes and requests', 'ops', 'By transport, and HTTP status, timeout or stalled.',
      each('sluice_edge_handshakes_total', 'transport, outcome')),
    lines('Refusals', 'ops', 'What a limit kept clients from, by limit.', each('sluice_edge_refusals_total', 'reason')),
    lines('Tokens', 'ops', 'Whose signature was checked, by outcome, and of which the verdict was remembered.',
      each('sluice_edge_tokens_verified_total', 'outcome'), total('sluice_edge_tokens_remembered_total', 'remembered')),
    lines('Errors', 'ops', 'Commands answered with an error, by code.', each('sluice_edge_errors_total', 'code')),
    lines('Certificates', 'short', 'Whose files changed: taken over or refused, since the node started.',
      gauge('sluice_edge_certificates_total', 'instance, outcome')),
    lines('Certificate ends', 's', 'How long what clients are shown is still good; nothing for nodes without TLS of their own.',
      [`(${sum('instance', of('sluice_edge_certificate_end_seconds'))} > 0) - time()`, '{{instance}}']),
  ],
  'Deliveries and latency': [
    lines('Deliveries', 'ops', 'Publications put into outboxes, by node.', each('sluice_edge_deliveries_total', 'instance')),
    lines('Latency', 's', "From a record's time to the socket.", quantile(0.5), quantile(0.99), quantile(0.999)),
    lines('Latency by node', 's', '99 of 100 within. One that is slow alone may be taken out.',
      [`histogram_quantile(0.99, ${sum('instance, le', rate(ofSpace('sluice_delivery_latency_seconds_bucket')))})`, '{{instance}}']),
    heatmap('Latency, all of it', 's', "From a record's time to the socket.",
      [sum('le', rate(ofSpace('sluice_delivery_latency_seconds_bucket'))), '{{le}}']),
    lines('Compressed and patched', 'ops', 'Publications, each once for all its subscribers.',
      total('sluice_edge_deflations_total', 'compressed'), total('sluice_edge_patches_total', 'patches')),
    lines('Spared by patches', 'Bps', 'Before escaping and compression.', each('sluice_edge_patches_saved_bytes_total', 'instance')),
    lines('Filters', 'ops', 'How often one was applied, and what subscriptions did not get for theirs.',
      total('sluice_edge_filters_applied_total', 'applied'), total('sluice_edge_filtered_total', 'kept back')),
  ],
  Subscriptions: [
    lines('Subscriptions', 'short', 'By node.', gauge('sluice_edge_subscriptions')),
    lines('Recoveries', 'ops', 'Clients that came back with a position: verdict, where the past came from, and why not.',
      each('sluice_edge_recoveries_total', 'verdict, source, reason')),
    lines('Positions', 'ops', 'Quiet clients given a newer one, and tokens that say nothing, by reason.',
      total('sluice_hub_anchored_total', 'anchored'), named('bad token:', each('sluice_edge_bad_position_tokens_total', 'reason'))),
    lines('Presence', 'short', 'Subscriptions that are shown, by node.', gauge('sluice_presence_members')),
    lines('Presence, asked', 'ops', 'Questions to other nodes, those of them that said nothing, and subscriptions not shown for a limit.',
      total('sluice_presence_questions_total', 'asked'), total('sluice_presence_unanswered_total', 'unanswered'),
      total('sluice_presence_hidden_total', 'hidden')),
    lines('Joins and leaves', 'ops', 'Told to all nodes, or not, and not pushed for lack of room.',
      each('sluice_presence_moves_total', 'outcome'), total('sluice_hub_joins_dropped_total', 'not pushed')),
  ],
  'Outboxes and slow clients': [
    lines('Lagging subscriptions', 'short', 'That wait for their clients to read, by node.', gauge('sluice_hub_lagging_subscriptions')),
    lines('No room', 'ops', 'How often a subscriber had none, and publications left out (slow: latest, drop-oldest).',
      total('sluice_hub_lags_total', 'lags'), total('sluice_hub_missed_total', 'left out')),
    lines('Closed for not reading', 'ops', 'Close code 3008, by node.', each('sluice_edge_closings_total', 'instance', 'reason="slow"')),
    lines('Outboxes', 'bytes', 'What waits for sockets, and the most, edge.outboxes.', gauge('sluice_edge_outboxes_bytes'),
      ['max (' + of('sluice_memory_budget_bytes', 'part="outboxes",place="direct"') + ')', 'most']),
    lines('Buffers of sockets', 'bytes', 'Outside of the heap, by node.', gauge('sluice_memory_used_bytes', 'instance', 'part="buffers"')),
  ],
  'Tailers, windows, replay': [
    lines('Behind Kafka, records', 'short', 'Of the partition where it is worst.', worst('sluice_tailer_behind_records')),
    lines('Behind Kafka, time', 's', 'For how long something has been in Kafka that was not read.', worst('sluice_tailer_late_seconds')),
    lines('Reading that failed', 'ops', 'Tried again, by cause; partitions left alone meanwhile; questions about positions.',
      each('sluice_tailer_errors_total', 'cause'), total('sluice_tailer_rests_total', 'rests'),
      total('sluice_log_questions_total', 'questions')),
    lines('Held back by transactions', 'short', 'Records beyond the last stable offset.', worst('sluice_lso_lag_records')),
    lines('Held back, time', 's', 'For how long one transaction has held a partition back: its last stable offset stands still.',
      worst('sluice_lso_held_seconds')),
    lines('Windows', 'bytes', 'Taken by windows and newest values, and what they may take at most.',
      gauge('sluice_memory_used_bytes', 'instance, part', 'part=~"window|last-values"'),
      ['max by (part) (' + of('sluice_memory_budget_bytes', 'part=~"window|last-values"') + ')', 'most {{part}}']),
    lines('Horizon, time', 's', 'For how long a client may be away and miss nothing.', least('sluice_recoverable_horizon_seconds')),
    lines('Horizon, records', 'short', 'How many records of its partition a client may have missed.', least('sluice_recoverable_horizon_records')),
    lines('Windows by namespace', 'bytes', 'On the node where that is most.',
      [max('namespace', ofSpace('sluice_window_bytes')), '{{namespace}}']),
    lines('Read below the windows', 'ops', 'Records, wanted or not.', each('sluice_replay_records_total', 'instance')),
    lines('Replays', 'ops', 'Readings, those of them that failed, and readers that were left behind.',
      total('sluice_replay_scans_total', 'scans'), total('sluice_replay_errors_total', 'failed'),
      total('sluice_replay_late_total', 'late')),
    lines('Replay, bytes', 'Bps', 'Of values.', each('sluice_replay_bytes_total', 'instance')),
    lines('Waiting for a replay', 'short', 'Readers, by node.', gauge('sluice_replay_readers')),
    lines('Replays at a time', 'short', 'Seconds of reading a second; at most replay.scans.', each('sluice_replay_seconds_total', 'instance')),
    lines("Kafka's answers", 's', 'The longest of the last 30 s, by client.',
      [max('client', of('sluice_kafka_client_latency_max_seconds')), '{{client}}']),
    lines('Throttled by Kafka', 's', 'For how long a broker put off an answer for a quota, the longest of the last 30 s, by client.',
      [max('client', of('sluice_kafka_client_throttle_max_seconds')), '{{client}}']),
    lines('From Kafka', 'Bps', 'By client.', gauge('sluice_kafka_client_incoming_bytes_per_second', 'client')),
    lines('Not where it belongs', 'ops', 'Records placed by an older partition count, headers beyond bounds, newest values dropped.',
      total('sluice_records_moved_total', 'moved'), total('sluice_headers_dropped_total', 'headers'),
      total('sluice_last_values_dropped_total', 'newest values')),
  ],
  'Publishing and breakers': [
    lines('Publishes', 'ops', 'refused: not sent; unknown: may be stored; rejected: never possible.',
      each('sluice_publishes_seconds_count', 'outcome')),
    lines('Time to an answer', 's', 'The mean, and the longest of late.',
      mean('sluice_publishes_seconds', 'mean'), [max('outcome', of('sluice_publishes_seconds_max')), 'longest {{outcome}}']),
    lines('Queue', 'short', 'Accepted and not yet answered, by node; at most publish.queue.', gauge('sluice_publish_queue')),
    lines('Open breakers', 'short', 'Nodes where it is open or half-open.',
      [sum('breaker', of('sluice_breaker_state', 'state=~"open|half-open"')), '{{breaker}}']),
    lines('Refused by breakers', 'ops', '', each('sluice_breaker_refusals_total', 'breaker')),
    lines('Never heard of', 'ops', 'Publishes under way when their client went, and producers made anew.',
      total('sluice_edge_publishes_unheard_total', 'unheard'),
      named('producer made anew:', each('sluice_producer_renewals_total', 'role'))),
    lines('Dead letters', 'ops', 'Found, each by every node, so the most of any.',
      [max('namespace, reason', rate(ofSpace('sluice_dead_letters_total'))), legend('namespace, reason')]),
    lines('Dead letters, written', 'ops', 'By the nodes whose duty it is.',
      total('sluice_dead_letters_written_total', 'written'), total('sluice_dead_letters_lost_total', 'lost')),
    lines('Dead letters, waiting', 'short', 'By node.', gauge('sluice_dead_letters_queue')),
  ],
  'Sessions and Redis': [
    lines('Without Redis', 'short', '1 while a node does without.', gauge('sluice_sessions_degraded')),
    lines('Calls', 'ops', 'Answered, by whichever store, and those that Redis did not answer, by reason.',
      total('sluice_sessions_calls_seconds_count', 'answered'),
      named('without Redis:', each('sluice_sessions_fallbacks_total', 'reason'))),
    lines('Time to an answer', 's', 'The mean, and the longest of late.',
      mean('sluice_sessions_calls_seconds', 'mean'), [max('instance', of('sluice_sessions_calls_seconds_max')), 'longest {{instance}}']),
    lines('Commands of Redis', 'ops', 'By command.', each('sluice_redis_commands_seconds_count', 'command')),
    lines("Redis' answers", 's', 'From when a command was sent: the mean, and the longest of late.',
      mean('sluice_redis_commands_seconds', 'mean'), [max('instance', of('sluice_redis_commands_seconds_max')), 'longest {{instance}}']),
    lines('Connecting to Redis', 'ops', 'Tries, by result.', each('sluice_redis_connects_total', 'result')),
    lines('Repeated', 'ops', 'Within redis.timeout, by outcome.', each('sluice_sessions_retries_total', 'outcome')),
    lines('Only here', 'short', "Sessions in nodes' own memory.", gauge('sluice_sessions_local')),
    lines('Sessions asked for', 'ops', 'By outcome.', each('sluice_edge_sessions_total', 'outcome')),
    lines('Session events', 'ops', 'Told to services, by event.', each('sluice_session_events_total', 'event')),
    lines('Session events, written', 'ops', 'Or not needed, or given up.', total('sluice_session_events_written_total', 'written'),
      total('sluice_session_events_merged_total', 'merged'), named('lost:', each('sluice_session_events_lost_total', 'cause'))),
    lines('Session events, waiting', 'short', 'By node.', gauge('sluice_session_events_queue')),
  ],
  'Cluster and health': [
    lines('Ready, live, leaving', 'short', 'Nodes.', [sum('', of('sluice_ready')), 'ready'], [sum('', of('sluice_live')), 'live'],
      [sum('', of('sluice_draining')), 'leaving']),
    lines('Checks that are not up', 'short', 'By node.', [of('sluice_health', 'state!="up"') + ' > 0', legend('instance, check, state')]),
    lines('Nodes, as each sees them', 'short', 'They should agree.', gauge('sluice_nodes')),
    lines('Shed level', 'short', '1: no new connections, 2: no subscribes, 3: no history, presence and long recoveries.',
      gauge('sluice_shed_level')),
    lines('Shed', 'ops', 'Refused for too much to do.', each('sluice_shed_total', 'what')),
    lines('Loop lag', 's', 'How late the latest loop was for a second on end; from shed.loop-lag (1 s) on the node sheds.',
      gauge('sluice_loop_lag_seconds')),
    lines('Hangs and pauses', 'short', 'Threads that hang, and what there was since the node started.',
      named('hang now:', gauge('sluice_watchdog_hung')),
      named('hangs:', gauge('sluice_watchdog_hangs_total', 'instance, kind')), named('pauses:', gauge('sluice_watchdog_pauses_total'))),
    lines('Heartbeats', 'ops', 'One every two seconds and node.', each('sluice_heartbeats_total', 'result')),
    lines('Commands and questions', 'ops', 'Commands to all nodes, and questions that another node did not answer.',
      named('commands:', each('sluice_commands_total', 'result')),
      named('unanswered:', each('sluice_questions_unanswered_total', 'cause'))),
    lines('The log and the ledger', 'short', 'Truncations found, failed work on the ledger, and records nobody can read, since the start.',
      named('truncated:', gauge('sluice_log_truncations_total', 'namespace')),
      named('ledger, errors:', gauge('sluice_ledger_errors_total', 'cause')),
      [sum('', of('sluice_ledger_unreadable_total')), 'ledger, unreadable'],
      [sum('', of('sluice_control_unreadable_total')), 'control, unreadable']),
    lines('Configuration', 'short', 'Keys that need a restart, and changes refused since the start.',
      [sum('instance', of('sluice_config_restart_needed')), '{{instance}} waiting'],
      [sum('instance', of('sluice_config_reloads_total', 'outcome="refused"')), '{{instance}} refused']),
    lines('API', 'ops', 'Requests to the private port, by route and status.', each('sluice_api_requests_seconds_count', 'route, status')),
    lines('Lines that are not in the log', 'ops', 'full: stderr is not read in time; unwritable: it is closed; repeated: left out on purpose.',
      each('sluice_logging_lines_dropped_total', 'instance, reason')),
  ],
  'JVM and process': [
    lines('Processor', 'percentunit', 'Of all cores, by node.', gauge('process_cpu_usage')),
    lines('Heap', 'bytes', 'Used, and the most.', gauge('jvm_memory_used_bytes', 'instance', 'area="heap"'),
      ['max (' + sum('instance', of('jvm_memory_max_bytes', 'area="heap"') + ' > 0') + ')', 'most']),
    lines('Heap after collections', 'percent', 'In use; beyond shed.memory (90 %) the node sheds.',
      gauge('sluice_memory_after_collection_percent')),
    lines('Collections', 'percentunit', 'Part of the time.', each('jvm_gc_pause_seconds_sum', 'instance')),
    lines('Longest pause', 's', 'Of the last minutes, by the collector.', [max('instance', of('jvm_gc_pause_seconds_max')), '{{instance}}']),
    lines('File descriptors', 'short', 'Open, and the most.', gauge('process_files_open_files'),
      ['min (' + of('process_files_max_files') + ')', 'most']),
    lines('Threads', 'short', 'By node.', gauge('jvm_threads_live_threads')),
    lines('Memory budget', 'bytes', 'What the configuration allows, by part.',
      ['max by (part, place) (' + of('sluice_memory_budget_bytes') + ')', legend('part, place')]),
  ],
};

function targets(expressions, format) {
  return expressions.map(([expr, legendFormat], i) => ({ refId: 'ABCDEFGH'[i], expr, legendFormat, ...(format && { format }) }));
}

function lines(title, unit, description, ...expressions) {
  return {
    type: 'timeseries', title, description, targets: targets(expressions),
    fieldConfig: { defaults: { unit, min: 0, custom: { lineWidth: 1, fillOpacity: 10, showPoints: 'never' } }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    size: { w: 8, h: 8 },
  };
}

function stat(title, unit, ...expressions) {
  return {
    type: 'stat', title, targets: targets(expressions), fieldConfig: { defaults: { unit }, overrides: [] },
    options: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'none', graphMode: 'area' }, size: { w: 4, h: 4 },
  };
}

/** A figure that is red from a number on. */
function red(from, panel) {
  const steps = [{ color: 'green', value: null }, { color: 'red', value: from }];
  panel.fieldConfig.defaults.thresholds = { mode: 'absolute', steps };
  panel.options.colorMode = 'value';
  return panel;
}

function heatmap(title, unit, description, ...expressions) {
  return {
    type: 'heatmap', title, description, targets: targets(expressions, 'heatmap'),
    options: { calculate: false, yAxis: { unit }, color: { mode: 'scheme', scheme: 'Oranges', steps: 64 }, cellGap: 1 },
    size: { w: 8, h: 8 },
  };
}

function placed(areas) {
  const datasource = { type: 'prometheus', uid: '${datasource}' };
  const panels = [];
  let y = 0;
  for (const [title, all] of Object.entries(areas)) {
    panels.push({ id: panels.length + 1, type: 'row', title, collapsed: false, gridPos: { x: 0, y: y++, w: 24, h: 1 }, panels: [] });
    let x = 0;
    let height = 0;
    for (const { size, ...panel } of all) {
      if (x + size.w > 24) {
        x = 0;
        y += height;
        height = 0;
      }
      panels.push({ id: panels.length + 1, ...panel, datasource, gridPos: { x, y, ...size } });
      x += size.w;
      height = Math.max(height, size.h);
    }
    y += height;
  }
  return panels;
}

const one = (name, label, series, from) => ({
  name, label, type: 'query', datasource: { type: 'prometheus', uid: '${datasource}' }, refresh: 2, sort: 1,
  query: { query: `label_values(${series}, ${from})`, refId: name },
});
const many = (name, label, series, from) => ({
  ...one(name, label, series, from), multi: true, includeAll: true, allValue: '.*', current: { text: 'All', value: '$__all' },
});

const VARIABLES = [
  { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' },
  one('job', 'Cluster', 'sluice_live', 'job'),
  many('node', 'Node', 'sluice_live{job="$job"}', 'instance'),
  many('namespace', 'Namespace', 'sluice_tailer_behind_records{job="$job"}', 'namespace'),
];

// A mark in all panels where a process began.
const STARTS = {
  name: 'Starts of nodes', datasource: { type: 'prometheus', uid: '${datasource}' }, enable: true, iconColor: 'blue',
  expr: `${of('process_start_time_seconds')} * 1000 > $__from < $__to`, useValueForTime: 'on', step: '60s',
  tagKeys: 'instance', titleFormat: 'start', textFormat: '{{instance}}',
};

const HEAD = {
  uid: 'sluice', title: 'Sluice', tags: ['sluice'], schemaVersion: 39, editable: true, graphTooltip: 1, refresh: '30s',
  time: { from: 'now-1h', to: 'now' }, timezone: 'browser',
};

// One line for each variable and panel, so that a difference can be read.
const list = (items) => '[\n' + items.map((it) => '    ' + JSON.stringify(it)).join(',\n') + '\n  ]';
const head = Object.entries(HEAD).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join('');
process.stdout.write(
  `{\n${head}  "annotations": {"list": ${list([STARTS])}},\n  "templating": {"list": ${list(VARIABLES)}},\n  "panels": ${list(placed(AREAS))}\n}\n`,
);

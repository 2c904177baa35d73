package io.sluice.broker;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/// A node's whole dealing with Kafka: what it reads, what it publishes, and what nodes tell each
/// other. For any thread; nothing but [#open] and [#close] waits for Kafka.
public final class BrokerBridge implements AutoCloseable {
  /// How long a scan waits to be told that its topic is still there.
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final String nodeId;
  private final BridgeSettings settings;
  private final TailListener listener;
  private final BridgeMetrics metrics;
  private final KafkaClients clients;
  private final Topics topics;
  private final RenewingProducer chores;
  private final DeadLetters deadLetters;
  private final Ledger ledger;
  private final Lineages lineages;
  private final News news;
  private final Publisher publisher;
  private final LogBounds logBounds;
  private final Replayer replayer;
  private final HistoryReader histories;
  private final AtomicInteger nextIndex = new AtomicInteger();
  private final Map<String, TopicTail> byNamespace = new LinkedHashMap<>();
  private volatile List<TopicTail> tails = List.of();
  private final Map<Isolation, Tailer> tailers = new EnumMap<>(Isolation.class);
  private volatile @Nullable TopicWatch watch;
  private volatile @Nullable ControlPlane control;

  /// Checks the topics, finds where to begin, and starts to read. Blocks for at most a minute.
  ///
  /// @param listener told what is read, on tailer threads
  /// @throws BridgeStartException naming what is wrong and the key to change
  public static BrokerBridge open(
      BridgeSettings settings, String nodeId, TailListener listener, MeterRegistry registry) {
    BrokerBridge bridge = new BrokerBridge(settings, nodeId, listener, registry);
    try {
      bridge.start();
      return bridge;
    } catch (ConfigException e) {
      bridge.close();
      throw KafkaClients.badProperties(e);
    } catch (KafkaException e) {
      bridge.close();
      throw new BridgeStartException(
          "Kafka at kafka.bootstrap-servers '%s' does not answer: %s"
              .formatted(settings.kafka().bootstrapServers(), e.getMessage()),
          e);
    } catch (RuntimeException e) {
      bridge.close();
      throw e;
    }
  }

  private BrokerBridge(
      BridgeSettings settings, String nodeId, TailListener listener, MeterRegistry registry) {
    this.nodeId = nodeId;
    this.settings = settings;
    this.listener = listener;
    metrics = new BridgeMetrics(registry);
    clients = new KafkaClients(settings.kafka(), nodeId);
    topics = new Topics(settings.kafka(), settings.publish(), clients.properties());
    logBounds = new LogBounds(topics.admin(), metrics);
    replayer =
        new Replayer(
            settings.replay(),
            clients::replay,
            binding -> topic(binding.namespace()),
            (topic, id) -> isStill(topic, id, LOOK),
            metrics);
    histories = new HistoryReader(replayer);
    chores = clients.producer("chores", clients.properties().chores(), metrics, topics::close);
    ledger =
        new Ledger(
            settings.kafka().ledgerTopic(),
            () -> clients.consumer("ledger", Isolation.READ_UNCOMMITTED),
            chores,
            () -> tails,
            this::isDuty,
            metrics);
    lineages =
        new Truncations(ledger.book(), logBounds::endOf, TopicWatch.TAILERS_PATIENCE, metrics);
    news = new News(ledger, this::look, this::hasLearned);
    deadLetters =
        new DeadLetters(settings.kafka().deadLetterTopic(), chores, this::isDuty, metrics);
    publisher =
        new Publisher(
            settings.publish(),
            clients.producer(
                "publisher",
                clients.properties().publisher(settings.publish()),
                metrics,
                () -> {
                  chores.close();
                  topics.close();
                }),
            binding -> topic(binding.namespace()).count(),
            (binding, partition) ->
                topic(binding.namespace()).partition(partition).window().epoch(),
            metrics);
  }

  // starting, in order

  private void start() {
    List<TopicState> states = topics.start(settings.bindings());
    ledger.start();
    int partitions = states.stream().mapToInt(TopicState::partitions).sum();
    int keeping =
        states.stream()
            .filter(s -> s.binding().keepsLastValues())
            .mapToInt(TopicState::partitions)
            .sum();
    Breaks breaks =
        new Breaks(
            share(settings.window().bytes(), partitions),
            new LastValuesShare(share(settings.window().lastValues(), keeping), metrics),
            this::badPayload);
    TopicWatch watching =
        new TopicWatch(
            topics::describe, breaks, listener, nextIndex, this::tailAll, this::learnStarts);
    watch = watching;
    byNamespace.putAll(
        new Opening(
                settings, nodeId, ledger.book(), logBounds, clients::consumer, nextIndex, metrics)
            .open(states, breaks));
    ledger.settle(); // others must know of cuts before clients are told of anything
    tails = List.copyOf(byNamespace.values());
    tails.stream()
        .map(topic -> topic.binding().isolation())
        .distinct()
        .forEach(isolation -> tailers.put(isolation, tailer(isolation, breaks, watching)));
    deadLetters.start();
    publisher.start();
    learnStarts();
    tailAll();
    tailers.values().forEach(Tailer::start);
    replayer.start();
    watching.start(tails);
  }

  private static ByteSize share(ByteSize all, int partitions) {
    return new ByteSize(all.bytes() / Math.max(1, partitions));
  }

  private Tailer tailer(Isolation isolation, Breaks breaks, TopicWatch watching) {
    return new Tailer(
        isolation.name().toLowerCase(Locale.ROOT),
        () -> clients.tailer(isolation, partitions(isolation)),
        new RecordSorter(deadLetters, metrics, watching::lookFor),
        (topic, id) -> isStill(topic, id, TopicWatch.TAILERS_PATIENCE),
        lineages,
        breaks,
        listener,
        metrics);
  }

  private int partitions(Isolation isolation) {
    return tails.stream()
        .filter(topic -> topic.binding().isolation() == isolation)
        .mapToInt(TopicTail::count)
        .sum();
  }

  private boolean isStill(TopicTail topic, Uuid id, Duration patience) throws InterruptedException {
    try {
      boolean same =
          topics
              .describe(topic.binding())
              .toCompletableFuture()
              .get(patience.toMillis(), TimeUnit.MILLISECONDS)
              .filter(state -> state.id().equals(id))
              .isPresent();
      TopicWatch watching = watch;
      if (!same && watching != null) {
        watching.lookFor(topic, System.nanoTime());
      }
      return same;
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("Kafka does not describe " + topic.binding().topic(), e);
    }
  }

  private void look(TopicTail topic, Duration patience) throws InterruptedException {
    TopicWatch watching = watch;
    if (watching != null) {
      watching.lookNow(topic, patience);
    }
  }

  private boolean hasLearned(long version) {
    return tailers.values().stream().allMatch(tailer -> tailer.hasLearned(version));
  }

  /// Asks where all logs begin; does not wait.
  private void learnStarts() {
    logBounds.learnStarts(tails.stream().flatMap(topic -> topic.partitions().stream()).toList());
  }

  private void tailAll() {
    byNamespace.values().forEach(topic -> ledger.book().found(topic.id(), topic.counts()));
    tailers.forEach((isolation, tailer) ->
        tailer.tail(
            byNamespace.values().stream()
                .filter(t -> t.binding().isolation() == isolation)
                .toList()));
  }

  private BadPayload badPayload(TopicBinding binding) {
    String kind = binding.payload().name().toLowerCase(Locale.ROOT);
    return (partition, offset, time, key, head, size) ->
        deadLetters.offer(
            binding,
            partition,
            offset,
            time,
            binding.key().encode(key).orElse(null),
            head,
            size,
            DeadLetterReason.BAD_PAYLOAD,
            "the value of " + size + " bytes is not " + kind);
  }

  /// Tells other nodes of this one, and learns of them. Once, after its listeners are bound.
  public void join(NodeInfo self) {
    ControlPlane plane =
        new ControlPlane(
            self,
            settings.kafka().controlTopic(),
            () -> clients.consumer("control", Isolation.READ_UNCOMMITTED),
            chores,
            metrics);
    control = plane;
    plane.start();
  }

  // reading

  private TopicTail topic(String namespace) {
    TopicTail tail = byNamespace.get(namespace);
    if (tail == null) {
      throw new IllegalArgumentException("no such namespace: '" + namespace + "'");
    }
    return tail;
  }

  /// The partition a channel lies in now.
  ///
  /// @throws IllegalArgumentException when the namespace is not bound or the key is not of its kind
  public TailedPartition partition(ChannelName channel) {
    TopicTail tail = topic(channel.namespace());
    return tail.partitionOf(key(tail, channel));
  }

  private static byte[] key(TopicTail tail, ChannelName channel) {
    return tail.binding()
        .key()
        .encode(channel.key())
        .orElseThrow(() -> new IllegalArgumentException("not a key of its namespace: " + channel));
  }

  /// All partitions of a namespace's topic.
  public List<TailedPartition> partitions(String namespace) {
    return topic(namespace).partitions();
  }

  /// How many partitions this node reads now.
  public int partitionCount() {
    return byNamespace.values().stream().mapToInt(TopicTail::count).sum();
  }

  /// Bytes in all windows now, indexes included; at most [BridgeMemory#window].
  public long windowBytes() {
    return byNamespace.values().stream()
        .flatMap(t -> t.partitions().stream())
        .mapToLong(p -> p.window().bytes())
        .sum();
  }

  /// Bytes of newest values that have left the windows; at most [BridgeMemory#lastValues].
  public long lastValuesBytes() {
    return byNamespace.values().stream()
        .flatMap(t -> t.partitions().stream())
        .mapToLong(p -> p.window().lastValuesBytes())
        .sum();
  }

  /// What a client's position in a channel means in this very window: for who goes on to read
  /// there, however often windows are replaced meanwhile.
  ///
  /// @param judgedAgainst a window of the channel's partition, now or a moment ago
  /// @param limits what may be read below it
  public PositionPlan plan(
      ChannelName channel, Position asked, Window judgedAgainst, ReplayLimits limits) {
    TopicTail tail = topic(channel.namespace());
    return Positions.plan(asked, key(tail, channel), tail, judgedAgainst, limits);
  }

  /// Finds out what this node may not have heard of yet and a position is of: a topic made anew,
  /// more partitions, a truncation. To be awaited before a position is judged to be of another log.
  ///
  /// @return completes at once for a position that holds no news; fails when Kafka does not answer
  ///   in time
  public CompletionStage<Void> hear(ChannelName channel, Position asked) {
    TopicTail tail = topic(channel.namespace());
    Window window = tail.partitionOf(key(tail, channel)).window();
    return Positions.isNews(asked, tail, window)
        ? news.of(tail)
        : CompletableFuture.completedFuture(null);
  }

  /// Where a channel's log is now: whoever subscribes from there misses nothing that comes after
  /// this call.
  public ChannelTop top(ChannelName channel) {
    TailedPartition partition = partition(channel);
    Window window = partition.window();
    return new ChannelTop(partition.partition(), new Position(window.epoch(), window.tail()));
  }

  /// A part of a channel's past. The stage never fails.
  ///
  /// @param limits what may be read below the window
  public CompletionStage<History> history(
      ChannelName channel, HistoryQuery query, ReplayLimits limits) {
    return query
        .since()
        .map(asked -> hear(channel, asked))
        .orElseGet(() -> CompletableFuture.completedFuture(null))
        .handle((_, unanswered) ->
            unanswered == null
                ? read(channel, query, limits)
                : CompletableFuture.<History>completedFuture(new History.Unanswered()))
        .thenCompose(it -> it);
  }

  private CompletionStage<History> read(
      ChannelName channel, HistoryQuery query, ReplayLimits limits) {
    TailedPartition partition = partition(channel);
    Window window = partition.window();
    PositionPlan plan =
        query
            .since()
            .map(asked -> plan(channel, asked, window, limits))
            .orElseGet(() ->
                query.order() == HistoryQuery.Order.FORWARD
                    ? new PositionPlan.FromWindow(window.floor())
                    : new PositionPlan.NothingMissed(Long.MAX_VALUE));
    return histories.read(partition, window, channel.key(), query, plan);
  }

  /// How many records of its partition any client of a namespace may have missed and still be
  /// given; see [TailedPartition#horizon].
  public long horizon(String namespace, ReplayLimits limits) {
    return partitions(namespace).stream().mapToLong(p -> p.horizon(limits)).min().orElse(0);
  }

  /// Reads what has left the windows.
  public ReplaySource replays() {
    return replayer;
  }

  /// Where a partition's log begins, found out after this call. Fails when Kafka does not answer in
  /// time.
  public CompletionStage<Long> logStart(TailedPartition partition) {
    return logBounds.start(partition.topicPartition());
  }

  /// Where a partition's log ends, found out after this call. Fails when Kafka does not answer in
  /// time.
  public CompletionStage<Long> logEnd(TailedPartition partition) {
    return logBounds.end(partition.topicPartition(), partition.binding().isolation());
  }

  /// Whether every partition was read up to where its log ended when this node started.
  public boolean caughtUp() {
    return byNamespace.values().stream()
        .flatMap(t -> t.partitions().stream())
        .allMatch(TailedPartition::caughtUp);
  }

  /// Whether the threads that read are alive.
  public boolean tailing() {
    return tailers.values().stream().allMatch(Tailer::running);
  }

  /// Whether Kafka answered when it was last asked, a few seconds ago.
  public boolean reachable() {
    return watch != null && watch.reachable();
  }

  // publishing

  /// Publishes one value to a channel of a bound namespace. The stage never fails.
  ///
  /// @param data not copied: the caller leaves it alone from here on
  /// @param from the publishing client; nobody for publishes in a service's name
  public CompletionStage<PublishOutcome> publish(
      ChannelName channel, byte[] data, Map<String, String> tags, Optional<Identity> from) {
    return publisher.publish(topic(channel.namespace()).binding(), channel, data, tags, from);
  }

  // other nodes

  /// The nodes that live, this one always among them once it has joined.
  public List<NodeInfo> liveNodes() {
    ControlPlane plane = control;
    return plane == null ? List.of() : plane.liveNodes();
  }

  /// Whether this is the one live node responsible for a chore. Before it has joined it cannot
  /// know, and does what it comes upon: better twice than never.
  boolean isDuty(String chore) {
    ControlPlane plane = control;
    return plane == null || plane.isDuty(chore);
  }

  /// This node's id.
  public String nodeId() {
    return nodeId;
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
    tailers.values().forEach(Tailer::close);
    replayer.close();
    publisher.close();
    ledger.close();
    ControlPlane plane = control;
    if (plane != null) {
      plane.close();
    }
    deadLetters.close();
    chores.close(Duration.ofSeconds(1));
    topics.close();
    // whoever still holds this, as a web server's timer does, holds no records
    tailers.clear();
    byNamespace.clear();
    tails = List.of();
  }
}

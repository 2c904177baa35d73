package io.sluice.broker;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/// A node's whole dealing with Kafka: what it reads, what it publishes, and what nodes tell each
/// other. For any thread; nothing but [#open], [#join] and [#close] waits for Kafka.
public final class BrokerBridge implements AutoCloseable {
  /// The most that nodes can be told at once, in bytes: 48,384.
  public static final int MAX_TOLD = ControlMessage.MAX_BODY;

  /// How long a scan waits to be told that its topic is still there.
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final String nodeId;
  private final BridgeSettings settings;
  private final TailListener listener;
  private final RecordTraces traces;
  private final BridgeMetrics metrics;
  private final ClockWatch clock = new ClockWatch();
  private final KafkaClients clients;
  private final Topics topics;
  private final RenewingProducer chores;
  private final Telling telling;
  private final DeadLetters deadLetters;
  private final DeadLetterBook deadLetterBook;
  private final SessionEvents sessionEvents;
  private final Ledger ledger;
  private final Lineages lineages;
  private final Publisher publisher;
  private final LogBounds logBounds;
  private final Replayer replayer;
  private final ChannelReads reads;
  private final AtomicInteger nextIndex = new AtomicInteger();
  private final TopicTails tails = new TopicTails();
  private final Tailers tailers = new Tailers();
  private volatile @Nullable TopicWatch watch;
  private final Membership membership = new Membership();

  /// Checks the topics, finds where to begin, and starts to read. Blocks for at most a minute.
  ///
  /// @param listener told what is read, on tailer threads
  /// @throws BridgeStartException naming what is wrong and the key to change
  public static BrokerBridge open(
      BridgeSettings settings, String nodeId, TailListener listener, MeterRegistry registry) {
    return open(settings, nodeId, listener, RecordTraces.NONE, registry);
  }

  /// The same, with somebody who traces records.
  public static BrokerBridge open(
      BridgeSettings settings,
      String nodeId,
      TailListener listener,
      RecordTraces traces,
      MeterRegistry registry) {
    BrokerBridge bridge = new BrokerBridge(settings, nodeId, listener, traces, registry);
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
      BridgeSettings settings,
      String nodeId,
      TailListener listener,
      RecordTraces traces,
      MeterRegistry registry) {
    this.nodeId = nodeId;
    this.settings = settings;
    this.listener = listener;
    this.traces = traces;
    metrics = new BridgeMetrics(registry);
    metrics.namespaces(settings.bindings());
    clients = new KafkaClients(settings.kafka(), nodeId, clock);
    clients.figures().bindTo(registry);
    topics = clients.topics(settings.publish());
    logBounds = new LogBounds(topics::admin, metrics);
    replayer =
        new Replayer(
            settings.replay(),
            clients::replay,
            binding -> tails.of(binding.namespace()),
            (topic, id) -> isStill(topic, id, LOOK),
            metrics);
    chores = clients.producer("chores", clients.properties().chores(), metrics, topics::close);
    telling = new Telling(chores);
    ledger =
        new Ledger(
            settings.kafka().ledgerTopic(),
            () -> clients.lasting("ledger", Isolation.READ_UNCOMMITTED),
            chores,
            telling,
            tails::all,
            this::isDuty,
            metrics);
    lineages =
        new Truncations(ledger.book(), logBounds::endOf, TopicWatch.TAILERS_PATIENCE, metrics);
    News news = new News(ledger, this::look, tailers::hasLearned);
    reads = new ChannelReads(tails::of, news, new HistoryReader(replayer));
    deadLetters =
        new DeadLetters(
            settings.kafka().deadLetterTopic(), chores, this::isDuty, tails::isNews, metrics);
    deadLetterBook = new DeadLetterBook(settings.kafka().deadLetterTopic(), clients::letters);
    sessionEvents =
        new SessionEvents(
            settings.kafka().sessionsTopic(),
            chores,
            metrics,
            () -> membership.liveNodes().stream().findFirst());
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
            binding -> tails.of(binding.namespace()).count(),
            (binding, partition) ->
                tails.of(binding.namespace()).partition(partition).window().epoch(),
            new PublishGates(
                settings,
                new WritableTopics(topics::admin, settings.publish().breaker().failureRate()),
                metrics),
            metrics);
  }

  // starting, in order

  private void start() {
    List<TopicState> states = topics.start(settings.bindings());
    clock.start();
    telling.start();
    ledger.start();
    int partitions = states.stream().mapToInt(TopicState::partitions).sum();
    int keeping =
        states.stream()
            .filter(s -> s.binding().keepsLastValues())
            .mapToInt(TopicState::partitions)
            .sum();
    Breaks breaks =
        new Breaks(
            settings.window().bytes().share(partitions),
            new LastValuesShare(settings.window().lastValues().share(keeping), metrics),
            deadLetters::badPayload);
    TopicWatch watching =
        new TopicWatch(
            topics::describe, breaks, listener, nextIndex, this::tailAll, this::lookBesides);
    watch = watching;
    Map<String, TopicTail> opened =
        new Opening(
                settings, nodeId, ledger.book(), logBounds, clients::consumer, nextIndex, metrics)
            .open(states, breaks);
    ledger.settle(); // others must know of cuts before clients are told of anything
    tails.found(opened);
    tailers.make(tails.all(), isolation -> tailer(isolation, breaks, watching));
    deadLetters.start();
    sessionEvents.start();
    publisher.start();
    learnBounds();
    tailAll();
    tailers.start();
    replayer.start();
    watching.start(tails.all());
  }

  private void lookBesides() {
    learnBounds();
    topics.renewIfMute();
  }

  private Tailer tailer(Isolation isolation, Breaks breaks, TopicWatch watching) {
    return new Tailer(
        isolation.name().toLowerCase(Locale.ROOT),
        () -> clients.tailer(isolation, tails.count(isolation)),
        new RecordSorter(deadLetters, metrics, watching::lookFor, traces),
        (topic, id) -> isStill(topic, id, TopicWatch.TAILERS_PATIENCE),
        lineages,
        breaks,
        listener,
        metrics);
  }

  private boolean isStill(TopicTail topic, Uuid id, Duration patience) throws InterruptedException {
    boolean same = topics.isStill(topic.binding(), id, patience);
    TopicWatch watching = watch;
    if (!same && watching != null) {
      watching.lookFor(topic, System.nanoTime());
    }
    return same;
  }

  private void look(TopicTail topic, Duration patience) throws InterruptedException {
    TopicWatch watching = watch;
    if (watching != null) {
      watching.lookNow(topic, patience);
    }
  }

  /// Asks where all logs begin and end; does not wait.
  private void learnBounds() {
    logBounds.learnStarts(tails.partitions());
    logBounds.learnEnds(tails.partitions());
  }

  private void tailAll() {
    tails.all().forEach(topic -> ledger.book().found(topic.id(), topic.counts()));
    tailers.tail(tails.all());
  }

  /// Tells other nodes of this one, and learns of them. As the other, heard by nobody.
  public void join(NodeInfo self) {
    join(self, ControlListener.NONE, () -> NodeLoad.NONE);
  }

  /// Tells other nodes of this one, and learns of them. Once, after its listeners are bound. Waits
  /// until this node hears what is told to all, for at most 5 s; then it goes on trying by itself.
  ///
  /// @param told hears what comes from nodes
  /// @param load this node's own now; asked by any thread, must not wait
  public void join(NodeInfo self, ControlListener told, Supplier<NodeLoad> load) {
    ledger.listen(told);
    membership.join(
        new ControlPlane(
            self,
            told,
            load,
            settings.kafka().controlTopic(),
            () -> clients.lasting("control", Isolation.READ_UNCOMMITTED),
            chores,
            telling,
            metrics));
  }

  // reading

  /// The partition a channel lies in now.
  ///
  /// @throws IllegalArgumentException when the namespace is not bound or the key is not of its kind
  public TailedPartition partition(ChannelName channel) {
    return reads.partition(channel);
  }

  /// All partitions of a namespace's topic.
  public List<TailedPartition> partitions(String namespace) {
    return tails.of(namespace).partitions();
  }

  /// How many partitions this node reads now.
  public int partitionCount() {
    return tails.count();
  }

  /// Bytes in all windows now, indexes included; at most [BridgeMemory#window].
  public long windowBytes() {
    return tails.sum(Window::bytes);
  }

  /// Bytes of newest values that have left the windows; at most [BridgeMemory#lastValues].
  public long lastValuesBytes() {
    return tails.sum(Window::lastValuesBytes);
  }

  /// What a client's position in a channel means in this very window: for who goes on to read
  /// there, however often windows are replaced meanwhile.
  ///
  /// @param judgedAgainst a window of the channel's partition, now or a moment ago
  /// @param limits what may be read below it
  public PositionPlan plan(
      ChannelName channel, Position asked, Window judgedAgainst, ReplayLimits limits) {
    return reads.plan(channel, asked, judgedAgainst, limits);
  }

  /// Finds out what this node may not have heard of yet and a position is of: a topic made anew,
  /// more partitions, a truncation. To be awaited before a position is judged to be of another log.
  ///
  /// @return completes at once for a position that holds no news; fails when Kafka does not answer
  ///   in time
  public CompletionStage<Void> hear(ChannelName channel, Position asked) {
    return reads.hear(channel, asked);
  }

  /// Where a channel's log is now: whoever subscribes from there misses nothing that comes after
  /// this call.
  public ChannelTop top(ChannelName channel) {
    return reads.top(channel);
  }

  /// A part of a channel's past. The stage never fails.
  ///
  /// @param limits what may be read below the window
  public CompletionStage<History> history(
      ChannelName channel, HistoryQuery query, ReplayLimits limits) {
    return reads.history(channel, query, limits);
  }

  /// How many records of its partition any client of a namespace may have missed and still be
  /// given; see [TailedPartition#horizon].
  public long horizon(String namespace, ReplayLimits limits) {
    return partitions(namespace).stream().mapToLong(p -> p.horizon(limits)).min().orElse(0);
  }

  /// In how long that many records come, at the rate of what is in the windows: for how long a
  /// client of the namespace may be away. Nothing where nothing comes, or no client is too late.
  public Optional<Duration> horizonAge(String namespace, ReplayLimits limits) {
    long now = System.currentTimeMillis();
    return partitions(namespace).stream()
        .flatMap(p -> p.horizonAge(limits, now).stream())
        .min(Comparator.naturalOrder());
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
    return tails.caughtUp();
  }

  /// Whether the threads that read are alive.
  public boolean tailing() {
    return tailers.running();
  }

  /// The signs of life of the threads that read. Kafka's absence stops none of them.
  public List<Pulse> pulses() {
    return tailers.pulses();
  }

  /// Whether Kafka answered when it was last asked, a few seconds ago.
  public boolean reachable() {
    return watch != null && watch.reachable();
  }

  /// The dead letters of all nodes, read from Kafka when it is asked for; always completes, within
  /// some 10 s.
  public CompletionStage<DeadLetterReport> deadLetters() {
    return deadLetterBook.report();
  }

  // publishing

  /// Publishes one value to a channel of a bound namespace. The stage never fails.
  ///
  /// @param data not copied: the caller leaves it alone from here on
  /// @param from the publishing client; nobody for publishes in a service's name
  /// @param idempotencyKey goes into the record's header `sluice-idempotency-key`
  public CompletionStage<PublishOutcome> publish(
      ChannelName channel,
      byte[] data,
      Map<String, String> tags,
      Optional<Identity> from,
      Optional<String> idempotencyKey) {
    TopicBinding binding = tails.of(channel.namespace()).binding();
    Optional<RecordTraces.Publish> followed =
        traces.publishing(binding, channel.key(), data.length, from);
    CompletionStage<PublishOutcome> answer =
        publisher.publish(
            binding,
            channel,
            data,
            tags,
            from,
            idempotencyKey,
            followed.map(RecordTraces.Publish::traceparent));
    return followed.isEmpty()
        ? answer
        : answer.thenApply(outcome -> {
          followed.get().answered(outcome);
          return outcome;
        });
  }

  /// The breakers before publishing, one for each topic. While one is open publishes to its topic
  /// are refused at once.
  public List<BreakerState> breakers() {
    return publisher.breakers();
  }

  /// Takes what happens to users' connections.
  public SessionEventSink sessionEvents() {
    return sessionEvents;
  }

  // other nodes

  /// The nodes that live, this one always among them once it has joined.
  public List<NodeInfo> liveNodes() {
    return membership.liveNodes();
  }

  /// The same, with how they are.
  public List<NodeStatus> nodes() {
    return membership.statuses();
  }

  /// Whether this node's own heartbeats come back to it. Not so for longer than the dead-node
  /// interval, about 8 s: it may be dead to the others, and may call nobody else so.
  public boolean seesItself() {
    return membership.seesItself();
  }

  /// Tells every node, this one included, something: within about 50 ms each has heard it by its
  /// [ControlListener#told]. In the order of the calls.
  ///
  /// @param what at most [#MAX_TOLD] bytes
  /// @return never fails, and completes within about 7 s
  public CompletionStage<TellOutcome> tell(byte[] what) {
    return membership.tell(what);
  }

  /// Revokes a user's tokens on every node, across restarts. Each knows of it when it has read it,
  /// this one too, which is within about 50 ms of the answer. Of several revocations of a user the
  /// later moments count.
  ///
  /// @return never fails, and completes within about 7 s
  public CompletionStage<TellOutcome> revoke(Revocation revocation) {
    return ledger.revoke(revocation);
  }

  /// Reads what was revoked before this call. Fails when Kafka does not answer in 2.5 s.
  public CompletionStage<Void> learnRevocations() {
    return ledger.refresh();
  }

  /// Whose tokens are revoked, as far as this node has read.
  public Revocations revocations() {
    return ledger.book().revocations();
  }

  /// Whether this is the one live node responsible for a chore, such as `topic/partition`. While
  /// nodes come and go two may be, and before it has joined each is: better twice than never.
  public boolean isDuty(String chore) {
    return membership.isDuty(chore);
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
    tailers.close();
    replayer.close();
    // Each has last words for Kafka, and waits while it is away.
    Together.run(
        publisher::close,
        ledger::close,
        telling::close,
        deadLetters::close,
        () -> {
          sessionEvents
              .close(); // before the node says that it left: nobody tells of its death then
          membership.close();
        });
    chores.close(Duration.ofSeconds(1));
    clock.close();
    topics.close();
    tails.forget();
  }
}

package io.sluice.broker;

/// What a bridge may hold on the heap at most, in bytes, as far as configuration says. Pure.
///
/// Not in it is what producers make of it: a batch of records larger than its share of a fetch
/// comes whole (`max.message.bytes` of the topic, one a broker), and a compressed one is unpacked
/// record by record, 500 records a poll.
///
/// @param window records and their indexes
/// @param fetched what Kafka has sent, and once more as records
/// @param publishes accepted and not yet answered, with what is kept beside each
/// @param producers what waits to be sent
/// @param deadLetters those that wait to be written, and those that are counted for a caller
/// @param sessionEvents those that wait to be written
/// @param replays what is read again below the windows
/// @param lastValues newest values that have left the windows, where a namespace keeps them
public record BridgeMemory(
    long window,
    long fetched,
    long publishes,
    long producers,
    long deadLetters,
    long sessionEvents,
    long replays,
    long lastValues) {
  /// A publish beside its payload: key, headers, the answer that is waited for.
  private static final int PUBLISH = 512;

  private static final int LETTER = 12 << 10;

  /// On its way to Kafka, as a record too.
  private static final int SESSION_EVENT = 2 << 10;

  /// The topics of heartbeats and the ledger are each read in fetches of one partition.
  private static final long SHARED_TOPICS = 2L << 20;

  /// What a bridge with these settings may hold.
  ///
  /// @param partitions of all namespaces' topics together; 0 = not known yet
  public static BridgeMemory of(BridgeSettings settings, int partitions) {
    PublishSettings publish = settings.publish();
    long tailers = settings.bindings().stream().map(TopicBinding::isolation).distinct().count();
    long fetch =
        Math.max(
            settings.kafka().fetchBytes().bytes(),
            partitions * ClientProperties.LEAST_OF_A_PARTITION.bytes());
    return new BridgeMemory(
        Math.max(settings.window().bytes().bytes(), partitions * Breaks.LEAST.bytes()),
        2 * (tailers * fetch + SHARED_TOPICS),
        Publisher.maxBytes(publish) + (long) publish.queue() * PUBLISH,
        ClientProperties.publisherBuffer(publish) + ClientProperties.CHORES_BUFFER.bytes(),
        (long) (DeadLetters.QUEUE + DeadLetters.KEPT + DeadLetters.IN_FLIGHT) * LETTER
            + (long) DeadLetterBook.MOST * DeadLetterBook.LETTER_BYTES
            + 2 * DeadLetterBook.FETCH.bytes(),
        settings.kafka().sessionsTopic().isEmpty()
            ? 0
            : WaitingEvents.MAX_BYTES + (long) SessionEvents.ROUND * SESSION_EVENT,
        settings.replay().bytes(),
        settings.bindings().stream().anyMatch(TopicBinding::keepsLastValues)
            ? settings.window().lastValues().bytes()
            : 0);
  }
}

package io.sluice.gateway.config;

import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.Isolation;
import io.sluice.broker.KeyCodec;
import io.sluice.broker.Mode;
import io.sluice.broker.Partitioner;
import io.sluice.broker.PayloadKind;
import io.sluice.broker.ReplayLimits;
import io.sluice.broker.Tombstones;
import io.sluice.broker.TopicBinding;
import java.time.Duration;
import java.util.Optional;

/// `namespaces.NAME.*`: one namespace, its topic and its policy.
///
/// @param topic the Kafka topic; of one namespace only
/// @param key how record keys are written
/// @param partitioner what the topic's producers use
/// @param payload what the values are
/// @param keyless key part of the channel for records without a key; none: they are dead letters
/// @param tombstones what a null value does
/// @param mode what is promised
/// @param lastValue whether the newest value of each channel is found by history however old it is;
///   with `mode: state` it is in any case
/// @param isolation which transactional records are seen
/// @param history whether clients may ask for a channel's past
/// @param positions whether publications and replies carry offset and epoch
/// @param recovery whether a client that comes back is told what it missed; needs `positions`
/// @param replay what a client may have missed beyond the window and still get, with `recovery`
/// @param delta whether subscribers may have patches against the publication before
/// @param filters whether subscribers may choose publications by their tags
/// @param presence whether clients may ask who is there
/// @param joinLeave whether clients are told who comes and goes
/// @param personal whether each user is subscribed to the channel of its own id on connecting;
///   needs `subscribe: nobody` and no `keyless`
/// @param slow what subscribers get that do not keep up; anything but `RESUME` needs `recovery:
///   false`
/// @param lagMax records of its partition that such a subscriber may be behind with `RESUME`; 0 =
///   as many as the window holds
/// @param maxDelay how long a publication may wait for others to leave in the same write
/// @param subscribe who may subscribe; not `SUBSCRIBERS`
/// @param publish who may publish
/// @param read who may ask for history and presence
public record NamespaceConfig(
    String topic,
    KeyCodec key,
    Partitioner partitioner,
    PayloadKind payload,
    Optional<String> keyless,
    Tombstones tombstones,
    Mode mode,
    boolean lastValue,
    Isolation isolation,
    boolean history,
    boolean positions,
    boolean recovery,
    ReplayLimits replay,
    boolean delta,
    boolean filters,
    boolean presence,
    boolean joinLeave,
    boolean personal,
    SlowPolicy slow,
    int lagMax,
    Duration maxDelay,
    Access subscribe,
    Access publish,
    Access read) {
  /// The topic of the namespace `default` when the configuration names none.
  static final String DEFAULT_TOPIC = "sluice.default";

  private static final ReplayLimits REPLAY = new ReplayLimits(100_000, ByteSize.mib(64));

  private static final Duration LONGEST_DELAY = Duration.ofSeconds(1);

  public NamespaceConfig {
    new Checks()
        .that(Topic.isName(topic), Topic.problem("topic", topic))
        .that(
            keyless.isEmpty()
                || (!keyless.get().isEmpty() && key.encode(keyless.get()).isPresent()),
            "keyless: '%s' is no key part of the kind %s".formatted(keyless.orElse(""), key))
        .that(positions || !recovery, "recovery: true needs positions: true")
        .that(
            !personal || subscribe == Access.NOBODY,
            "personal: true needs subscribe: nobody, or users could read what is for others")
        .that(
            !personal || keyless.isEmpty(),
            "personal: true goes with no keyless: a user may be called '%s'"
                .formatted(keyless.orElse("")))
        .that(
            slow == SlowPolicy.RESUME || !recovery,
            "slow: %s leaves publications out, which recovery: true promises not to; set recovery: false"
                .formatted(slow))
        .range("replay.max-scan", replay.records(), 0, 1_000_000_000)
        .range("replay.max-bytes", replay.bytes(), ByteSize.kib(0), ByteSize.mib(1 << 20))
        .range("lag-max", lagMax, 0, Integer.MAX_VALUE)
        .that(
            maxDelay.compareTo(LONGEST_DELAY) <= 0,
            "max-delay: %s is not between 0s and 1s".formatted(DurationText.format(maxDelay)))
        .that(
            subscribe != Access.SUBSCRIBERS,
            "subscribe: 'subscribers' is a circle; nobody could be the first")
        .done();
  }

  /// A namespace with every other setting at its default.
  public static NamespaceConfig of(String topic) {
    return new NamespaceConfig(
        topic,
        KeyCodec.TEXT,
        Partitioner.MURMUR2,
        PayloadKind.JSON,
        Optional.empty(),
        Tombstones.SKIP,
        Mode.LOG,
        false,
        Isolation.READ_COMMITTED,
        true,
        true,
        true,
        REPLAY,
        true,
        true,
        false,
        false,
        false,
        SlowPolicy.RESUME,
        0,
        Duration.ZERO,
        Access.AUTHENTICATED,
        Access.NOBODY,
        Access.SUBSCRIBERS);
  }

  /// Whether records of a channel lie in every partition, since it is that of records without a
  /// key; then it has no position.
  public boolean isSpread(String channelKey) {
    return keyless.filter(channelKey::equals).isPresent();
  }

  /// Whether it matters how far back a client's position lies: not where nothing is recovered, nor
  /// where any position is good, since it says only which value its client has.
  public boolean hasHorizon() {
    return recovery && mode == Mode.LOG;
  }

  /// What the broker bridge needs to know of it.
  public TopicBinding binding(String namespace) {
    return new TopicBinding(
        namespace,
        topic,
        key,
        partitioner,
        payload,
        keyless,
        tombstones,
        mode,
        lastValue,
        isolation);
  }

  static NamespaceConfig read(Settings in, String name) {
    String prefix = "namespaces." + name + ".";
    String keyless = in.text(prefix + "keyless", "");
    NamespaceConfig standard = of(DEFAULT_TOPIC);
    return new NamespaceConfig(
        in.text(prefix + "topic", name.equals(ChannelName.DEFAULT) ? DEFAULT_TOPIC : ""),
        in.choice(prefix + "key", standard.key),
        in.choice(prefix + "partitioner", standard.partitioner),
        in.choice(prefix + "payload", standard.payload),
        keyless.isEmpty() ? Optional.empty() : Optional.of(keyless),
        in.choice(prefix + "tombstones", standard.tombstones),
        in.choice(prefix + "mode", standard.mode),
        in.flag(prefix + "last-value", standard.lastValue),
        in.choice(prefix + "isolation", standard.isolation),
        in.flag(prefix + "history", standard.history),
        in.flag(prefix + "positions", standard.positions),
        in.flag(prefix + "recovery", standard.recovery),
        new ReplayLimits(
            in.whole(prefix + "replay.max-scan", Math.toIntExact(standard.replay.records())),
            in.size(prefix + "replay.max-bytes", standard.replay.bytes())),
        in.flag(prefix + "delta", standard.delta),
        in.flag(prefix + "filters", standard.filters),
        in.flag(prefix + "presence", standard.presence),
        in.flag(prefix + "join-leave", standard.joinLeave),
        in.flag(prefix + "personal", standard.personal),
        in.choice(prefix + "slow", standard.slow),
        in.whole(prefix + "lag-max", standard.lagMax),
        in.duration(prefix + "max-delay", standard.maxDelay),
        in.choice(prefix + "subscribe", standard.subscribe),
        in.choice(prefix + "publish", standard.publish),
        in.choice(prefix + "read", standard.read));
  }

  void write(Listing out, String name) {
    String prefix = "namespaces." + name + ".";
    out.add(prefix + "topic", topic)
        .add(prefix + "key", key)
        .add(prefix + "partitioner", partitioner)
        .add(prefix + "payload", payload)
        .add(prefix + "keyless", keyless.orElse(""))
        .add(prefix + "tombstones", tombstones)
        .add(prefix + "mode", mode)
        .add(prefix + "last-value", lastValue)
        .add(prefix + "isolation", isolation)
        .add(prefix + "history", history)
        .add(prefix + "positions", positions)
        .add(prefix + "recovery", recovery)
        .add(prefix + "replay.max-scan", replay.records())
        .add(prefix + "replay.max-bytes", replay.bytes())
        .add(prefix + "delta", delta)
        .add(prefix + "filters", filters)
        .add(prefix + "presence", presence)
        .add(prefix + "join-leave", joinLeave)
        .add(prefix + "personal", personal)
        .add(prefix + "slow", slow)
        .add(prefix + "lag-max", lagMax)
        .add(prefix + "max-delay", maxDelay)
        .add(prefix + "subscribe", subscribe)
        .add(prefix + "publish", publish)
        .add(prefix + "read", read);
  }
}

package io.sluice.perf.chaos;

import io.sluice.perf.ClientEvents.Recovery;
import io.sluice.perf.chaos.Fact.Kind;
import io.sluice.perf.chaos.KafkaLog.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Compares what clients were given, and what publishers were told, with what is in Kafka. What
/// Kafka has, in its order, is the truth: a client that begins at a position is given everything
/// behind it, once each and in order. In these runs everything can be recovered, so a client that
/// is told of a loss is told an untruth as well. Publishing comes back on each way after each
/// fault. Pure.
final class Judge {
  private final KafkaLog log;
  private final Beginnings beginnings;
  private final List<Fact> facts = new ArrayList<>();
  private long acknowledged;
  private long delivered;

  private Judge(KafkaLog log, List<Publish> published) {
    this.log = log;
    List<Map<Long, Long>> offsets = inKafka();
    this.beginnings = new Beginnings(offsets, published);
    publishers(published, offsets);
  }

  /// @param channels how many of which kind there are; as many as the log has
  /// @param published everything, answered
  /// @param histories of all clients, which have left or have had the time to get everything
  /// @param calms when publishing had to come back
  static Judgement judge(
      KafkaLog log,
      Channels channels,
      List<Publish> published,
      List<History> histories,
      List<Calm> calms) {
    Judge judge = new Judge(log, published);
    channels.ways().forEach(way -> judge.publishingComesBack(way, published, calms));
    histories.forEach(judge::client);
    return new Judgement(judge.acknowledged, judge.delivered, judge.facts);
  }

  /// By channel and number.
  private List<Map<Long, Long>> inKafka() {
    List<Map<Long, Long>> offsets = new ArrayList<>();
    for (int channel = 0; channel < log.records().size(); channel++) {
      Map<Long, Long> byNumber = new HashMap<>();
      for (Entry entry : log.records().get(channel)) {
        if (entry.number() == Payload.NONE) {
          say(
              Kind.UNTRUE,
              "publisher",
              "what is in Kafka of channel %d at %d nobody has published"
                  .formatted(channel, entry.offset()));
          continue;
        }
        Long before = byNumber.putIfAbsent(entry.number(), entry.offset());
        if (before != null) {
          say(
              Kind.DUPLICATED,
              "publisher",
              "%d of channel %d is in Kafka at %d and at %d"
                  .formatted(entry.number(), channel, before, entry.offset()));
        }
      }
      offsets.add(byNumber);
    }
    return offsets;
  }

  private void publishers(List<Publish> published, List<Map<Long, Long>> offsets) {
    for (Publish publish : published) {
      if (publish.outcome() == Publish.Outcome.ACKNOWLEDGED) {
        acknowledged++;
        Long offset = offsets.get(publish.channel()).get(publish.number());
        if (offset == null) {
          say(Kind.LOST, "publisher", publish + " is not in Kafka");
        } else if (publish.offset().isPresent() && publish.offset().getAsLong() != offset) {
          say(Kind.UNTRUE, "publisher", publish + " is at " + offset);
        }
      }
    }
  }

  private void publishingComesBack(Way way, List<Publish> published, List<Calm> calms) {
    List<Publish> mine = published.stream().filter(it -> it.way().equals(way)).toList();
    for (Calm calm : calms) {
      if (mine.stream().noneMatch(calm::has)) {
        say(
            Kind.STUCK,
            way.publisher(),
            "of %s: nothing was acknowledged within %d s after %s"
                .formatted(way.words(), Calm.LIMIT.toSeconds(), calm.after()));
      }
    }
  }

  private void client(History history) {
    Map<Integer, Progress> channels = new HashMap<>();
    boolean stays = true;
    for (Event event : history.events()) {
      switch (event) {
        case Event.Subscribed it ->
            channels
                .computeIfAbsent(it.channel(), number -> new Progress(history.client(), number))
                .subscribed(it);
        case Event.Received it -> {
          delivered++;
          channels
              .computeIfAbsent(it.channel(), number -> new Progress(history.client(), number))
              .received(it);
        }
        case Event.Left _ -> stays = false;
        case Event.Connected _,
            Event.Session _,
            Event.Live _,
            Event.Ended _,
            Event.Unreachable _ -> {}
      }
    }
    if (stays) {
      channels.values().forEach(Progress::end);
    }
  }

  private void say(Kind kind, String who, String what) {
    facts.add(new Fact(kind, who, what));
  }

  /// How far one client is with one channel.
  private final class Progress {
    private final String client;
    private final int channel;
    private final List<Entry> entries;
    private final Set<Long> seen = new HashSet<>();

    /// The first entry that it has yet to be given; −1 before it has subscribed.
    private int next = -1;

    private boolean toldRecovered;

    Progress(String client, int channel) {
      this.client = client;
      this.channel = channel;
      this.entries = log.records().get(channel);
    }

    void subscribed(Event.Subscribed it) {
      switch (it.recovery()) {
        case FRESH -> {
          next = firstAfter(it.offset());
          notAhead(it);
        }
        case RECOVERED -> toldRecovered = true;
        case LOST -> {
          say(
              Kind.UNTRUE,
              client,
              "told of a loss in channel %d at %d, where nothing was lost"
                  .formatted(channel, it.offset()));
          next = Math.max(next, firstAfter(it.offset()));
        }
      }
      if (it.recovery() == Recovery.FRESH) {
        toldRecovered = false;
      }
    }

    /// Who is told a position before something was published is owed that.
    private void notAhead(Event.Subscribed it) {
      long later = beginnings.lowestAfter(channel, it.at());
      if (it.offset() >= later) {
        say(
            Kind.UNTRUE,
            client,
            "begins at %d of channel %d, and what was published afterwards is at %d"
                .formatted(it.offset(), channel, later));
      }
    }

    void received(Event.Received it) {
      int place = firstAfter(it.offset() - 1);
      if (place == entries.size()
          || entries.get(place).offset() != it.offset()
          || entries.get(place).number() != it.number()) {
        say(
            Kind.UNTRUE,
            client,
            "was given %d of channel %d at %d, where Kafka has %s"
                .formatted(
                    it.number(),
                    channel,
                    it.offset(),
                    place == entries.size() ? "nothing" : entries.get(place)));
      } else if (!seen.add(it.offset())) {
        say(Kind.DUPLICATED, client, at(place) + " came again");
      } else if (place < next) {
        say(Kind.REORDERED, client, at(place) + " came after " + at(next - 1));
      } else {
        missing(next, place);
        next = place + 1;
        toldRecovered = false;
      }
    }

    private String at(int place) {
      Entry entry = entries.get(place);
      return "%d of channel %d at %d".formatted(entry.number(), channel, entry.offset());
    }

    private void missing(int from, int to) {
      for (int place = Math.max(0, from); place < to; place++) {
        if (toldRecovered) {
          say(Kind.UNTRUE, client, at(place) + " is missing after recovered:true");
        } else {
          say(Kind.LOST, client, at(place) + " is missing");
        }
      }
    }

    void end() {
      if (next >= 0) {
        missing(next, entries.size());
      }
    }

    /// The first entry whose position is beyond this offset.
    private int firstAfter(long offset) {
      int low = 0;
      int high = entries.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (entries.get(middle).offset() > offset) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return low;
    }
  }
}

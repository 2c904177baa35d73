package io.sluice.standalone.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedTest {
  private final Feed feed = new Feed(List.of("news"), new TokenSource.Fixed("t"));

  @Test
  void connectsThenSubscribesThenDelivers() {
    assertThat(feed.open())
        .isEqualTo(
            new Step.Send("{\"connect\":{\"name\":\"sluice-cli\",\"token\":\"t\"},\"id\":1}"));
    assertThat(feed.receive("{\"id\":1,\"connect\":{\"client\":\"c\",\"ping\":25,\"pong\":true}}"))
        .containsExactly(
            new Step.Established(Duration.ofSeconds(35)),
            new Step.Send("{\"subscribe\":{\"channel\":\"news\"},\"id\":2}"));
    assertThat(feed.receive(subscribed(2, 17)))
        .containsExactly(new Step.Tell("news: subscribed at offset 17"));
    assertThat(feed.awaitsReply()).isFalse();
    assertThat(delivered(feed.receive(pub("news", "{\"n\":1.50}", 18))))
        .containsExactly("{\"channel\":\"news\",\"offset\":18,\"data\":{\"n\":1.50}}");
  }

  @Test
  void tagsArePrintedWhenThereAreAnyAndNothingIsNull() {
    connected(17);
    assertThat(
            delivered(
                feed.receive(
                    """
                    {"push":{"channel":"news","pub":{"offset":18,"tags":{"deleted":"true"}}}}\
                    """)))
        .containsExactly(
            "{\"channel\":\"news\",\"offset\":18,\"data\":null,\"tags\":{\"deleted\":\"true\"}}");
  }

  @Test
  void severalMessagesInOneFrameAreTakenInOrder() {
    connected(17);
    assertThat(delivered(feed.receive(pub("news", "1", 18) + "\n" + pub("news", "2", 19))))
        .hasSize(2)
        .last()
        .asString()
        .contains("\"offset\":19");
  }

  @Test
  void aPingIsAnsweredWhenTheServerWantsThat() {
    connected(17);
    assertThat(feed.receive("{}")).containsExactly(new Step.Send("{}"));
    feed.open();
    feed.receive("{\"id\":3,\"connect\":{\"client\":\"c\",\"ping\":25}}");
    assertThat(feed.receive("{}")).isEmpty();
  }

  @Test
  void aNewConnectionRecoversFromTheLastPublication() {
    connected(17);
    feed.receive(pub("news", "1", 18));
    assertThat(reconnected())
        .contains(
            new Step.Send(
                "{\"subscribe\":{\"recover\":true,\"epoch\":\"e\",\"offset\":18,\"channel\":\"news\"},\"id\":4}"));
    List<Step> steps =
        feed.receive(
            """
            {"id":4,"subscribe":{"recoverable":true,"epoch":"e","offset":18,"was_recovering":true,\
            "recovered":true,"publications":[{"data":2,"offset":19},{"data":3,"offset":20}]}}\
            """);
    assertThat(steps)
        .first()
        .isEqualTo(new Step.Tell("news: subscribed, catching up on 2 publications"));
    assertThat(delivered(steps)).hasSize(2);
    feed.open();
    assertThat(feed.receive("{\"id\":5,\"connect\":{}}").toString()).contains("\"offset\":20");
  }

  @Test
  void theBeginningOfAnEmptyPartitionIsAPosition() {
    connected(0);
    assertThat(reconnected())
        .contains(
            new Step.Send(
                "{\"subscribe\":{\"recover\":true,\"epoch\":\"e\",\"channel\":\"news\"},\"id\":4}"));
  }

  @Test
  void lostPublicationsAreTold() {
    connected(17);
    reconnected();
    assertThat(
            feed.receive(
                "{\"id\":4,\"subscribe\":{\"recoverable\":true,\"epoch\":\"f\",\"offset\":30,\"was_recovering\":true}}"))
        .containsExactly(
            new Step.Tell(
                "news: publications were lost (the position was too old); going on at offset 30"));
  }

  @Test
  void insufficientStateIsAnsweredBySubscribingAgainWithThePosition() {
    connected(17);
    assertThat(
            feed.receive(
                "{\"push\":{\"channel\":\"news\",\"unsubscribe\":{\"code\":2500,\"reason\":\"insufficient state\"}}}"))
        .last()
        .asString()
        .contains("\"recover\":true", "\"offset\":17");
  }

  @Test
  void serverSideSubscriptionsAreNotAskedForAndRecoverWithTheConnection() {
    feed.open();
    List<Step> steps =
        feed.receive(
            "{\"id\":1,\"connect\":{\"ping\":25,\"subs\":{\"news\":{\"recoverable\":true,\"epoch\":\"e\",\"offset\":5}}}}");
    assertThat(steps).noneMatch(step -> step instanceof Step.Send);
    feed.receive(pub("news", "1", 6));
    assertThat(feed.open().toString())
        .contains("\"subs\":{\"news\":{\"recover\":true,\"epoch\":\"e\",\"offset\":6}}");
  }

  @Test
  void aRefusedChannelIsDroppedAndTheLastOneEndsIt() {
    Feed two = new Feed(List.of("a", "b"), new TokenSource.Fixed(""));
    two.open();
    two.receive("{\"id\":1,\"connect\":{}}");
    assertThat(two.receive("{\"id\":2,\"error\":{\"code\":103,\"message\":\"permission denied\"}}"))
        .containsExactly(new Step.Tell("a: permission denied (code 103); going on without it"));
    assertThat(two.receive("{\"id\":3,\"error\":{\"code\":102,\"message\":\"unknown channel\"}}"))
        .containsExactly(new Step.GiveUp("b: unknown channel (code 102)"));
  }

  @Test
  void temporaryErrorsLeadToAnotherConnection() {
    feed.open();
    feed.receive("{\"id\":1,\"connect\":{}}");
    assertThat(
            feed.receive(
                "{\"id\":2,\"error\":{\"code\":100,\"message\":\"internal\",\"temporary\":true}}"))
        .containsExactly(new Step.Reconnect("news: internal (code 100)"));
  }

  @Test
  void anExpiredTokenIsReplacedWhenTheFeedCanMakeOne() {
    String expired = "{\"id\":1,\"error\":{\"code\":109,\"message\":\"token expired\"}}";
    feed.open();
    assertThat(feed.receive(expired)).first().isInstanceOf(Step.GiveUp.class);

    AtomicInteger made = new AtomicInteger();
    Feed renewing =
        new Feed(List.of("news"), new TokenSource.Renewed(() -> "t" + made.incrementAndGet()));
    renewing.open();
    assertThat(renewing.receive(expired)).first().isInstanceOf(Step.Reconnect.class);
    assertThat(renewing.open().toString()).contains("t2");
  }

  @ParameterizedTest
  @ValueSource(ints = {3500, 3501, 3999, 4500, 4999, 1009})
  void terminalCodesEndIt(int code) {
    assertThat(Feed.closed(code, "r")).isInstanceOf(Step.GiveUp.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1006, 3000, 3001, 3008, 3012, 3499, 4000, 4499})
  void otherCodesReconnect(int code) {
    assertThat(Feed.closed(code, "")).isInstanceOf(Step.Reconnect.class);
  }

  @Test
  void whatIsNotJsonEndsTheConnectionOnly() {
    assertThat(feed.receive("<html>")).first().isInstanceOf(Step.Reconnect.class);
  }

  private void connected(long offset) {
    feed.open();
    feed.receive("{\"id\":1,\"connect\":{\"client\":\"c\",\"ping\":25,\"pong\":true}}");
    feed.receive(subscribed(2, offset));
  }

  private List<Step> reconnected() {
    feed.open();
    return feed.receive("{\"id\":3,\"connect\":{\"client\":\"c\",\"ping\":25,\"pong\":true}}");
  }

  private static String subscribed(int id, long offset) {
    String position = offset == 0 ? "" : ",\"offset\":" + offset;
    return "{\"id\":%d,\"subscribe\":{\"recoverable\":true,\"positioned\":true,\"epoch\":\"e\"%s}}"
        .formatted(id, position);
  }

  private static String pub(String channel, String data, long offset) {
    return "{\"push\":{\"channel\":\"%s\",\"pub\":{\"data\":%s,\"offset\":%d}}}"
        .formatted(channel, data, offset);
  }

  private static List<String> delivered(List<Step> steps) {
    return steps.stream()
        .flatMap(step ->
            step instanceof Step.Deliver(Publication publication)
                ? Arrays.stream(new String[] {publication.toJson()})
                : null)
        .toList();
  }
}

package io.sluice.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.KeptHeaders;
import io.sluice.broker.PayloadKind;
import io.sluice.broker.Publication;
import io.sluice.gateway.protocol.JsonReplies.Positioned;
import io.sluice.gateway.protocol.SubscribeResult.Recovery;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class JsonRepliesTest {
  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Publication publication(PayloadKind kind, String data, KeptHeaders headers) {
    return new Publication(
        "k", 18, 5, kind, Optional.of(data.getBytes(StandardCharsets.UTF_8)), headers);
  }

  private static String push(Publication publication) {
    return text(
        Encoding.JSON.replies().publicationPush(WireForm.JSON, "c", publication, Positioned.YES));
  }

  @Test
  void aPushIsALineWithoutRawLineBreaks() {
    assertThat(push(publication(PayloadKind.JSON, "{\r\n \"a\":\"\\n\"\n}", KeptHeaders.NONE)))
        .isEqualTo(
            "{\"push\":{\"channel\":\"c\",\"pub\":{\"data\":{ \"a\":\"\\n\"},\"offset\":18,\"time\":5}}}");
  }

  @Test
  void textBecomesAStringWithEveryControlCharacterEscaped() {
    assertThat(push(publication(PayloadKind.TEXT, "é\"\\\n\r\t\u0001", KeptHeaders.NONE)))
        .contains("\"data\":\"é\\\"\\\\\\n\\r\\t\\u0001\"");
  }

  @Test
  void binaryBecomesBase64() {
    assertThat(push(publication(PayloadKind.BINARY, "\u0000a", KeptHeaders.NONE)))
        .contains("\"data\":\"AGE=\"");
  }

  @Test
  void aTombstoneIsNullWithATag() {
    Publication tombstone =
        new Publication("k", 18, 5, PayloadKind.JSON, Optional.empty(), KeptHeaders.NONE);
    assertThat(push(tombstone))
        .contains("\"data\":null")
        .contains("\"tags\":{\"deleted\":\"true\"}");
  }

  @Test
  void senderAndTagsAreTold() {
    KeptHeaders headers = new KeptHeaders(Map.of("k", "v\""), "ann", "c-1");
    assertThat(push(publication(PayloadKind.JSON, "1", headers)))
        .contains("\"info\":{\"user\":\"ann\",\"client\":\"c-1\"}")
        .contains("\"tags\":{\"k\":\"v\\\"\"}");
  }

  @Test
  void whoIsThereIsToldByClient() {
    ClientInfo ann = new ClientInfo("ann", "c-1", "{\"name\":\"Ann\"}");
    ClientInfo nobody = new ClientInfo("", "c-2", "");
    assertThat(text(Encoding.JSON.replies().presence(6, List.of(ann, nobody))))
        .isEqualTo(
            "{\"id\":6,\"presence\":{\"presence\":{"
                + "\"c-1\":{\"user\":\"ann\",\"client\":\"c-1\",\"conn_info\":{\"name\":\"Ann\"}},"
                + "\"c-2\":{\"user\":\"\",\"client\":\"c-2\"}}}}");
    assertThat(text(Encoding.JSON.replies().presence(6, List.of())))
        .isEqualTo("{\"id\":6,\"presence\":{\"presence\":{}}}");
    assertThat(text(Encoding.JSON.replies().presenceStats(7, 3, 2)))
        .isEqualTo("{\"id\":7,\"presence_stats\":{\"num_clients\":3,\"num_users\":2}}");
  }

  @Test
  void whoComesAndGoesIsTold() {
    ClientInfo ann = new ClientInfo("ann", "c-1", "{\"a\":1}");
    JoinLeave join = new JoinLeave(JoinLeave.Kind.JOIN, "c", ann);
    JoinLeave leave = new JoinLeave(JoinLeave.Kind.LEAVE, "c", ann);
    assertThat(text(Encoding.JSON.replies().joinLeave(WireForm.JSON, join)))
        .isEqualTo(
            "{\"push\":{\"channel\":\"c\",\"join\":{\"info\":"
                + "{\"user\":\"ann\",\"client\":\"c-1\",\"conn_info\":{\"a\":1}}}}}");
    assertThat(text(Encoding.JSON.replies().joinLeave(WireForm.SSE_UNI, leave)))
        .isEqualTo(
            "data: {\"channel\":\"c\",\"leave\":{\"info\":"
                + "{\"user\":\"ann\",\"client\":\"c-1\",\"conn_info\":{\"a\":1}}}}\n\n");
  }

  @Test
  void theFormsDifferInTheirWrappingOnly() {
    Publication p = publication(PayloadKind.JSON, "1", KeptHeaders.NONE);
    String bare = "{\"channel\":\"c\",\"pub\":{\"data\":1,\"time\":5}}";
    assertThat(
            text(Encoding.JSON.replies().publicationPush(WireForm.JSON_UNI, "c", p, Positioned.NO)))
        .isEqualTo(bare);
    assertThat(
            text(Encoding.JSON.replies().publicationPush(WireForm.SSE_UNI, "c", p, Positioned.NO)))
        .isEqualTo("data: " + bare + "\n\n");
  }

  @Test
  void zeroValuesAreLeftOut() {
    assertThat(text(Encoding.JSON.replies().subscribed(2, SubscribeResult.plain(Recovery.NONE))))
        .isEqualTo("{\"id\":2,\"subscribe\":{}}");
  }

  @Test
  void aRecoveredReplyCarriesWhatWasMissed() {
    SubscribeResult result =
        new SubscribeResult(
            true,
            true,
            "e1",
            17,
            Recovery.RECOVERED,
            List.of(publication(PayloadKind.JSON, "{\"n\":2}", KeptHeaders.NONE)));
    assertThat(text(Encoding.JSON.replies().subscribed(3, result)))
        .isEqualTo(
            "{\"id\":3,\"subscribe\":{\"recoverable\":true,\"epoch\":\"e1\",\"publications\":[{\"data\":{\"n\":2},\"offset\":18,\"time\":5}],\"recovered\":true,\"offset\":17,\"positioned\":true,\"was_recovering\":true}}");
  }

  @Test
  void anErrorSaysWhetherToTryAgain() {
    assertThat(text(Encoding.JSON.replies().error(3, ErrorCode.PERMISSION_DENIED)))
        .isEqualTo("{\"id\":3,\"error\":{\"code\":103,\"message\":\"permission denied\"}}");
    assertThat(text(Encoding.JSON.replies().error(3, ErrorCode.INTERNAL)))
        .contains("\"temporary\":true");
  }

  @Test
  void aConnectReplyAlwaysAnnouncesPings() {
    ConnectResult result =
        new ConnectResult(
            "id",
            "0.1",
            Duration.ofSeconds(25),
            true,
            Optional.of(Duration.ofSeconds(9)),
            Optional.empty(),
            Map.of(),
            Optional.of("s"),
            "n");
    assertThat(text(Encoding.JSON.replies().connected(1, result)))
        .isEqualTo(
            "{\"id\":1,\"connect\":{\"client\":\"id\",\"version\":\"0.1\",\"expires\":true,\"ttl\":9,\"ping\":25,\"pong\":true,\"session\":\"s\",\"node\":\"n\"}}");
  }
}

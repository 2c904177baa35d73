package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeptHeadersTest {
  private final AtomicInteger dropped = new AtomicInteger();

  @Test
  void tagHeadersAreTags() {
    assertThat(kept(headers("tag-color", "red", "tag-größe", "übergroß")).tags())
        .containsExactly(Map.entry("color", "red"), Map.entry("größe", "übergroß"));
  }

  @Test
  void cloudEventAttributesAndTraceparentAreTags() {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    assertThat(
            kept(headers(
                    "ce_specversion", "1.0",
                    "ce_id", "7",
                    "ce_type", "order.placed",
                    "ce_source", "/shop",
                    "ce_subject", "42",
                    "ce_time", "2026-01-01T00:00:00Z",
                    "traceparent", trace))
                .tags())
        .containsExactly(
            Map.entry("ce-id", "7"),
            Map.entry("ce-type", "order.placed"),
            Map.entry("ce-source", "/shop"),
            Map.entry("ce-subject", "42"),
            Map.entry("ce-time", "2026-01-01T00:00:00Z"),
            Map.entry("traceparent", trace));
  }

  @Test
  void identityIsKeptApartFromTags() {
    assertThat(kept(headers("sluice-user", "ann", "sluice-client", "c-1")))
        .isEqualTo(new KeptHeaders(Map.of(), "ann", "c-1"));
    assertThat(kept(headers("tag-sluice-user", "mallory")))
        .isEqualTo(new KeptHeaders(Map.of("sluice-user", "mallory"), "", ""));
  }

  @Test
  void otherHeadersAreNotForSubscribers() {
    assertThat(kept(headers("internal", "x", "TAG-a", "x", "tracestate", "x")))
        .isSameAs(KeptHeaders.NONE);
    assertThat(dropped).hasValue(0);
  }

  @Test
  void lastOfTwoEqualHeadersCounts() {
    assertThat(kept(headers("tag-a", "1", "tag-b", "2", "tag-a", "3")).tags())
        .isEqualTo(Map.of("a", "3", "b", "2"));
  }

  @Test
  void headersBeyondTheBoundsAreDroppedAndCounted() {
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < 33; i++) {
      headers.add("tag-" + i, utf8("v"));
    }
    headers.add("tag-0", utf8("again"));
    assertThat(kept(headers).tags())
        .hasSize(32)
        .containsEntry("0", "again")
        .doesNotContainKey("32");
    assertThat(dropped).hasValue(1);
  }

  @Test
  void headersThatAreTooLongOrMalformedAreDroppedAndCounted() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("tag-" + "k".repeat(64), utf8("v".repeat(1024)));
    headers.add("tag-" + "k".repeat(65), utf8("v"));
    headers.add("tag-long", utf8("v".repeat(1025)));
    headers.add("tag-bytes", new byte[] {(byte) 0xff});
    headers.add("tag-null", none());
    headers.add("tag-", utf8("v"));
    headers.add("sluice-user", utf8("u".repeat(1025)));
    assertThat(kept(headers))
        .isEqualTo(new KeptHeaders(Map.of("k".repeat(64), "v".repeat(1024)), "", ""));
    assertThat(dropped).hasValue(6);
  }

  @Test
  void encodedFormComesBackAsItWas() {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("z", "");
    tags.put("a", "grüße 😀");
    tags.put("k".repeat(64), "v".repeat(1024));
    KeptHeaders all = new KeptHeaders(tags, "ann", "c-1");
    assertThat(roundTrip(all)).isEqualTo(all);
    assertThat(roundTrip(all).tags().keySet()).containsExactly("z", "a", "k".repeat(64));
    KeptHeaders userOnly = new KeptHeaders(Map.of(), "ann", "");
    assertThat(roundTrip(userOnly)).isEqualTo(userOnly);
    KeptHeaders tagOnly = new KeptHeaders(Map.of("a", "b"), "", "");
    assertThat(roundTrip(tagOnly)).isEqualTo(tagOnly);
  }

  @Test
  void nothingKeptIsZeroBytes() {
    assertThat(KeptHeaders.NONE.encode()).isEmpty();
    assertThat(KeptHeaders.decode(new byte[5], 3, 0)).isSameAs(KeptHeaders.NONE);
  }

  @Test
  void faultOfTagsToPublishNamesTheLimit() {
    assertThat(KeptHeaders.fault(Map.of("a", "b"))).isEmpty();
    assertThat(KeptHeaders.fault(Map.of("", "b"))).contains("a tag's key of 0 bytes, 1 to 64");
    assertThat(KeptHeaders.fault(Map.of("a", "v".repeat(1025))))
        .contains("tag 'a' has 1025 bytes, at most 1024");
    Map<String, String> many = new LinkedHashMap<>();
    for (int i = 0; i < 33; i++) {
      many.put("k" + i, "v");
    }
    assertThat(KeptHeaders.fault(many)).contains("33 tags, at most 32");
  }

  private static KeptHeaders roundTrip(KeptHeaders headers) {
    byte[] encoded = headers.encode();
    byte[] buf = new byte[encoded.length + 7];
    System.arraycopy(encoded, 0, buf, 5, encoded.length);
    return KeptHeaders.decode(buf, 5, encoded.length);
  }

  private KeptHeaders kept(Headers headers) {
    return KeptHeaders.from(headers, dropped::incrementAndGet);
  }

  private static Headers headers(String... pairs) {
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < pairs.length; i += 2) {
      headers.add(pairs[i], utf8(pairs[i + 1]));
    }
    return headers;
  }

  private static byte @Nullable [] none() {
    return null;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package io.sluice.broker;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// What a publication keeps of its record's headers. Everything else is not for subscribers.
///
/// | header | becomes |
/// |---|---|
/// | `tag-<k>` | tag `k` |
/// | `ce_id`, `ce_type`, `ce_source`, `ce_subject`, `ce_time` (CloudEvents, binary mode) | tags `ce-id`, `ce-type`, … |
/// | `traceparent` | tag `traceparent`; of a record that is traced, this node's ([RecordTraces]) |
/// | `sluice-user`, `sluice-client` | who published through a gateway |
/// | `sluice-idempotency-key` | nothing: it is for whoever reads the topic |
///
/// A header that is there twice counts with its last value. Values are UTF-8 text.
///
/// @param tags in the order of the record, at most [#MAX_TAGS]
/// @param user the publishing client's user, or empty
/// @param client the publishing client's id, or empty
public record KeptHeaders(Map<String, String> tags, String user, String client) {
  /// The most tags kept of one record.
  public static final int MAX_TAGS = 32;

  /// The longest tag's key, in bytes of UTF-8.
  public static final int MAX_KEY_BYTES = 64;

  /// The longest value of a tag, a user or a client, in bytes of UTF-8.
  public static final int MAX_VALUE_BYTES = 1024;

  /// No headers at all.
  public static final KeptHeaders NONE = new KeptHeaders(Map.of(), "", "");

  static final String TAG_PREFIX = "tag-";
  static final String USER = "sluice-user";
  static final String CLIENT = "sluice-client";
  static final String IDEMPOTENCY_KEY = "sluice-idempotency-key";

  /// Header and tag, of the W3C's trace context.
  static final String TRACEPARENT = "traceparent";

  private static final Map<String, String> WELL_KNOWN =
      Map.of(
          "ce_id",
          "ce-id",
          "ce_type",
          "ce-type",
          "ce_source",
          "ce-source",
          "ce_subject",
          "ce-subject",
          "ce_time",
          "ce-time",
          TRACEPARENT,
          TRACEPARENT);

  public KeptHeaders {
    tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
  }

  /// As [#from(Headers, Runnable)], for those who do not count.
  public static KeptHeaders from(Headers headers) {
    return from(headers, () -> {});
  }

  /// Reads a record's headers.
  ///
  /// @param onDropped run once for each header that would be kept but is malformed or beyond a
  ///   bound
  public static KeptHeaders from(Headers headers, Runnable onDropped) {
    Map<String, String> tags = new LinkedHashMap<>();
    String user = "";
    String client = "";
    for (Header header : headers) {
      String name = header.key();
      boolean who = name.equals(USER) || name.equals(CLIENT);
      String tag = who ? name : tagOf(name);
      if (tag == null) {
        continue;
      }
      Optional<String> value = value(header.value());
      if (value.isEmpty() || !(who || fits(tags, tag))) {
        onDropped.run();
      } else if (name.equals(USER)) {
        user = value.get();
      } else if (name.equals(CLIENT)) {
        client = value.get();
      } else {
        tags.put(tag, value.get());
      }
    }
    return tags.isEmpty() && user.isEmpty() && client.isEmpty()
        ? NONE
        : new KeptHeaders(tags, user, client);
  }

  /// The same with one tag more, or another value of it.
  KeptHeaders withTag(String tag, String value) {
    Map<String, String> more = new LinkedHashMap<>(tags);
    more.put(tag, value);
    return new KeptHeaders(more, user, client);
  }

  /// Why these tags cannot be published, or nothing when they can.
  static Optional<String> fault(Map<String, String> tags) {
    if (tags.size() > MAX_TAGS) {
      return Optional.of("%d tags, at most %d".formatted(tags.size(), MAX_TAGS));
    }
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      int key = bytes(tag.getKey()).length;
      int value = bytes(tag.getValue()).length;
      if (key == 0 || key > MAX_KEY_BYTES) {
        return Optional.of("a tag's key of %d bytes, 1 to %d".formatted(key, MAX_KEY_BYTES));
      }
      if (value > MAX_VALUE_BYTES) {
        return Optional.of(
            "tag '%s' has %d bytes, at most %d".formatted(tag.getKey(), value, MAX_VALUE_BYTES));
      }
    }
    return Optional.empty();
  }

  /// A compact form for keeping beside a record's bytes; nothing kept is zero bytes long. Only for
  /// memory: it carries no version.
  public byte[] encode() {
    if (tags.isEmpty() && user.isEmpty() && client.isEmpty()) {
      return new byte[0];
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(64 + 64 * tags.size());
    write(out, user);
    write(out, client);
    tags.forEach((key, value) -> {
      write(out, key);
      write(out, value);
    });
    return out.toByteArray();
  }

  /// The inverse of [#encode].
  public static KeptHeaders decode(byte[] buf, int off, int len) {
    if (len == 0) {
      return NONE;
    }
    Reading in = new Reading(buf, off);
    String user = in.next();
    String client = in.next();
    Map<String, String> tags = new LinkedHashMap<>();
    while (in.at < off + len) {
      String key = in.next();
      tags.put(key, in.next());
    }
    return new KeptHeaders(tags, user, client);
  }

  private static @Nullable String tagOf(String header) {
    return header.startsWith(TAG_PREFIX)
        ? header.substring(TAG_PREFIX.length())
        : WELL_KNOWN.get(header);
  }

  private static boolean fits(Map<String, String> tags, String key) {
    return !key.isEmpty()
        && bytes(key).length <= MAX_KEY_BYTES
        && (tags.size() < MAX_TAGS || tags.containsKey(key));
  }

  private static Optional<String> value(byte @Nullable [] value) {
    return value == null || value.length > MAX_VALUE_BYTES ? Optional.empty() : Utf8.decode(value);
  }

  /// Two bytes of length (never above [#MAX_VALUE_BYTES]), then the text.
  private static void write(ByteArrayOutputStream out, String text) {
    byte[] bytes = bytes(text);
    out.write(bytes.length >> 8);
    out.write(bytes.length);
    out.write(bytes, 0, bytes.length);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static final class Reading {
    private final byte[] buf;
    private int at;

    Reading(byte[] buf, int off) {
      this.buf = buf;
      this.at = off;
    }

    String next() {
      int length = (buf[at] & 0xff) << 8 | (buf[at + 1] & 0xff);
      String text = new String(buf, at + 2, length, StandardCharsets.UTF_8);
      at += 2 + length;
      return text;
    }
  }
}

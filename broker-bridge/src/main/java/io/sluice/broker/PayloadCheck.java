package io.sluice.broker;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;

/// Whether a value is what its namespace says it is. Pure; any thread may call it. Reads the whole
/// value, so callers do it once and keep the answer.
public final class PayloadCheck {
  /// The deepest nesting of JSON accepted: common parsers of clients overflow their stacks some way
  /// beyond.
  public static final int MAX_DEPTH = 1000;

  // Lengths are bounded by the record's own size, so the parser's bounds are lifted. Names are not
  // interned: they come from outside and would stay in memory. (Without canonical names Jackson
  // takes another parser, which reads past the end of a value inside a larger array.)
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private PayloadCheck() {}

  /// JSON: exactly one well-formed value in UTF-8, without byte order mark, nested at most
  /// [#MAX_DEPTH] deep; an empty value is none. Text: well-formed UTF-8. Binary: anything.
  public static boolean ok(PayloadKind kind, byte[] buf, int off, int len) {
    return switch (kind) {
      case JSON ->
          startsAsUtf8Json(buf, off, len)
              && Utf8.wellFormed(buf, off, len)
              && oneValue(buf, off, len);
      case TEXT -> Utf8.wellFormed(buf, off, len);
      case BINARY -> true;
    };
  }

  /// Jackson guesses UTF-16 and UTF-32 from zero bytes and skips a byte order mark; a client that
  /// finds the value inside a UTF-8 frame can do neither.
  private static boolean startsAsUtf8Json(byte[] buf, int off, int len) {
    if (len == 0 || buf[off] == (byte) 0xEF) {
      return false;
    }
    for (int i = 0; i < Math.min(len, 4); i++) {
      if (buf[off + i] == 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean oneValue(byte[] buf, int off, int len) {
    try (JsonParser parser = JSON.createParser(buf, off, len)) {
      if (parser.nextToken() == null) {
        return false;
      }
      int depth = 0;
      do {
        if (parser.currentToken().isStructStart()) {
          depth++;
        } else if (parser.currentToken().isStructEnd()) {
          depth--;
        }
      } while (parser.nextToken() != null && depth > 0);
      return depth == 0 && parser.currentToken() == null;
    } catch (IOException _) {
      return false;
    }
  }
}

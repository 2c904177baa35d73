package io.sluice.gateway.api;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where a resource is, such as `/users/{user}/subscriptions/{+channel}`: `{name}` is one segment
/// of the path, `{+name}`, of which there is at most one, is one or more. Segments are told apart
/// before they are decoded, so a user may have a `/` in its name as `%2F`. Immutable.
final class Address {
  private final String template;
  private final List<String> segments;
  private final int open;

  /// @param template below [Resources#PATH], with a slash in front
  Address(String template) {
    this.template = template;
    this.segments = List.of(template.substring(1).split("/", -1));
    int found = -1;
    for (int i = 0; i < segments.size(); i++) {
      if (segments.get(i).startsWith("{+")) {
        found = i;
      }
    }
    this.open = found;
  }

  String template() {
    return template;
  }

  /// What stands in a path for each name.
  ///
  /// @param path as it was sent, below [Resources#PATH]; starts with a slash
  /// @return nothing when it is another resource's
  /// @throws IllegalArgumentException when it is not well encoded
  Optional<Map<String, String>> match(String path) {
    List<String> given = List.of(path.substring(1).split("/", -1));
    int more = given.size() - segments.size();
    if (more < 0 || (more > 0 && open < 0)) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    int at = 0;
    for (int i = 0; i < segments.size(); i++) {
      int taken = i == open ? more + 1 : 1;
      String value = decoded(given.subList(at, at + taken));
      at += taken;
      String wanted = segments.get(i);
      if (value.isEmpty() || (!wanted.startsWith("{") && !wanted.equals(value))) {
        return Optional.empty();
      }
      if (wanted.startsWith("{")) {
        values.put(wanted.substring(i == open ? 2 : 1, wanted.length() - 1), value);
      }
    }
    return Optional.of(values);
  }

  private static String decoded(List<String> encoded) {
    List<String> texts = new ArrayList<>(encoded.size());
    encoded.forEach(segment -> texts.add(decoded(segment)));
    return String.join("/", texts);
  }

  private static String decoded(String segment) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c == '%') {
        bytes.write(hex(segment, i + 1) << 4 | hex(segment, i + 2));
        i += 2;
      } else {
        bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return Utf8.decode(bytes.toByteArray())
        .orElseThrow(() -> new IllegalArgumentException("a name in the path is not UTF-8"));
  }

  private static int hex(String segment, int at) {
    int digit = at < segment.length() ? Character.digit(segment.charAt(at), 16) : -1;
    if (digit < 0) {
      throw new IllegalArgumentException("a % in the path is not followed by two digits");
    }
    return digit;
  }
}

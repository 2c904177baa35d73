package io.sluice.gateway.logs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The template of a line, taken apart: `a topic was made anew topic={} count={}` is the phrase `a
/// topic was made anew` with the keys `topic` and `count`. A place without a key, `configuration
/// {}`, belongs to the phrase. Immutable.
final class Phrase {
  /// Templates are constants of the code, so there are a few hundred. More than these are taken
  /// apart each time.
  private static final int MOST_KEPT = 2_048;

  private static final Pattern PLACE =
      Pattern.compile(" ?\\b([A-Za-z]\\w*)=(?:\\{}|\"\\{}\")|\\{}");

  private static final ConcurrentMap<String, Phrase> KEPT = new ConcurrentHashMap<>();

  /// A place, and the text before it.
  ///
  /// @param key "" = it has none
  private record Place(String before, String key) {}

  /// Told of the parts of a line, one after another.
  interface Reader {
    /// Text of the phrase itself.
    void text(String text);

    /// The value at a place that has no key.
    void value(@Nullable Object value);

    /// A key with its value.
    void field(String key, @Nullable Object value);
  }

  private final List<Place> places;
  private final String end;

  private Phrase(List<Place> places, String end) {
    this.places = List.copyOf(places);
    this.end = end;
  }

  static Phrase of(String template) {
    Phrase kept = KEPT.get(template);
    if (kept != null) {
      return kept;
    }
    Phrase phrase = parse(template);
    if (KEPT.size() < MOST_KEPT) {
      KEPT.put(template, phrase);
    }
    return phrase;
  }

  private static Phrase parse(String template) {
    List<Place> places = new ArrayList<>();
    Matcher place = PLACE.matcher(template);
    int from = 0;
    while (place.find()) {
      String key = place.group(1);
      places.add(new Place(template.substring(from, place.start()), key == null ? "" : key));
      from = place.end();
    }
    return new Phrase(places, template.substring(from));
  }

  /// The key of the first place; "" where there is none.
  String firstKey() {
    return places.isEmpty() ? "" : places.getFirst().key();
  }

  /// Reads a line. A place without an argument is read as `{}`; arguments without a place are not
  /// read.
  void read(@Nullable Object[] arguments, Reader reader) {
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      Object value = i < arguments.length ? arguments[i] : "{}";
      reader.text(place.before());
      if (place.key().isEmpty()) {
        reader.value(value);
      } else {
        reader.field(place.key(), value);
      }
    }
    reader.text(end);
  }
}

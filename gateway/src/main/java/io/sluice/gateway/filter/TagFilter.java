package io.sluice.gateway.filter;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which publications a subscriber wants, by their tags. Immutable.
public sealed interface TagFilter {
  /// Whether a publication with these tags is wanted.
  boolean passes(Map<String, String> tags);

  /// All of them must pass.
  record And(List<TagFilter> parts) implements TagFilter {
    public And {
      parts = List.copyOf(parts);
    }

    @Override
    public boolean passes(Map<String, String> tags) {
      for (TagFilter part : parts) {
        if (!part.passes(tags)) {
          return false;
        }
      }
      return true;
    }
  }

  /// One of them must pass.
  record Or(List<TagFilter> parts) implements TagFilter {
    public Or {
      parts = List.copyOf(parts);
    }

    @Override
    public boolean passes(Map<String, String> tags) {
      for (TagFilter part : parts) {
        if (part.passes(tags)) {
          return true;
        }
      }
      return false;
    }
  }

  /// It must not pass.
  record Not(TagFilter part) implements TagFilter {
    @Override
    public boolean passes(Map<String, String> tags) {
      return !part.passes(tags);
    }
  }

  /// The tag is there.
  record Exists(String key) implements TagFilter {
    @Override
    public boolean passes(Map<String, String> tags) {
      return tags.containsKey(key);
    }
  }

  /// The tag has one of these values. In a list, the empty text also stands for a tag that is not
  /// there, as with Centrifugo.
  record In(String key, Set<String> values) implements TagFilter {
    public In {
      values = Set.copyOf(values);
    }

    @Override
    public boolean passes(Map<String, String> tags) {
      return values.contains(tags.getOrDefault(key, ""));
    }
  }

  /// The tag's value holds this text.
  record Text(String key, Place place, String text) implements TagFilter {
    /// Where.
    public enum Place {
      BEGINNING,
      END,
      ANYWHERE
    }

    @Override
    public boolean passes(Map<String, String> tags) {
      String value = tags.get(key);
      return value != null
          && switch (place) {
            case BEGINNING -> value.startsWith(text);
            case END -> value.endsWith(text);
            case ANYWHERE -> value.contains(text);
          };
    }
  }

  /// The tag's value is a number on this side of another; what is no number is on none.
  record Ordered(String key, Side side, BigDecimal than) implements TagFilter {
    /// Which side.
    public enum Side {
      ABOVE,
      NOT_BELOW,
      BELOW,
      NOT_ABOVE
    }

    @Override
    public boolean passes(Map<String, String> tags) {
      Optional<BigDecimal> value = Decimals.parse(tags.getOrDefault(key, ""));
      if (value.isEmpty()) {
        return false;
      }
      int order = value.get().compareTo(than);
      return switch (side) {
        case ABOVE -> order > 0;
        case NOT_BELOW -> order >= 0;
        case BELOW -> order < 0;
        case NOT_ABOVE -> order <= 0;
      };
    }
  }
}

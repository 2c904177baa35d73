package io.sluice.gateway.filter;

import java.util.Collection;
import java.util.TreeSet;

/// A filter as text: the same for filters that differ in nothing but the order of their parts and
/// values, repetitions, or the zeros of a number; different for all others, since every text of a
/// client's stands behind its length. Unlike a filter's own hash, on which strangers can make any
/// number of filters agree, it has an order by which maps tell those apart quickly. Pure.
public final class FilterText {
  private FilterText() {}

  /// The text; about as long as the filter as it was written.
  public static String of(TagFilter filter) {
    return switch (filter) {
      case TagFilter.And(var parts) -> joined("&", parts);
      case TagFilter.Or(var parts) -> joined("|", parts);
      case TagFilter.Not(TagFilter part) -> "!" + of(part);
      case TagFilter.Exists(String key) -> "?" + quoted(key);
      case TagFilter.In(String key, var values) -> "=" + quoted(key) + quoted(values);
      case TagFilter.Text(String key, TagFilter.Text.Place place, String text) ->
          "~" + quoted(key) + place + quoted(text);
      case TagFilter.Ordered(String key, TagFilter.Ordered.Side side, var than) ->
          "<" + quoted(key) + side + quoted(than.stripTrailingZeros().toPlainString());
    };
  }

  private static String joined(String operator, Collection<TagFilter> parts) {
    TreeSet<String> texts = new TreeSet<>();
    parts.forEach(part -> texts.add(of(part)));
    return texts.size() == 1 ? texts.first() : operator + "(" + String.join("", texts) + ")";
  }

  private static String quoted(Collection<String> values) {
    StringBuilder out = new StringBuilder("[");
    new TreeSet<>(values).forEach(value -> out.append(quoted(value)));
    return out.append(']').toString();
  }

  private static String quoted(String text) {
    return text.length() + ":" + text;
  }
}

package io.sluice.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A session's state as it is stored: compact, with a version in front, at most
/// [SessionState#MAX_TEXT] characters each. What does not fit is left out; what cannot be read, or
/// is of a later version, is nothing. Pure.
///
/// - Names: `1`, then `<length>:<name>` for each.
/// - Positions: `1`, then `c<length>:<channel><told>,<more>;` for each, where live-until is `more`
///   above `told`, both in base 36; before the first of an epoch stands `e<length>:<epoch>`.
final class StateText {
  private static final String VERSION = "1";
  private static final char EPOCH = 'e';
  private static final char CHANNEL = 'c';
  private static final int BASE = 36;

  private StateText() {}

  static SessionState read(String subscriptions, String served) {
    return subscriptions.isEmpty() && served.isEmpty()
        ? SessionState.NONE
        : new SessionState(names(subscriptions), positions(served));
  }

  /// Empty when there is none.
  static String ofNames(List<String> names) {
    StringBuilder all = new StringBuilder(VERSION);
    for (String name : names) {
      String one = sized(name);
      if (all.length() + one.length() > SessionState.MAX_TEXT) {
        break;
      }
      all.append(one);
    }
    return all.length() == VERSION.length() ? "" : all.toString();
  }

  /// Empty when there is none.
  static String ofPositions(List<Served> positions) {
    StringBuilder all = new StringBuilder(VERSION);
    String epoch = "";
    for (Served one : byEpoch(positions)) {
      String text =
          (one.epoch().equals(epoch) ? "" : EPOCH + sized(one.epoch()))
              + CHANNEL
              + sized(one.channel())
              + Long.toString(one.told(), BASE)
              + ','
              + Long.toString(one.liveUntil() - one.told(), BASE)
              + ';';
      if (all.length() + text.length() > SessionState.MAX_TEXT) {
        break;
      }
      all.append(text);
      epoch = one.epoch();
    }
    return all.length() == VERSION.length() ? "" : all.toString();
  }

  private static List<Served> byEpoch(List<Served> positions) {
    return positions.size() < 2
        ? positions
        : positions.stream().sorted(Comparator.comparing(Served::epoch)).toList();
  }

  private static String sized(String text) {
    return text.length() + ":" + text;
  }

  static List<String> names(String text) {
    if (!text.startsWith(VERSION)) {
      return List.of();
    }
    try {
      Cursor in = new Cursor(text, VERSION.length());
      List<String> names = new ArrayList<>();
      while (in.more()) {
        names.add(in.sized());
      }
      return names;
    } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
      return List.of();
    }
  }

  static List<Served> positions(String text) {
    if (!text.startsWith(VERSION)) {
      return List.of();
    }
    try {
      Cursor in = new Cursor(text, VERSION.length());
      List<Served> positions = new ArrayList<>();
      String epoch = "";
      while (in.more()) {
        if (in.is(EPOCH)) {
          epoch = in.sized();
        }
        in.must(CHANNEL);
        String channel = in.sized();
        long told = in.number(',');
        positions.add(new Served(channel, epoch, told, told + in.number(';')));
      }
      return positions;
    } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
      return List.of();
    }
  }

  /// Where reading has come to.
  private static final class Cursor {
    private final String text;
    private int at;

    Cursor(String text, int at) {
      this.text = text;
      this.at = at;
    }

    boolean more() {
      return at < text.length();
    }

    boolean is(char wanted) {
      if (text.charAt(at) != wanted) {
        return false;
      }
      at++;
      return true;
    }

    void must(char wanted) {
      if (!is(wanted)) {
        throw new IllegalArgumentException("no '" + wanted + "' at " + at);
      }
    }

    String sized() {
      int colon = end(':');
      int length = Integer.parseInt(text.substring(at, colon));
      at = colon + 1 + length;
      return text.substring(colon + 1, at);
    }

    long number(char until) {
      int end = end(until);
      long number = Long.parseLong(text.substring(at, end), BASE);
      at = end + 1;
      return number;
    }

    private int end(char mark) {
      int end = text.indexOf(mark, at);
      if (end < 0) {
        throw new IllegalArgumentException("no '" + mark + "' after " + at);
      }
      return end;
    }
  }
}

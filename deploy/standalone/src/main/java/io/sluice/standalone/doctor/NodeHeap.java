package io.sluice.standalone.doctor;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a node's JVM may take, as its flags say. Not this JVM: a doctor needs little.
///
/// @param heap bytes
/// @param direct bytes outside of it, for buffers
/// @param from what says so, for people
public record NodeHeap(long heap, long direct, String from) {
  /// What the script `sluice` gives to nodes.
  private static final String USUAL = "1g";

  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kKmMgGtT]?)");
  private static final String HEAP = "-Xmx";
  private static final String DIRECT = "-XX:MaxDirectMemorySize=";
  private static final String PERCENT = "-XX:MaxRAMPercentage=";

  /// From flags of a JVM, of which the last of a kind counts.
  ///
  /// @param flags separated by blanks; "" = not known
  /// @param machine bytes of the machine or container
  public static NodeHeap ofFlags(String flags, long machine) {
    Optional<String> heap = last(flags, HEAP);
    Optional<String> percent = last(flags, PERCENT).filter(it -> it.matches("\\d+(\\.\\d+)?"));
    long bytes;
    String from;
    if (heap.isEmpty() && percent.isPresent()) {
      bytes = (long) (machine * Double.parseDouble(percent.get()) / 100);
      from = PERCENT + percent.get();
    } else {
      String text = heap.filter(it -> size(it).isPresent()).orElse(USUAL);
      bytes = size(text).orElseThrow();
      from = HEAP + text;
    }
    long direct =
        last(flags, DIRECT).flatMap(it -> size(it).stream().boxed().findFirst()).orElse(bytes);
    return new NodeHeap(bytes, direct, from);
  }

  /// The same with another heap.
  ///
  /// @param size as after `-Xmx`
  public static Optional<NodeHeap> ofSize(String size) {
    OptionalLong bytes = size(size);
    return bytes.isEmpty()
        ? Optional.empty()
        : Optional.of(new NodeHeap(bytes.getAsLong(), bytes.getAsLong(), HEAP + size));
  }

  private static Optional<String> last(String flags, String begin) {
    Optional<String> last = Optional.empty();
    for (String flag : flags.split("\\s+", -1)) {
      if (flag.startsWith(begin)) {
        last = Optional.of(flag.substring(begin.length()));
      }
    }
    return last;
  }

  private static OptionalLong size(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches() || Long.parseLong(size.group(1)) == 0) {
      return OptionalLong.empty();
    }
    int shift =
        switch (size.group(2).toLowerCase(Locale.ROOT)) {
          case "k" -> 10;
          case "m" -> 20;
          case "g" -> 30;
          case "t" -> 40;
          default -> 0;
        };
    long number = Long.parseLong(size.group(1));
    return number > (Long.MAX_VALUE >> shift)
        ? OptionalLong.empty()
        : OptionalLong.of(number << shift);
  }
}

package io.sluice.standalone;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds what somebody meant to type.
final class Nearest {
  private Nearest() {}

  /// Two letters say nothing: every flag begins with two dashes.
  private static final int SHORTEST_BEGINNING = 3;

  /// The known word that begins with the text, or else the one with the fewest typing errors
  /// between them; of several the first in alphabetical order. Nothing only when nothing is known.
  static Optional<String> to(String text, Collection<String> known) {
    return known.stream()
        .min(
            Comparator.<String>comparingInt(word -> isBeginning(text, word) ? 0 : 1)
                .thenComparingInt(word -> distance(text, word))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static boolean isBeginning(String text, String word) {
    return text.length() >= SHORTEST_BEGINNING && word.startsWith(text);
  }

  /// Letters to insert, delete, replace, or swap with their neighbour.
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 || j == 0 ? i + j : step(a, b, d, i, j);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int step(String a, String b, int[][] d, int i, int j) {
    int replace = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int least = Math.min(replace, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
  }
}

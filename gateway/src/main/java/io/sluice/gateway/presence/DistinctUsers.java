package io.sluice.gateway.presence;

import java.util.Arrays;
import java.util.List;

/// How many different users several nodes have together, some of them at more than one. Exact while
/// one node alone has any, or each has no more than [#SAMPLE]; otherwise an estimate by the
/// smallest hashes (bottom-k, "k minimum values"): the more users, the closer to 0 lies the k-th
/// smallest. Its standard error is 1 / √k, 0.8 %; 99 of 100 are within 2 %. Pure.
final class DistinctUsers {
  /// Hashes of a sample: 128 KiB.
  static final int SAMPLE = 16_384;

  private DistinctUsers() {}

  static long of(List<UserSample> samples) {
    List<UserSample> some = samples.stream().filter(it -> it.distinct() > 0).toList();
    if (some.size() <= 1) {
      return some.isEmpty() ? 0 : some.getFirst().distinct();
    }
    boolean complete = some.stream().allMatch(UserSample::complete);
    long[] union = new long[0];
    for (UserSample each : some) {
      union = union(union, each.smallest(), complete ? Integer.MAX_VALUE : SAMPLE);
    }
    if (complete || union.length < SAMPLE) {
      return union.length;
    }
    double reached = union[SAMPLE - 1] / (double) Long.MAX_VALUE;
    long least = some.stream().mapToLong(UserSample::distinct).max().orElse(0);
    long most = some.stream().mapToLong(UserSample::distinct).sum();
    return Math.clamp(Math.round((SAMPLE - 1) / reached), least, most);
  }

  /// The smallest of both, each once.
  private static long[] union(long[] a, long[] b, int most) {
    long[] out = new long[Math.min(most, a.length + b.length)];
    int n = 0;
    int i = 0;
    int j = 0;
    while (n < out.length && (i < a.length || j < b.length)) {
      if (j == b.length || (i < a.length && a[i] < b[j])) {
        out[n++] = a[i++];
      } else {
        if (i < a.length && a[i] == b[j]) {
          i++;
        }
        out[n++] = b[j++];
      }
    }
    return n == out.length ? out : Arrays.copyOf(out, n);
  }
}

package io.sluice.broker;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;

/// Which one of some nodes a chore falls to: the one with the highest hash of (node, chore). All
/// who see the same nodes agree without asking; when a node comes or goes, only its own share of
/// the chores moves. Pure. The hash is part of what nodes of different versions agree on: never
/// change it.
final class Rendezvous {
  private Rendezvous() {}

  /// The node it falls to; nobody when there are no nodes.
  static Optional<String> owner(String chore, Collection<String> nodes) {
    String best = null;
    long bestScore = 0;
    for (String node : nodes) {
      long score = score(node, chore);
      int order = best == null ? 1 : Long.compareUnsigned(score, bestScore);
      if (order > 0 || (order == 0 && node.compareTo(best) > 0)) {
        best = node;
        bestScore = score;
      }
    }
    return Optional.ofNullable(best);
  }

  /// FNV-1a over `node`, a zero byte and `chore`, then the finalizer of MurmurHash3: FNV alone
  /// spreads the last bytes too little.
  private static long score(String node, String chore) {
    long h = fnv(0xcbf29ce484222325L, node);
    h = fnv(h * 0x100000001b3L, chore);
    h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }

  private static long fnv(long hash, String text) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}

package io.sluice.gateway.filter;

import io.sluice.gateway.filter.TagFilter.Ordered.Side;
import io.sluice.gateway.filter.TagFilter.Text.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A node as clients write it, and the filter it stands for. Not thread-safe.
final class FilterNode {
  String op = "";
  String key = "";
  String cmp = "";
  String val = "";
  final List<String> vals = new ArrayList<>(0);
  final List<TagFilter> nodes = new ArrayList<>(0);

  /// The filter.
  ///
  /// @throws BadFilterException when the fields do not go together
  TagFilter filter() throws BadFilterException {
    if (!op.isEmpty() && !(key.isEmpty() && cmp.isEmpty() && val.isEmpty() && vals.isEmpty())) {
      throw bad("'%.32s' takes nodes and nothing else".formatted(op));
    }
    return switch (op) {
      case "" -> comparison();
      case "and" -> new TagFilter.And(parts());
      case "or" -> new TagFilter.Or(parts());
      case "not" -> new TagFilter.Not(part());
      default -> throw bad("op '%.32s' is none of and, or, not".formatted(op));
    };
  }

  private List<TagFilter> parts() throws BadFilterException {
    if (nodes.isEmpty()) {
      throw bad("'%s' takes one node or more".formatted(op));
    }
    return nodes;
  }

  private TagFilter part() throws BadFilterException {
    if (nodes.size() != 1) {
      throw bad("'not' takes one node, not %d".formatted(nodes.size()));
    }
    return nodes.getFirst();
  }

  private TagFilter comparison() throws BadFilterException {
    if (!nodes.isEmpty()) {
      throw bad("nodes stand below and, or, not");
    }
    if (key.isEmpty()) {
      throw bad("a comparison needs a key");
    }
    return switch (cmp) {
      case "eq" -> new TagFilter.In(key, Set.of(val()));
      case "neq" -> new TagFilter.Not(new TagFilter.In(key, Set.of(val())));
      case "in" -> new TagFilter.In(key, vals());
      case "nin" -> new TagFilter.Not(new TagFilter.In(key, vals()));
      case "ex" -> exists();
      case "nex" -> new TagFilter.Not(exists());
      case "sw" -> new TagFilter.Text(key, Place.BEGINNING, val());
      case "ew" -> new TagFilter.Text(key, Place.END, val());
      case "ct" -> new TagFilter.Text(key, Place.ANYWHERE, val());
      case "gt" -> number(Side.ABOVE);
      case "gte" -> number(Side.NOT_BELOW);
      case "lt" -> number(Side.BELOW);
      case "lte" -> number(Side.NOT_ABOVE);
      default ->
          throw bad(
              "cmp '%.32s' is none of eq, neq, in, nin, ex, nex, sw, ew, ct, lt, lte, gt, gte"
                  .formatted(cmp));
    };
  }

  private String val() throws BadFilterException {
    if (val.isEmpty() || !vals.isEmpty()) {
      throw bad("'%s' takes a val, and no vals".formatted(cmp));
    }
    return val;
  }

  private Set<String> vals() throws BadFilterException {
    if (vals.isEmpty() || !val.isEmpty()) {
      throw bad("'%s' takes vals, and no val".formatted(cmp));
    }
    return new HashSet<>(vals);
  }

  private TagFilter exists() throws BadFilterException {
    if (!val.isEmpty() || !vals.isEmpty()) {
      throw bad("'%s' takes neither val nor vals".formatted(cmp));
    }
    return new TagFilter.Exists(key);
  }

  private TagFilter number(Side side) throws BadFilterException {
    return new TagFilter.Ordered(
        key,
        side,
        Decimals.parse(val())
            .orElseThrow(() ->
                bad(
                    "'%s' takes a decimal number of at most %d characters, not '%.32s'"
                        .formatted(cmp, Decimals.LONGEST, val))));
  }

  private static BadFilterException bad(String what) {
    return new BadFilterException("tf: " + what);
  }
}

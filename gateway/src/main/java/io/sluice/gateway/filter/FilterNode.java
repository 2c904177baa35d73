package io.sluice.gateway.filter;

import io.sluice.gateway.filter.TagFilter.Number.Side;
import io.sluice.gateway.filter.TagFilter.Text.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// A node as clients write it, and the filter it stands for. Not thread-safe.
final class FilterNode {
  /// Characters of what a client wrote that an error repeats.
  private static final String SHORTENED = "'%.32s'";

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
      throw bad("'%s' takes nodes and nothing else", op);
    }
    switch (op) {
      case "" -> {
        if (!nodes.isEmpty()) {
          throw new BadFilterException("tf: nodes stand below and, or, not");
        }
        return comparison();
      }
      case "and", "or" -> {
        if (nodes.isEmpty()) {
          throw bad("'%s' takes one node or more", op);
        }
        return op.equals("and") ? new TagFilter.And(nodes) : new TagFilter.Or(nodes);
      }
      case "not" -> {
        if (nodes.size() != 1) {
          throw new BadFilterException("tf: 'not' takes one node, not " + nodes.size());
        }
        return new TagFilter.Not(nodes.getFirst());
      }
      default -> throw bad("op " + SHORTENED + " is none of and, or, not", op);
    }
  }

  private TagFilter comparison() throws BadFilterException {
    if (key.isEmpty()) {
      throw new BadFilterException("tf: a comparison needs a key");
    }
    return switch (cmp) {
      case "eq" -> new TagFilter.In(key, java.util.Set.of(val()));
      case "neq" -> new TagFilter.Not(new TagFilter.In(key, java.util.Set.of(val())));
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
              "cmp "
                  + SHORTENED
                  + " is none of eq, neq, in, nin, ex, nex, sw, ew, ct, lt, lte, gt, gte",
              cmp);
    };
  }

  private String val() throws BadFilterException {
    if (val.isEmpty() || !vals.isEmpty()) {
      throw bad("'%s' takes a val, and no vals", cmp);
    }
    return val;
  }

  private HashSet<String> vals() throws BadFilterException {
    if (vals.isEmpty() || !val.isEmpty()) {
      throw bad("'%s' takes vals, and no val", cmp);
    }
    return new HashSet<>(vals);
  }

  private TagFilter exists() throws BadFilterException {
    if (!val.isEmpty() || !vals.isEmpty()) {
      throw bad("'%s' takes neither val nor vals", cmp);
    }
    return new TagFilter.Exists(key);
  }

  private TagFilter number(Side side) throws BadFilterException {
    return new TagFilter.Number(
        key,
        side,
        Decimals.parse(val())
            .orElseThrow(() ->
                bad(
                    "'%s' takes a decimal number of at most "
                        + Decimals.LONGEST
                        + " characters, not "
                        + SHORTENED,
                    cmp,
                    val)));
  }

  private static BadFilterException bad(String text, Object... arguments) {
    return new BadFilterException("tf: " + text.formatted(arguments));
  }
}

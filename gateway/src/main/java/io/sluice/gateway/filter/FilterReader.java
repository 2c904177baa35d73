package io.sluice.gateway.filter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/// Reads a filter (`FilterNode` of the client protocol) from what stands in a subscribe, within
/// limits. For one filter; not thread-safe.
public final class FilterReader {
  private static final JsonFactory JSON = new JsonFactory();

  private final FilterLimits limits;
  private int nodes;

  private FilterReader(FilterLimits limits) {
    this.limits = limits;
  }

  /// Reads JSON.
  ///
  /// @throws BadFilterException when it is none, or beyond a limit
  public static TagFilter json(byte[] json, FilterLimits limits) throws BadFilterException {
    expectSize(json, limits);
    try (JsonParser in = JSON.createParser(json)) {
      in.nextToken();
      return new FilterReader(limits).json(in, 1);
    } catch (IOException _) {
      throw new BadFilterException("tf: not a filter in JSON");
    }
  }

  /// Reads Protocol Buffers.
  ///
  /// @throws BadFilterException when it is none, or beyond a limit
  public static TagFilter protobuf(byte[] message, FilterLimits limits) throws BadFilterException {
    expectSize(message, limits);
    try {
      return new FilterReader(limits).protobuf(CodedInputStream.newInstance(message), 1);
    } catch (IOException _) {
      throw new BadFilterException("tf: not a filter in Protocol Buffers");
    }
  }

  private static void expectSize(byte[] written, FilterLimits limits) throws BadFilterException {
    if (written.length > limits.bytes()) {
      throw new BadFilterException(
          "tf: %d bytes, more than %d".formatted(written.length, limits.bytes()));
    }
  }

  private TagFilter json(JsonParser in, int depth) throws IOException, BadFilterException {
    count(depth);
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw new BadFilterException("tf: a node is an object");
    }
    FilterNode node = new FilterNode();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String field = in.currentName();
      in.nextToken();
      switch (field) {
        case "op" -> node.op = text(in, field);
        case "key" -> node.key = text(in, field);
        case "cmp" -> node.cmp = text(in, field);
        case "val" -> node.val = text(in, field);
        case "vals" -> {
          expectList(in, field);
          while (in.nextToken() != JsonToken.END_ARRAY) {
            count(depth);
            node.vals.add(text(in, field));
          }
        }
        case "nodes" -> {
          expectList(in, field);
          while (in.nextToken() != JsonToken.END_ARRAY) {
            node.nodes.add(json(in, depth + 1));
          }
        }
        default -> in.skipChildren();
      }
    }
    return node.filter();
  }

  private static String text(JsonParser in, String field) throws IOException, BadFilterException {
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      throw new BadFilterException("tf: %s is text".formatted(field));
    }
    return in.getText();
  }

  private static void expectList(JsonParser in, String field) throws BadFilterException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw new BadFilterException("tf: %s is a list".formatted(field));
    }
  }

  private TagFilter protobuf(CodedInputStream in, int depth)
      throws IOException, BadFilterException {
    count(depth);
    FilterNode node = new FilterNode();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        if (!in.skipField(tag)) {
          throw new BadFilterException("tf: a group ends that has not begun");
        }
        continue;
      }
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> node.op = in.readStringRequireUtf8();
        case 2 -> node.key = in.readStringRequireUtf8();
        case 3 -> node.cmp = in.readStringRequireUtf8();
        case 4 -> node.val = in.readStringRequireUtf8();
        case 5 -> {
          count(depth);
          node.vals.add(in.readStringRequireUtf8());
        }
        case 6 -> {
          int outer = in.pushLimit(in.readRawVarint32());
          node.nodes.add(protobuf(in, depth + 1));
          in.popLimit(outer);
        }
        default -> in.skipField(tag);
      }
    }
    return node.filter();
  }

  private void count(int depth) throws BadFilterException {
    if (depth > limits.depth()) {
      throw new BadFilterException("tf: deeper than " + limits.depth() + " nodes");
    }
    nodes++;
    if (nodes > limits.nodes()) {
      throw new BadFilterException("tf: more than " + limits.nodes() + " nodes and values");
    }
  }
}

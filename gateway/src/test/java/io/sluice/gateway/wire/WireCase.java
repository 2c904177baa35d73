package io.sluice.gateway.wire;

import java.util.ArrayList;
import java.util.List;

/// What a client sends to the echo, and what it must hear until the end of the stream.
///
/// @param id the group, a dot, and what tells the case from others
/// @param verdict what it means that this is heard
/// @param writes pieces of the stream, each written by itself
@SuppressWarnings("ArrayRecordComponent") // never compared
record WireCase(String id, Verdict verdict, List<byte[]> writes, List<Heard> expected) {
  enum Verdict {
    OK,
    /// Right, but the suite would have it earlier.
    NON_STRICT,
    /// The standard leaves it open.
    INFORMATIONAL
  }

  String group() {
    return id.substring(0, id.indexOf('.'));
  }

  /// All is well; then the client closes with 1000.
  static WireCase clean(String id, List<byte[]> writes, List<Heard> expected) {
    List<byte[]> all = new ArrayList<>(writes);
    all.add(Frame.close(1000));
    List<Heard> heard = new ArrayList<>(expected);
    heard.add(Heard.close(1000));
    return new WireCase(id, Verdict.OK, all, heard);
  }

  /// The server must close with this code after what it said before.
  static WireCase fails(String id, int code, List<byte[]> writes, Heard... before) {
    List<Heard> heard = new ArrayList<>(List.of(before));
    heard.add(Heard.close(code));
    return new WireCase(id, Verdict.OK, writes, heard);
  }

  WireCase as(Verdict other) {
    return new WireCase(id, other, writes, expected);
  }

  @Override
  public String toString() {
    return id;
  }
}

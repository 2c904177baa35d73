package io.sluice.gateway.wire;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Group 6. The sequences are those of Markus Kuhn's decoder test, with RFC 3629's verdicts.
final class Utf8Cases {
  private static final String GREEK = "cebae1bdb9cf83cebccebb";

  private static final List<String> VALID =
      List.of(
          "68656c6c6f24776f726c64", // with U+0024
          "68656c6c6fc2a2776f726c64", // U+00A2
          "68656c6c6fe282ac776f726c64", // U+20AC
          "68656c6c6ff0a4ada2776f726c64", // U+24B62
          GREEK,
          // the first and the last of each length
          "00 7f c280 dfbf e0a080 efbfbf f0908080 f48fbfbf",
          // around the surrogates; the replacement character
          "ed9fbf ee8080 efbfbd",
          // what is no character, yet valid
          "efbfbe f09fbfbe f0afbfbf f0bfbfbe f18fbfbf f19fbfbe f1afbfbf f1bfbfbe f28fbfbf",
          "f29fbfbe f2afbfbf f2bfbfbe f38fbfbf f39fbfbe f3afbfbf f3bfbfbe f48fbfbe",
          "efbfb9 efbfba efbfbb efbfbc efb790 efb7af");

  private static final List<String> INVALID =
      List.of(
          // longer than four bytes, and beyond U+10FFFF
          "f888808080 fc8480808080 f7bfbfbf fbbfbfbfbf fdbfbfbfbfbf f4908080 f5808080",
          // continuations of nothing
          "80 bf 80bf 80bf80 80bf80bf 80bf80bf80 80bf80bf80bf",
          // nothing follows
          "c020df20 e020ef20 f020f720 f820fb20 fc20fd20",
          "c0 e080 f08080 f8808080 fc80808080 df efbf f7bfbf fbbfbfbf fdbfbfbfbf c2 e1 f1 f180",
          "c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf",
          // never possible
          "fe ff fefeffff",
          // longer than need be
          "c0af e080af f08080af f8808080af fc80808080af",
          "c1bf e09fbf f08fbfbf f887bfbfbf fc83bfbfbfbf",
          "c080 e08080 f0808080 f880808080 fc8080808080",
          // surrogates, alone and in pairs
          "eda080 edadbf edae80 edafbf edb080 edbe80 edbfbf",
          "eda080edb080 eda080edbfbf edadbfedb080 edadbfedbfbf",
          "edae80edb080 edae80edbfbf edafbfedb080 edafbfedbfbf",
          // good text around a bad byte
          "cebae1bdb9cf83cebccebbf4908080656469746564 cebae1bdb9eda080656469746564");

  private Utf8Cases() {}

  private static List<byte[]> sequences(List<String> lines) {
    return lines.stream()
        .flatMap(line -> java.util.Arrays.stream(line.split(" ", -1)))
        .map(HexFormat.of()::parseHex)
        .toList();
  }

  static List<WireCase> all() {
    List<WireCase> all = new ArrayList<>();
    for (byte[] valid : sequences(VALID)) {
      String id = "6.x valid " + HexFormat.of().formatHex(valid);
      List<Heard> echo = List.of(Heard.of(Frame.TEXT, valid));
      all.add(WireCase.clean(id, List.of(Frame.of(Frame.FIN | Frame.TEXT, valid)), echo));
      for (int cut = 0; cut <= valid.length; cut++) {
        all.add(WireCase.clean(id + " cut at " + cut, cut(valid, cut), echo));
      }
      all.add(WireCase.clean(id + " in octets", Frame.fragments(Frame.TEXT, valid, 1), echo));
    }
    for (byte[] invalid : sequences(INVALID)) {
      String id = "6.x invalid " + HexFormat.of().formatHex(invalid);
      List<byte[]> whole = List.of(Frame.of(Frame.FIN | Frame.TEXT, invalid));
      all.add(WireCase.fails(id, 1007, whole));
      for (int cut = 0; cut <= invalid.length; cut++) {
        all.add(WireCase.fails(id + " cut at " + cut, 1007, cut(invalid, cut)));
      }
      all.add(WireCase.fails(id + " in octets", 1007, Frame.fragments(Frame.TEXT, invalid, 1)));
    }
    prefixes(all);
    failFast(all);
    return all;
  }

  private static List<byte[]> cut(byte[] text, int at) {
    return List.of(
        Frame.of(Frame.TEXT, Frame.slice(text, 0, at)),
        Frame.of(Frame.FIN, Frame.slice(text, at, text.length)));
  }

  /// Of a text of characters of several bytes only those prefixes are valid that end with one.
  private static void prefixes(List<WireCase> all) {
    byte[] greek = HexFormat.of().parseHex(GREEK);
    List<Integer> ends = List.of(2, 5, 7, 9, 11);
    for (int end = 1; end <= greek.length; end++) {
      byte[] prefix = Frame.slice(greek, 0, end);
      List<byte[]> frame = List.of(Frame.of(Frame.FIN | Frame.TEXT, prefix));
      String id = "6.5 prefix of " + end;
      all.add(
          ends.contains(end)
              ? WireCase.clean(id, frame, List.of(Heard.of(Frame.TEXT, prefix)))
              : WireCase.fails(id, 1007, frame));
    }
  }

  /// The rest is never sent: only who looks at each fragment can close.
  private static void failFast(List<WireCase> all) {
    byte[] good = HexFormat.of().parseHex(GREEK);
    byte[] bad = HexFormat.of().parseHex("f4908080");
    byte[] begun = Frame.of(Frame.TEXT, good);
    all.add(WireCase.fails("6.4.1", 1007, List.of(begun, Frame.of(Frame.CONTINUATION, bad))));
    byte[] begunWithin = Frame.of(Frame.TEXT, HexFormat.of().parseHex(GREEK + "f4"));
    byte[] hopeless = Frame.of(Frame.CONTINUATION, new byte[] {(byte) 0x90});
    all.add(WireCase.fails("6.4.2", 1007, List.of(begunWithin, hopeless)));
    // one frame in three pieces is judged when the frame is there
    byte[] frame =
        Frame.of(Frame.FIN | Frame.TEXT, HexFormat.of().parseHex(GREEK + "f4908080656469746564"));
    int third = frame.length - 10;
    List<byte[]> pieces =
        List.of(
            Frame.slice(frame, 0, third),
            Frame.slice(frame, third, third + 4),
            Frame.slice(frame, third + 4, frame.length));
    all.add(WireCase.fails("6.4.3", 1007, pieces).as(WireCase.Verdict.NON_STRICT));
    List<byte[]> otherPieces =
        List.of(
            Frame.slice(frame, 0, third + 1),
            Frame.slice(frame, third + 1, third + 2),
            Frame.slice(frame, third + 2, frame.length));
    all.add(WireCase.fails("6.4.4", 1007, otherPieces).as(WireCase.Verdict.NON_STRICT));
  }
}

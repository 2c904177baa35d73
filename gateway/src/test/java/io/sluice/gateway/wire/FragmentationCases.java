package io.sluice.gateway.wire;

import java.util.ArrayList;
import java.util.List;

/// Group 5.
final class FragmentationCases {
  private static final byte[] FIRST = Frame.of(Frame.TEXT, Frame.utf8("fragment1"));
  private static final byte[] MORE = Frame.of(Frame.CONTINUATION, Frame.utf8("fragment2"));
  private static final byte[] LAST =
      Frame.of(Frame.FIN | Frame.CONTINUATION, Frame.utf8("fragment2"));
  private static final byte[] TEXT = Frame.text("Hello, world!");
  private static final Heard BOTH = Heard.text("fragment1fragment2");

  private FragmentationCases() {}

  static List<WireCase> all() {
    List<WireCase> all = new ArrayList<>();
    for (int opcode : new int[] {Frame.PING, Frame.PONG, Frame.CLOSE}) {
      byte[] begun = Frame.of(opcode, Frame.utf8("fragment1"));
      all.add(WireCase.fails("5.1 fragmented control " + opcode, 1002, List.of(begun, LAST)));
    }
    ways(all, "5.3 two fragments", List.of(FIRST, LAST), List.of(BOTH));
    ways(
        all,
        "5.6 a ping between",
        List.of(FIRST, Frame.ping("ping payload"), LAST),
        List.of(Heard.pong("ping payload"), BOTH));
    byte[] pong = Frame.of(Frame.FIN | Frame.PONG, new byte[] {(byte) 0xff});
    ways(all, "5.x a pong between", List.of(FIRST, pong, LAST), List.of(BOTH));
    ways(
        all,
        "5.x a ping between halves of a character",
        List.of(
            Frame.of(Frame.TEXT, new byte[] {(byte) 0xc3}),
            Frame.ping("p"),
            pong,
            Frame.of(Frame.FIN, new byte[] {(byte) 0xa9})),
        List.of(Heard.pong("p"), Heard.text("é")));
    ways(
        all,
        "5.19 pings between five fragments",
        List.of(FIRST, MORE, Frame.ping("1"), MORE, MORE, Frame.ping("2"), LAST),
        List.of(Heard.pong("1"), Heard.pong("2"), Heard.text("fragment1" + "fragment2".repeat(4))));
    ways(
        all,
        "5.x empty fragments",
        List.of(
            Frame.of(Frame.TEXT, new byte[0]),
            Frame.of(Frame.CONTINUATION, new byte[0]),
            Frame.of(Frame.FIN, new byte[0])),
        List.of(Heard.text("")));
    broken(all, "5.9 a last continuation of nothing", List.of(LAST, TEXT));
    broken(all, "5.12 a continuation of nothing", List.of(MORE, TEXT));
    broken(all, "5.15 a continuation after the end", List.of(FIRST, LAST, MORE, TEXT), BOTH);
    broken(all, "5.16 continuations first", List.of(MORE, FIRST, LAST, MORE, FIRST, LAST));
    broken(all, "5.17 last continuations first", List.of(LAST, FIRST, LAST, LAST, FIRST, LAST));
    broken(all, "5.18 a message within a message", List.of(FIRST, TEXT));
    byte[] binary = Frame.of(Frame.FIN | Frame.BINARY, new byte[3]);
    broken(all, "5.x a binary message within a text", List.of(FIRST, binary));
    return all;
  }

  /// Octet by octet, frame by frame, and all at once.
  private static void ways(
      List<WireCase> all, String id, List<byte[]> frames, List<Heard> expected) {
    all.add(WireCase.clean(id, frames, expected));
    all.add(WireCase.clean(id + " at once", List.of(Frame.joined(frames)), expected));
    all.add(WireCase.clean(id + " octet-wise", Frame.chopped(frames, 1), expected));
  }

  private static void broken(List<WireCase> all, String id, List<byte[]> frames, Heard... before) {
    all.add(WireCase.fails(id, 1002, frames, before));
    all.add(WireCase.fails(id + " at once", 1002, List.of(Frame.joined(frames)), before));
    all.add(WireCase.fails(id + " octet-wise", 1002, Frame.chopped(frames, 1), before));
  }
}

package io.sluice.gateway.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Groups 1 to 4: sizes, pings, reserved bits, opcodes.
final class FramingCases {
  private static final Heard HELLO = Heard.text("Hello, world!");
  private static final byte[] HELLO_FRAME = Frame.text("Hello, world!");

  private FramingCases() {}

  static List<WireCase> all() {
    List<WireCase> all = new ArrayList<>();
    sizes(all);
    pings(all);
    reservedBits(all);
    opcodes(all);
    return all;
  }

  private static void sizes(List<WireCase> all) {
    for (int size : new int[] {0, 125, 126, 127, 128, 65_535, 65_536}) {
      byte[] payload = new byte[size];
      Arrays.fill(payload, (byte) '*');
      List<byte[]> text = List.of(Frame.of(Frame.FIN | Frame.TEXT, payload));
      all.add(WireCase.clean("1.1 text " + size, text, List.of(Heard.of(Frame.TEXT, payload))));
      if (size == 65_536) {
        List<byte[]> pieces = Frame.chopped(text, 997);
        all.add(
            WireCase.clean(
                "1.1 text in pieces of 997", pieces, List.of(Heard.of(Frame.TEXT, payload))));
      }
      Arrays.fill(payload, (byte) 0xfe);
      List<byte[]> binary = List.of(Frame.of(Frame.FIN | Frame.BINARY, payload));
      List<Heard> echo = List.of(Heard.of(Frame.BINARY, payload));
      all.add(WireCase.clean("1.2 binary " + size, binary, echo));
      if (size == 65_536) {
        List<byte[]> pieces = Frame.chopped(binary, 997);
        all.add(WireCase.clean("1.2 binary in pieces of 997", pieces, echo));
      }
    }
  }

  private static void pings(List<WireCase> all) {
    byte[] bytes = {0, -1, -2, -3, -4, -5, 0, -1};
    all.add(WireCase.clean("2.1", List.of(Frame.ping("")), List.of(Heard.pong(""))));
    all.add(WireCase.clean("2.2", List.of(Frame.ping("Hello")), List.of(Heard.pong("Hello"))));
    all.add(
        WireCase.clean(
            "2.3",
            List.of(Frame.of(Frame.FIN | Frame.PING, bytes)),
            List.of(Heard.of(Frame.PONG, bytes))));
    byte[] most = new byte[125];
    Arrays.fill(most, (byte) 0xfe);
    List<byte[]> largest = List.of(Frame.of(Frame.FIN | Frame.PING, most));
    List<Heard> echoed = List.of(Heard.of(Frame.PONG, most));
    all.add(WireCase.clean("2.4", largest, echoed));
    byte[] tooLarge = Frame.of(Frame.FIN | Frame.PING, new byte[126]);
    all.add(WireCase.fails("2.5", 1002, List.of(tooLarge)));
    all.add(WireCase.clean("2.6", Frame.chopped(largest, 1), echoed));
    byte[] pong = Frame.of(Frame.FIN | Frame.PONG, new byte[0]);
    byte[] unasked = Frame.of(Frame.FIN | Frame.PONG, Frame.utf8("unasked"));
    all.add(WireCase.clean("2.7", List.of(pong), List.of()));
    all.add(WireCase.clean("2.8", List.of(unasked), List.of()));
    all.add(
        WireCase.clean("2.9", List.of(unasked, Frame.ping("ping")), List.of(Heard.pong("ping"))));
    List<byte[]> ten = new ArrayList<>();
    List<Heard> pongs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ten.add(Frame.ping("payload-" + i));
      pongs.add(Heard.pong("payload-" + i));
    }
    all.add(WireCase.clean("2.10", List.of(Frame.joined(ten)), pongs));
    all.add(WireCase.clean("2.11", Frame.chopped(ten, 1), pongs));
  }

  private static void reservedBits(List<WireCase> all) {
    for (int rsv = 1; rsv < 8; rsv++) {
      int first = Frame.FIN | rsv << 4;
      byte[] text = Frame.of(first | Frame.TEXT, Frame.utf8("Hello, world!"));
      all.add(WireCase.fails("3.x text rsv " + rsv, 1002, List.of(text)));
      List<byte[]> after = List.of(HELLO_FRAME, text, Frame.ping(""));
      all.add(WireCase.fails("3.x after a message rsv " + rsv, 1002, after, HELLO));
      List<byte[]> octets = Frame.chopped(after, 1);
      all.add(WireCase.fails("3.x octet-wise rsv " + rsv, 1002, octets, HELLO));
      for (int opcode : new int[] {Frame.BINARY, Frame.PING, Frame.PONG, Frame.CLOSE}) {
        byte[] other = Frame.of(first | opcode, new byte[0]);
        all.add(WireCase.fails("3.x opcode " + opcode + " rsv " + rsv, 1002, List.of(other)));
      }
    }
  }

  private static void opcodes(List<WireCase> all) {
    for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
      byte[] empty = Frame.of(Frame.FIN | opcode, new byte[0]);
      byte[] filled = Frame.of(Frame.FIN | opcode, Frame.utf8("reserved"));
      String id = "4.x opcode " + opcode;
      all.add(WireCase.fails(id, 1002, List.of(empty)));
      all.add(WireCase.fails(id + " with a payload", 1002, List.of(filled)));
      List<byte[]> after = List.of(HELLO_FRAME, filled, Frame.ping(""));
      all.add(WireCase.fails(id + " after a message", 1002, after, HELLO));
      all.add(WireCase.fails(id + " octet-wise", 1002, Frame.chopped(after, 1), HELLO));
    }
  }
}

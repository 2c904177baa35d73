package io.sluice.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// RFC 7692 §6 and §7.2: the reserved bit, and what may stand in a compressed message.
final class CompressedRulesTest {
  private static final String OFFER = "permessage-deflate";
  private static final int FIN_RSV1 = Frame.FIN | Frame.RSV1;
  private static final byte[] HELLO = Deflating.payload(Frame.utf8("Hello"));

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static byte[] compressedText(String payload) {
    return Frame.of(FIN_RSV1 | Frame.TEXT, hex(payload));
  }

  private static WireCase hello(String id, String payload) {
    return WireCase.clean(id, List.of(compressedText(payload)), List.of(Heard.text("Hello")));
  }

  static Stream<WireCase> cases() {
    List<WireCase> all = new ArrayList<>();
    // the examples of §7.2.3
    all.add(hello("7.2.3.1 one block", "f2 48 cd c9 c9 07 00"));
    all.add(
        WireCase.clean(
            "7.2.3.1 two fragments",
            List.of(
                Frame.of(Frame.RSV1 | Frame.TEXT, hex("f2 48 cd")),
                Frame.ping("between"),
                Frame.of(Frame.FIN, hex("c9 c9 07 00"))),
            List.of(Heard.pong("between"), Heard.text("Hello"))));
    all.add(hello("7.2.3.3 a stored block", "00 05 00 fa ff 48 65 6c 6c 6f 00"));
    all.add(hello("7.2.3.4 a final block", "f3 48 cd c9 c9 07 00 00"));
    all.add(hello("7.2.3.4 a final block and no more", "f3 48 cd c9 c9 07 00"));
    all.add(hello("7.2.3.5 two blocks", "f2 48 05 00 00 00 ff ff ca c9 c9 07 00"));
    all.add(
        WireCase.clean(
            "7.2.3.6 an empty message", List.of(compressedText("00")), List.of(Heard.text(""))));
    all.add(WireCase.clean("not even that", List.of(compressedText("")), List.of(Heard.text(""))));
    all.add(
        WireCase.clean(
            "an empty last fragment",
            List.of(Frame.of(Frame.RSV1 | Frame.TEXT, HELLO), Frame.of(Frame.FIN, new byte[0])),
            List.of(Heard.text("Hello"))));
    all.add(
        WireCase.clean(
            "messages that are not compressed, between",
            List.of(
                Frame.text("plain"),
                Frame.of(FIN_RSV1 | Frame.TEXT, HELLO),
                Frame.text("plain"),
                Frame.of(FIN_RSV1 | Frame.BINARY, HELLO)),
            List.of(
                Heard.text("plain"),
                Heard.text("Hello"),
                Heard.text("plain"),
                Heard.of(Frame.BINARY, Frame.utf8("Hello")))));
    bits(all);
    corrupt(all);
    return all.stream();
  }

  private static void bits(List<WireCase> all) {
    for (int opcode : new int[] {Frame.PING, Frame.PONG, Frame.CLOSE}) {
      byte[] control = Frame.of(FIN_RSV1 | opcode, new byte[0]);
      all.add(WireCase.fails("the bit on control " + opcode, 1002, List.of(control)));
    }
    byte[] begun = Frame.of(Frame.RSV1 | Frame.TEXT, Frame.slice(HELLO, 0, 3));
    byte[] again = Frame.of(FIN_RSV1, Frame.slice(HELLO, 3, HELLO.length));
    all.add(WireCase.fails("the bit on a continuation", 1002, List.of(begun, again)));
    byte[] plain = Frame.of(Frame.TEXT, Frame.utf8("x"));
    all.add(WireCase.fails("the bit on a continuation only", 1002, List.of(plain, again)));
    for (int bits : new int[] {Frame.RSV2, Frame.RSV3, Frame.RSV1 | Frame.RSV2, 0x70}) {
      byte[] frame = Frame.of(Frame.FIN | bits | Frame.TEXT, HELLO);
      all.add(WireCase.fails("other bits " + bits, 1002, List.of(frame)));
    }
  }

  private static void corrupt(List<WireCase> all) {
    String[] payloads = {
      "07", // a reserved kind of block
      "00 05 00 00 00 48", // a stored block's lengths disagree
      "00 05 00 fa ff 48 65", // a stored block breaks off
      "f2 48 cd", // codes break off
      "f2 48 cd c9 c9 07 00 ff ff ff", // something follows
      "02 02 00 00", // refers to before the message
      "ff ff ff ff ff ff",
    };
    for (String payload : payloads) {
      all.add(WireCase.fails("corrupt " + payload, 1007, List.of(compressedText(payload))));
    }
    byte[] first = Frame.of(Frame.RSV1 | Frame.TEXT, HELLO);
    byte[] rest = Frame.of(Frame.FIN, hex("ff ff ff"));
    all.add(WireCase.fails("corrupt in the last fragment", 1007, List.of(first, rest)));
    byte[] notUtf8 = Deflating.payload(hex("c3 28"));
    byte[] text = Frame.of(FIN_RSV1 | Frame.TEXT, notUtf8);
    all.add(WireCase.fails("text that is not UTF-8", 1007, List.of(text)));
    byte[] binary = Frame.of(FIN_RSV1 | Frame.BINARY, notUtf8);
    List<Heard> echo = List.of(Heard.of(Frame.BINARY, hex("c3 28")));
    all.add(WireCase.clean("binary that is not UTF-8", List.of(binary), echo));
    byte[] restarts = new byte[2 * 100];
    for (int i = 0; i < restarts.length; i += 2) {
      restarts[i] = 3; // an empty final block
    }
    byte[] many = Frame.of(FIN_RSV1 | Frame.TEXT, restarts);
    all.add(WireCase.fails("a hundred final blocks", 1007, List.of(many)));
    byte[] bomb = Deflating.payload(new byte[17 << 20]);
    byte[] blown = Frame.of(FIN_RSV1 | Frame.BINARY, bomb);
    all.add(WireCase.fails("a bomb", 1009, List.of(blown)));
    List<byte[]> pieces = Frame.fragments(Frame.RSV1 | Frame.BINARY, bomb, bomb.length / 4);
    all.add(WireCase.fails("a bomb in fragments", 1009, pieces));
    byte[] most = new byte[(16 << 20) + 1];
    Arrays.fill(most, (byte) '*');
    byte[] largest = Frame.of(FIN_RSV1 | Frame.BINARY, Deflating.payload(most));
    all.add(
        WireCase.clean(
            "the largest message", List.of(largest), List.of(Heard.of(Frame.BINARY, most))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void compressedMessagesFollowTheRules(WireCase one) throws Exception {
    try (WireClient client = WireNode.echo(OFFER)) {
      assertThat(client.agreed()).startsWith("permessage-deflate");
      client.writeAll(one.writes());
      assertThat(client.readToEnd()).isEqualTo(one.expected());
    }
  }
}

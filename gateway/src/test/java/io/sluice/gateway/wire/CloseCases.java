package io.sluice.gateway.wire;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Group 7.
final class CloseCases {
  private static final byte[] NORMAL = Frame.close(1000);
  private static final Heard ANSWER = Heard.close(1000);

  private CloseCases() {}

  static List<WireCase> all() {
    List<WireCase> all = new ArrayList<>();
    byte[] text = Frame.text("Hello World!");
    Heard echo = Heard.text("Hello World!");
    all.add(ok("7.1.1 a message, then a close", List.of(text, NORMAL), echo, ANSWER));
    all.add(ok("7.1.2 two closes", List.of(Frame.joined(List.of(NORMAL, NORMAL))), ANSWER));
    all.add(
        ok("7.1.3 a ping after", List.of(Frame.joined(List.of(NORMAL, Frame.ping("")))), ANSWER));
    all.add(ok("7.1.4 a message after", List.of(Frame.joined(List.of(NORMAL, text))), ANSWER));
    byte[] begun = Frame.of(Frame.TEXT, Frame.utf8("fragment1"));
    byte[] last = Frame.of(Frame.FIN, Frame.utf8("fragment2"));
    all.add(
        ok(
            "7.1.5 a close in a message",
            List.of(Frame.joined(List.of(begun, NORMAL, last))),
            ANSWER));
    byte[] large = "BAsd7&jh23".repeat(26_214).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    List<byte[]> backToBack =
        List.of(Frame.joined(List.of(Frame.of(0x81, large), text, NORMAL, Frame.ping(""))));
    all.add(
        ok(
                "7.1.6 256 KiB, a close and a ping",
                backToBack,
                Heard.of(Frame.TEXT, large),
                echo,
                ANSWER)
            .as(WireCase.Verdict.INFORMATIONAL));
    all.add(
        ok(
            "7.3.1 no code",
            List.of(Frame.of(Frame.FIN | Frame.CLOSE, new byte[0])),
            Heard.close(0)));
    byte[] half = Frame.of(Frame.FIN | Frame.CLOSE, new byte[] {'a'});
    all.add(WireCase.fails("7.3.2 half a code", 1002, List.of(half)));
    all.add(ok("7.3.3 a code", List.of(NORMAL), ANSWER));
    all.add(ok("7.3.4 a reason", List.of(Frame.close(1000, Frame.utf8("Hello World!"))), ANSWER));
    all.add(
        ok(
            "7.3.5 the longest reason",
            List.of(Frame.close(1000, Frame.utf8("*".repeat(123)))),
            ANSWER));
    byte[] tooLong = Frame.close(1000, Frame.utf8("*".repeat(124)));
    all.add(WireCase.fails("7.3.6 a reason too long", 1002, List.of(tooLong)));
    byte[] invalid = HexFormat.of().parseHex("cebae1bdb9cf83cebccebbeda080656469746564");
    all.add(WireCase.fails("7.5.1 a reason not UTF-8", 1007, List.of(Frame.close(1000, invalid))));
    for (int code :
        new int[] {
          1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000,
          4999
        }) {
      all.add(ok("7.7.x code " + code, List.of(Frame.close(code)), Heard.close(code)));
    }
    for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999}) {
      all.add(WireCase.fails("7.9.x code " + code, 1002, List.of(Frame.close(code))));
    }
    for (int code : new int[] {5000, 65_535}) {
      all.add(
          WireCase.fails("7.13.x code " + code, 1002, List.of(Frame.close(code)))
              .as(WireCase.Verdict.INFORMATIONAL));
    }
    return all;
  }

  private static WireCase ok(String id, List<byte[]> writes, Heard... heard) {
    return new WireCase(id, WireCase.Verdict.OK, writes, List.of(heard));
  }
}

package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SessionNamesTest {
  private final SessionNames names = new SessionNames("key");

  @Test
  void aNameIsGenuineForItsNodeAndItsKeyOnly() {
    String name = names.next("n1");
    assertThat(name).matches("[0-9a-f]{48}");
    assertThat(new SessionNames("key").isGenuine("n1", name)).isTrue();
    assertThat(names.isGenuine("n2", name)).isFalse();
    assertThat(new SessionNames("other").isGenuine("n1", name)).isFalse();
    assertThat(names.next("n1")).isNotEqualTo(name);
  }

  @Test
  void whatWasMadeUpIsNot() {
    String name = names.next("n1");
    for (String wrong :
        List.of(
            "",
            "x",
            "x".repeat(48),
            "0".repeat(48),
            name.substring(2),
            name + "00",
            (name.charAt(0) == '0' ? '1' : '0') + name.substring(1))) {
      assertThat(names.isGenuine("n1", wrong)).as(wrong).isFalse();
    }
  }
}

package io.sluice.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SessionStoreSettingsTest {

  @Test
  void defaultsAreAsDocumented() {
    assertThat(SessionStoreSettings.of(""))
        .isEqualTo(
            new SessionStoreSettings(
                "",
                Duration.ofMillis(500),
                Duration.ofMinutes(5),
                Duration.ofMinutes(2),
                10_000,
                100_000));
  }

  @Test
  void aPasswordIsNeverShown() {
    assertThat(SessionStoreSettings.of("redis://user:s3cret@localhost:6379").toString())
        .contains("redis=localhost:6379")
        .doesNotContain("s3cret");
    assertThatThrownBy(() -> SessionStoreSettings.of("reddis://user:s3cret@localhost:6379"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a Redis address")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void valuesOutOfRangeAreNamed() {
    assertThatThrownBy(() -> with(Duration.ofMillis(9), 1)).hasMessageContaining("PT0.009S");
    assertThatThrownBy(() -> with(Duration.ofSeconds(11), 1)).hasMessageContaining("PT11S");
    assertThatThrownBy(() -> with(Duration.ofSeconds(1), 0)).hasMessageContaining("0");
  }

  @Test
  void aKeyHasBoundedNames() {
    assertThatThrownBy(() -> new SessionKey("u", "s".repeat(65)))
        .hasMessage("a session name has 1 to 64 characters: 65");
    assertThatThrownBy(() -> new SessionKey("u", "")).hasMessageContaining("1 to 64");
    assertThatThrownBy(() -> new SessionKey("u".repeat(1025), "s"))
        .hasMessage("a user id has at most 1024 characters: 1025");
  }

  private static SessionStoreSettings with(Duration timeout, int queue) {
    return new SessionStoreSettings(
        "", timeout, Duration.ofMinutes(5), Duration.ofMinutes(2), queue, 1);
  }
}

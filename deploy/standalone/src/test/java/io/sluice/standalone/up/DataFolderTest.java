package io.sluice.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path parent;

  @Test
  void aGivenFolderIsKeptWithItsSecrets() throws Exception {
    Path wanted = parent.resolve("a/b");
    Remembered first;
    try (DataFolder data = DataFolder.open(wanted)) {
      first = Remembered.in(data.path());
    }
    try (DataFolder data = DataFolder.open(wanted)) {
      assertThat(Remembered.in(data.path())).isEqualTo(first);
    }
    assertThat(first.secret()).matches("[\\w-]{43}");
    assertThat(first.apiKey()).matches("[\\w-]{32}");
    assertThat(first.toString()).doesNotContain(first.secret(), first.apiKey());
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(wanted.resolve("up.json"))))
        .isEqualTo("rw-------");
  }

  @Test
  void aFolderInUseIsRefused() throws Exception {
    try (DataFolder data = DataFolder.open(parent.resolve("data"))) {
      assertThatThrownBy(() -> DataFolder.open(data.path()))
          .isInstanceOf(UpFailure.class)
          .hasMessage("the data directory " + data.path() + " is in use by another 'sluice up'");
    }
    DataFolder.open(parent.resolve("data")).close();
  }

  @Test
  void aTemporaryFolderGoesAndOneLeftByAKilledUpGoesWithTheNext() throws Exception {
    Path abandoned;
    Path path;
    try (DataFolder data = DataFolder.open(null)) {
      path = data.path();
      abandoned = Files.createTempDirectory(path.getParent(), "sluice-up-");
      Files.createFile(abandoned.resolve("lock"));
      Files.createDirectory(abandoned.resolve("logs"));
      Files.createFile(abandoned.resolve("logs/up.log"));
      DataFolder.open(null).close();
      assertThat(abandoned).doesNotExist();
      assertThat(path).exists();
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void theLogOfTheRunBeforeIsKeptBeside() throws Exception {
    try (DataFolder data = DataFolder.open(parent.resolve("data"))) {
      Files.writeString(data.nodeLog(1), "one");
      Files.writeString(data.nodeLog(1), "two");
      assertThat(data.logs().resolve("node-1.previous.log")).hasContent("one");
    }
  }
}

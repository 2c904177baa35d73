package io.sluice.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// A fresh key and a certificate for `localhost` and 127.0.0.1 signed by itself, both as PEM text.
/// Made with the running JDK's `keytool`; nothing stays on disk.
///
/// @param privateKey PKCS#8, not encrypted
/// @param certificate signed by itself
public record SelfMadeCertificate(String privateKey, String certificate) {
  private static final String ALIAS = "sluice";
  private static final int KEYTOOL_SECONDS = 20;

  /// Takes about a second.
  ///
  /// @throws EmbeddedStartException when `keytool` fails
  public static SelfMadeCertificate create() {
    DataDirectory directory = DataDirectory.temporary("sluice-certificate");
    try {
      Path file = directory.path().resolve("keystore.p12");
      String password = UUID.randomUUID().toString();
      keytool(file, password);
      return read(file, password);
    } catch (IOException | GeneralSecurityException e) {
      throw new EmbeddedStartException("cannot make a certificate: " + e, e);
    } finally {
      directory.release();
    }
  }

  private static void keytool(Path file, String password) throws IOException {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Path log = file.resolveSibling("keytool.log");
    List<String> command =
        List.of(
            tool.toString(),
            "-genkeypair",
            "-alias",
            ALIAS,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=localhost",
            "-ext",
            "san=dns:localhost,ip:" + FreePorts.LOOPBACK,
            "-validity",
            "3650",
            "-storetype",
            "PKCS12",
            "-keystore",
            file.toString(),
            "-storepass:env",
            "SLUICE_STORE_PASSWORD",
            "-J-XX:TieredStopAtLevel=1");
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("SLUICE_STORE_PASSWORD", password);
    Process process = builder.start();
    try {
      if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS)) {
        throw new EmbeddedStartException(tool + " did not end in " + KEYTOOL_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedStartException("interrupted while making a certificate", e);
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new EmbeddedStartException(tool + " failed: " + Files.readString(log).strip());
    }
  }

  private static SelfMadeCertificate read(Path file, String password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password.toCharArray());
    }
    Key key = store.getKey(ALIAS, password.toCharArray());
    return new SelfMadeCertificate(
        pem("PRIVATE KEY", key.getEncoded()),
        pem("CERTIFICATE", store.getCertificate(ALIAS).getEncoded()));
  }

  private static String pem(String label, byte[] der) {
    byte[] newline = "\n".getBytes(StandardCharsets.US_ASCII);
    String body = Base64.getMimeEncoder(64, newline).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  /// Never the key.
  @Override
  public String toString() {
    return "SelfMadeCertificate[localhost]";
  }
}

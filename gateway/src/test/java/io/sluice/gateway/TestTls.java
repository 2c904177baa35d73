package io.sluice.gateway;

import io.sluice.embedded.SelfMadeCertificate;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// TLS for tests about something else: a certificate, and clients that take any.
public final class TestTls {
  /// Takes about a second.
  private static final class Held {
    static final SelfMadeCertificate CERTIFICATE = SelfMadeCertificate.create();
  }

  private TestTls() {}

  /// Trusts everyone.
  private static final class Anyone implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
      // there is nothing to find out
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      // nor here
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /// Puts a certificate into a folder.
  ///
  /// @return the settings of a node that uses it
  public static Map<String, String> settings(Path folder) throws IOException {
    SelfMadeCertificate made = Held.CERTIFICATE;
    return Map.of(
        "edge.tls.certificate",
        Files.writeString(folder.resolve("cert.pem"), made.certificate()).toString(),
        "edge.tls.key",
        Files.writeString(folder.resolve("key.pem"), made.privateKey()).toString());
  }

  static SSLContext client() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anyone()}, new SecureRandom());
    return context;
  }

  /// A client's side of TLS on a socket, past its handshake.
  public static SSLSocket over(Socket socket) throws IOException, GeneralSecurityException {
    SSLSocket secure =
        (SSLSocket)
            client()
                .getSocketFactory()
                .createSocket(
                    socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
    secure.startHandshake();
    return secure;
  }
}

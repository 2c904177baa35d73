import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A token endpoint, with nothing but the JDK: {@code POST /token} answers {@code {"token":"…"}}.
 *
 * <pre>
 * HMAC_SECRET=… java TokenEndpoint.java [PORT]
 * </pre>
 *
 * The secret is the nodes' {@code tokens.hmac-secret}; PORT is 8080.
 */
final class TokenEndpoint {
  private static final int SECONDS = 300; // short: SDKs fetch the next one, and one that leaked is soon worthless
  private static final byte[] SECRET = System.getenv("HMAC_SECRET").getBytes(UTF_8);

  static String token(String user) throws GeneralSecurityException {
    long end = Instant.now().plusSeconds(SECONDS).getEpochSecond();
    // A user that may hold quotes or backslashes goes through a JSON library.
    String claims = "{\"sub\":\"%s\",\"exp\":%d}".formatted(user, end);
    String body = part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(UTF_8)) + "." + part(claims.getBytes(UTF_8));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
    return body + "." + part(mac.doFinal(body.getBytes(UTF_8)));
  }

  private static String part(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("POST")) {
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      String user = "ann"; // your session says who it is; answer 401 where nobody is logged in
      byte[] answer = "{\"token\":\"%s\"}".formatted(token(user)).getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  public static void main(String[] args) throws IOException {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 8080;
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/token", TokenEndpoint::answer);
    server.start();
    System.out.println("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }
}

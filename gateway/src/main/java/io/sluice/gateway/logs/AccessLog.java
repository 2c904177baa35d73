package io.sluice.gateway.logs;

import io.sluice.gateway.config.LogAccess;
import java.math.BigDecimal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/// What was asked of the two listeners, a line each, by the logger `sluice.access` at INFO: never a
/// query string, a header, a token or a payload. For any thread; never waits.
///
/// Which of them are written is the configuration's `log.access`, which is of the process as
/// [LogLevels] are.
public final class AccessLog {
  /// The logger's name.
  public static final String NAME = "sluice.access";

  /// Lines of which only so many a minute are written, told apart by their first argument, which
  /// has a key.
  static final Marker SPARING = MarkerFactory.getMarker("SPARING");

  private static final Logger log = LoggerFactory.getLogger(NAME);

  /// Characters of a path, which peers choose.
  static final int PATH = 200;

  /// Characters of a method, which peers choose.
  static final int METHOD = 20;

  private static final int FIRST_BAD_STATUS = 400;

  /// How something ended.
  public enum Verdict {
    /// As it should.
    GOOD,
    /// Refused, or because something is wrong.
    BAD
  }

  private static final long NANOS_OF_A_MICRO = 1_000;

  private static volatile LogAccess wanted = LogAccess.FAILED;

  private AccessLog() {}

  static void take(LogAccess access) {
    wanted = access;
  }

  /// Whether anything is written at all; what is only needed for that is not to be prepared
  /// otherwise.
  public static boolean isOn() {
    return wanted != LogAccess.OFF && log.isInfoEnabled();
  }

  /// Whether a line about what ended so is written.
  public static boolean isWanted(Verdict how) {
    return switch (wanted) {
      case OFF -> false;
      case FAILED -> how == Verdict.BAD && log.isInfoEnabled();
      case ALL -> log.isInfoEnabled();
    };
  }

  /// A request of the public listener was answered, or given up; only where [#isWanted].
  ///
  /// @param status 0 = it was not answered
  /// @param path without its query
  /// @param nanos how long it took
  /// @param transport what was asked for
  /// @param reason why it was refused; "" = it was not
  /// @param clientId of the connection that it became, as in [#connection]; "" = of none
  /// @param address the peer's
  public static void handshake(
      int status,
      String method,
      String path,
      long nanos,
      String transport,
      String reason,
      String clientId,
      String address) {
    write(
        "handshake status={} method={} path={} seconds={} transport={} reason={} clientId={} address={}",
        status,
        some(method, METHOD),
        some(path, PATH),
        seconds(nanos),
        transport,
        reason,
        clientId,
        address);
  }

  /// A connection has ended; only where [#isWanted].
  ///
  /// @param closeCode what its client was told; 0 = nothing
  /// @param nanos how long it was
  /// @param user "" = none that is known
  /// @param address the peer's
  public static void connection(
      int closeCode,
      String reason,
      long nanos,
      String transport,
      String user,
      String clientId,
      String address) {
    write(
        "connection ended closeCode={} reason={} seconds={} transport={} user={} clientId={} address={}",
        closeCode,
        reason,
        seconds(nanos),
        transport,
        user,
        clientId,
        address);
  }

  /// Whether a request of the private listener that was answered so is written down.
  public static boolean isWantedWith(int status) {
    return isWanted(status >= FIRST_BAD_STATUS ? Verdict.BAD : Verdict.GOOD);
  }

  /// A request of the private listener was answered; only where [#isWantedWith].
  ///
  /// @param status as [#isWantedWith] was asked for
  /// @param path without its query
  /// @param nanos how long it took
  /// @param caller which key it came with, as the configuration calls that; "" = with none, or a
  ///   wrong one
  /// @param address the peer's
  public static void request(
      int status, String method, String path, long nanos, String caller, String address) {
    write(
        "request status={} method={} path={} seconds={} caller={} address={}",
        status,
        some(method, METHOD),
        some(path, PATH),
        seconds(nanos),
        caller,
        address);
  }

  private static void write(String template, Object... values) {
    if (wanted == LogAccess.ALL) {
      log.info(template, values);
    } else {
      log.info(SPARING, template, values);
    }
  }

  private static String some(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }

  /// To the microsecond.
  private static BigDecimal seconds(long nanos) {
    return BigDecimal.valueOf(Math.max(0, nanos) / NANOS_OF_A_MICRO, 6);
  }
}

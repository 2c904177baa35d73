package io.sluice.gateway.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JWSObject;
import io.sluice.gateway.config.TokenConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/// Says what a token is worth. For any thread, event loops too: all work is done by the executor,
/// and the stage completes there.
///
/// Limits: a token has at most [#MAX_TOKEN] characters; at most [#MAX_PENDING] are judged or wait
/// at any time, further ones are answered [TokenVerdict.Busy]; good tokens are remembered by their
/// SHA-256 hash, about 10,000 of them, so that a reconnect storm costs a hash each. Whether a
/// remembered one has expired is decided anew each time.
public final class TokenVerifier {
  /// As much as HTTP servers commonly allow for a request line, where tokens may stand.
  public static final int MAX_TOKEN = 8 << 10;

  /// A second's work for one core, at 30 to 100 µs a signature.
  public static final int MAX_PENDING = 10_000;

  /// Room for 10,000 tokens; one counts as 1,024 characters even if it has fewer.
  private static final long REMEMBERED_CHARACTERS = 10_000L * 1024;

  private final Signatures signatures;
  private final ClaimsReader reader;
  private final Clock clock;
  private final Executor executor;
  private final Semaphore pending = new Semaphore(MAX_PENDING);
  private final Cache<String, Remembered> good =
      Caffeine.newBuilder()
          .maximumWeight(REMEMBERED_CHARACTERS)
          .<String, Remembered>weigher((_, known) -> Math.max(1024, known.length))
          .executor(Runnable::run)
          .build();

  /// @param executor runs the work; may reject it
  /// @throws io.sluice.gateway.config.ConfigException when a configured key cannot be used
  public TokenVerifier(TokenConfig config, Clock clock, Executor executor) {
    this.signatures = new Signatures(config);
    this.reader = new ClaimsReader(config);
    this.clock = clock;
    this.executor = executor;
  }

  /// Judges a token at this moment.
  ///
  /// @return completes by the executor, or at once when there is nothing to compute
  public CompletionStage<TokenVerdict> verify(String token) {
    if (token.length() > MAX_TOKEN) {
      return done(
          new TokenVerdict.Invalid(
              "its %d characters are more than %d".formatted(token.length(), MAX_TOKEN)));
    }
    if (!pending.tryAcquire()) {
      return done(new TokenVerdict.Busy());
    }
    try {
      return CompletableFuture.supplyAsync(() -> judge(token), executor)
          .whenComplete((_, _) -> pending.release());
    } catch (RejectedExecutionException _) {
      pending.release();
      return done(new TokenVerdict.Busy());
    }
  }

  private TokenVerdict judge(String token) {
    Instant now = clock.instant();
    String hash = hash(token);
    Remembered known = good.getIfPresent(hash);
    if (known != null) {
      return known.claims.isExpiredAt(now)
          ? new TokenVerdict.Expired()
          : new TokenVerdict.Valid(known.claims);
    }
    TokenVerdict verdict = judgeAnew(token, now);
    if (verdict instanceof TokenVerdict.Valid(Claims claims)) {
      good.put(hash, new Remembered(claims, token.length()));
    }
    return verdict;
  }

  private TokenVerdict judgeAnew(String token, Instant now) {
    JWSObject parsed;
    try {
      parsed = JWSObject.parse(token);
    } catch (ParseException | IllegalArgumentException _) {
      return new TokenVerdict.Invalid("it is not a signed token");
    }
    Optional<String> fault = signatures.fault(parsed);
    return fault.isPresent()
        ? new TokenVerdict.Invalid(fault.get())
        : reader.read(parsed.getPayload().toBytes(), now);
  }

  private static String hash(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static CompletionStage<TokenVerdict> done(TokenVerdict verdict) {
    return CompletableFuture.completedStage(verdict);
  }

  private record Remembered(Claims claims, int length) {}
}

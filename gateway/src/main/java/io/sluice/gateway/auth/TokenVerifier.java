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
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Says what a token is worth. For any thread, event loops too: all work is done by the executor,
/// and the stage completes there.
///
/// Limits: a token has at most [#MAX_TOKEN] characters; at most [#MAX_PENDING] are judged or wait
/// at any time, further ones are answered [TokenVerdict.Busy]; good tokens are remembered by their
/// SHA-256 hash, so that a reconnect storm costs a hash each. One that comes many times at once is
/// checked once. Whether a remembered one has expired is decided anew each time.
public final class TokenVerifier {
  /// As much as HTTP servers commonly allow for a request line, where tokens may stand.
  public static final int MAX_TOKEN = 8 << 10;

  /// A second's work for one core, at 30 to 100 µs a signature.
  public static final int MAX_PENDING = 10_000;

  /// A remembered token counts as so many characters even if it has fewer: about what its place
  /// takes.
  private static final int LEAST_CHARACTERS = 512;

  /// What checking a token came to.
  public enum Outcome {
    VALID,
    EXPIRED,
    INVALID
  }

  private final int clients;
  private final Clock clock;
  private final RevokedTokens revoked;
  private final Executor executor;
  private final Semaphore pending = new Semaphore(MAX_PENDING);
  private final Map<Outcome, LongAdder> verified = new EnumMap<>(Outcome.class);
  private final LongAdder remembered = new LongAdder();
  private volatile Rules rules;

  /// What tokens are judged by, and those that were good by just that.
  private record Rules(
      SignatureCheck signatures, ClaimsReader reader, Cache<String, Remembered> good) {
    static Rules of(SignatureCheck signatures, TokenConfig config, int clients) {
      return new Rules(
          signatures,
          new ClaimsReader(config),
          Caffeine.newBuilder()
              .maximumWeight((long) clients * LEAST_CHARACTERS)
              .<String, Remembered>weigher((_, known) -> Math.max(LEAST_CHARACTERS, known.length))
              .executor(Runnable::run)
              .build());
    }
  }

  /// One that knows of no revocation.
  public TokenVerifier(TokenConfig config, Clock clock, Executor executor, int clients) {
    this(config, clock, executor, clients, RevokedTokens.NONE);
  }

  /// @param executor runs the work; may reject it
  /// @param clients how many tokens are remembered if they have 512 characters or fewer; of longer
  ///   ones fewer
  /// @param revoked which good tokens are not good any more
  /// @throws io.sluice.gateway.config.ConfigException when a configured key cannot be used
  public TokenVerifier(
      TokenConfig config, Clock clock, Executor executor, int clients, RevokedTokens revoked) {
    this(new Signatures(config), config, clock, executor, clients, revoked);
  }

  TokenVerifier(
      SignatureCheck signatures, TokenConfig config, Clock clock, Executor executor, int clients) {
    this(signatures, config, clock, executor, clients, RevokedTokens.NONE);
  }

  private TokenVerifier(
      SignatureCheck signatures,
      TokenConfig config,
      Clock clock,
      Executor executor,
      int clients,
      RevokedTokens revoked) {
    this.revoked = revoked;
    this.clients = clients;
    this.clock = clock;
    this.executor = executor;
    this.rules = Rules.of(signatures, config, clients);
    for (Outcome outcome : Outcome.values()) {
      verified.put(outcome, new LongAdder());
    }
  }

  /// Whether these keys can be used.
  ///
  /// @throws io.sluice.gateway.config.ConfigException when they cannot
  public static void check(TokenConfig config) {
    var _ = new Signatures(config);
  }

  /// From now on tokens are judged by this; what was good by other keys is judged anew.
  ///
  /// @throws io.sluice.gateway.config.ConfigException when a key cannot be used; see [#check]
  public void take(TokenConfig config) {
    rules = Rules.of(new Signatures(config), config, clients);
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
      return CompletableFuture.supplyAsync(() -> unlessRevoked(judge(token)), executor)
          .whenComplete((_, _) -> pending.release());
    } catch (RejectedExecutionException _) {
      pending.release();
      return done(new TokenVerdict.Busy());
    }
  }

  /// Whether a token that was good has been revoked. Cheap, for event loops too.
  public boolean isRevoked(Claims claims) {
    return !claims.user().isEmpty()
        && revoked.covers(claims.user(), claims.issued(), clock.instant());
  }

  private TokenVerdict unlessRevoked(TokenVerdict verdict) {
    return verdict instanceof TokenVerdict.Valid(Claims claims) && isRevoked(claims)
        ? new TokenVerdict.Invalid("its user's tokens were revoked")
        : verdict;
  }

  private TokenVerdict judge(String token) {
    Rules by = rules;
    Judging anew = new Judging(by, token, clock.instant());
    // others with the same token wait meanwhile
    Remembered known = by.good.asMap().computeIfAbsent(hash(token), _ -> anew.judge());
    if (anew.verdict != null) {
      return anew.verdict;
    }
    remembered.increment();
    return known == null || known.claims.isExpiredAt(anew.now)
        ? new TokenVerdict.Expired()
        : new TokenVerdict.Valid(known.claims);
  }

  /// A token that is not remembered.
  private final class Judging {
    final Rules by;
    final String token;
    final Instant now;
    @Nullable TokenVerdict verdict;

    Judging(Rules by, String token, Instant now) {
      this.by = by;
      this.token = token;
      this.now = now;
    }

    /// @return what is remembered of it; only good ones are
    @Nullable Remembered judge() {
      TokenVerdict anew = judgeAnew(by, token, now);
      verdict = anew;
      return switch (anew) {
        case TokenVerdict.Valid(Claims claims) -> {
          count(Outcome.VALID);
          yield new Remembered(claims, token.length());
        }
        case TokenVerdict.Expired() -> {
          count(Outcome.EXPIRED);
          yield null;
        }
        case TokenVerdict.Invalid _, TokenVerdict.Busy _ -> {
          count(Outcome.INVALID);
          yield null;
        }
      };
    }
  }

  private static TokenVerdict judgeAnew(Rules by, String token, Instant now) {
    JWSObject parsed;
    try {
      parsed = JWSObject.parse(token);
    } catch (ParseException | IllegalArgumentException _) {
      return new TokenVerdict.Invalid("it is not a signed token");
    }
    Optional<String> fault = by.signatures.fault(parsed);
    return fault.isPresent()
        ? new TokenVerdict.Invalid(fault.get())
        : by.reader.read(parsed.getPayload().toBytes(), now);
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

  /// How many tokens were checked so far, each once for as long as it is remembered.
  public long verified(Outcome outcome) {
    return Objects.requireNonNull(verified.get(outcome)).sum();
  }

  /// How many tokens needed no check, because they were remembered.
  public long remembered() {
    return remembered.sum();
  }

  private void count(Outcome outcome) {
    Objects.requireNonNull(verified.get(outcome)).increment();
  }

  private static CompletionStage<TokenVerdict> done(TokenVerdict verdict) {
    return CompletableFuture.completedStage(verdict);
  }

  private record Remembered(Claims claims, int length) {}
}

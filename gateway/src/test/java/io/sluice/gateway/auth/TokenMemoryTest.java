package io.sluice.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import io.sluice.gateway.auth.TokenVerifier.Outcome;
import io.sluice.gateway.config.SocketConfig.Io;
import io.sluice.gateway.config.TokenConfig;
import io.sluice.gateway.edge.EdgeLoops;
import io.sluice.gateway.hub.LoopThread;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A token's signature is checked once, not each time its client comes back, and never by a loop.
final class TokenMemoryTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final TokenConfig CONFIG = new TokenConfig(SECRET, "", "", "", "", false);

  private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final long now = clock.instant().getEpochSecond();
  private final AtomicInteger checks = new AtomicInteger();

  private TokenVerifier verifier(Executor executor, int clients, Runnable onCheck) {
    Signatures real = new Signatures(CONFIG);
    return new TokenVerifier(
        token -> {
          checks.incrementAndGet();
          onCheck.run();
          return real.fault(token);
        },
        CONFIG,
        clock,
        executor,
        clients);
  }

  private TokenVerifier verifier(int clients) {
    return verifier(Runnable::run, clients, () -> {});
  }

  private static TokenVerdict verdict(TokenVerifier verifier, String token) {
    return verifier.verify(token).toCompletableFuture().join();
  }

  private static String token(String claims) {
    return token(SECRET, claims);
  }

  private static String token(String secret, String claims) {
    try {
      JWSObject token = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(claims));
      token.sign(new MACSigner(secret));
      return token.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> tokens(int clients) {
    return IntStream.range(0, clients)
        .mapToObj(i -> token("{\"sub\":\"user-%d\",\"exp\":%d}".formatted(i, now + 3_600)))
        .toList();
  }

  /// As after a cut of the node's network: everybody comes back with the token of before.
  @Test
  void fiveThousandClientsThatComeBackCostNoSignature() {
    TokenVerifier verifier = verifier(5_000);
    List<String> tokens = tokens(5_000);
    tokens.forEach(token -> verdict(verifier, token));
    assertThat(checks.get()).isEqualTo(5_000);

    assertThat(tokens)
        .allSatisfy(
            token -> assertThat(verdict(verifier, token)).isInstanceOf(TokenVerdict.Valid.class));
    assertThat(checks.get()).isEqualTo(5_000);
    assertThat(verifier.verified(Outcome.VALID)).isEqualTo(5_000);
    assertThat(verifier.remembered()).isEqualTo(5_000);
  }

  @Test
  void whatIsBeyondTheBoundIsCheckedAgain() {
    TokenVerifier verifier = verifier(100);
    List<String> tokens = tokens(1_000);
    tokens.forEach(token -> verdict(verifier, token));
    tokens.forEach(token -> verdict(verifier, token));

    assertThat(verifier.remembered()).isLessThanOrEqualTo(100);
    assertThat(checks.get()).isGreaterThanOrEqualTo(1_900);
  }

  @Test
  void aRememberedTokenThatHasExpiredIsRefusedWithoutASignature() {
    TokenVerifier verifier = verifier(10);
    String token = token("{\"exp\":%d}".formatted(now + 60));
    assertThat(verdict(verifier, token)).isInstanceOf(TokenVerdict.Valid.class);
    clock.advance(Duration.ofSeconds(60));

    assertThat(verdict(verifier, token)).isEqualTo(new TokenVerdict.Expired());
    assertThat(checks.get()).isEqualTo(1);
  }

  @Test
  void badTokensAreNotRemembered() {
    TokenVerifier verifier = verifier(10);
    String forged = token("x".repeat(32), "{}");
    String expired = token("{\"exp\":%d}".formatted(now - 1));
    for (int i = 0; i < 2; i++) {
      assertThat(verdict(verifier, forged)).isInstanceOf(TokenVerdict.Invalid.class);
      assertThat(verdict(verifier, expired)).isEqualTo(new TokenVerdict.Expired());
    }

    assertThat(checks.get()).isEqualTo(4);
    assertThat(verifier.verified(Outcome.INVALID)).isEqualTo(2);
    assertThat(verifier.verified(Outcome.EXPIRED)).isEqualTo(2);
    assertThat(verifier.remembered()).isZero();
  }

  /// Many clients may share a token, and a user many tabs.
  @Test
  void aTokenThatComesManyTimesAtOnceIsCheckedOnce() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    ExecutorService workers =
        Executors.newCachedThreadPool(task -> {
          Thread thread = new Thread(task);
          threads.add(thread);
          return thread;
        });
    try {
      TokenVerifier verifier = verifier(workers, 10, () -> holdUp(goOn));
      String token = token("{}");
      List<CompletableFuture<TokenVerdict>> verdicts = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        verdicts.add(verifier.verify(token).toCompletableFuture());
      }
      // all are held up: one by its check, the others by that one
      await().until(() -> threads.stream().noneMatch(TokenMemoryTest::runs));
      goOn.countDown();

      for (CompletableFuture<TokenVerdict> verdict : verdicts) {
        assertThat(verdict.get(10, TimeUnit.SECONDS)).isInstanceOf(TokenVerdict.Valid.class);
      }
      assertThat(threads).hasSize(8);
      assertThat(checks.get()).isEqualTo(1);
    } finally {
      goOn.countDown();
      workers.shutdown();
    }
  }

  private static boolean runs(Thread thread) {
    return switch (thread.getState()) {
      case BLOCKED, WAITING, TIMED_WAITING -> false;
      case NEW, RUNNABLE, TERMINATED -> true;
    };
  }

  private static void holdUp(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// As the node is wired.
  @Test
  void aLoopThatAsksNeverChecksASignatureItself() throws Exception {
    AtomicReference<Optional<Thread>> checkedBy = new AtomicReference<>(Optional.empty());
    try (EdgeLoops loops = new EdgeLoops(1, Io.AUTO);
        ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      LoopThread loop = loops.threads().getFirst();
      TokenVerifier verifier =
          verifier(
              virtual,
              10,
              () -> {
                assertThat(loop.inLoop()).isFalse();
                checkedBy.set(Optional.of(Thread.currentThread()));
              });
      CompletableFuture<TokenVerdict> verdict = new CompletableFuture<>();
      loop.execute(() ->
          verifier
              .verify(token("{}"))
              .whenComplete((v, failure) -> {
                if (failure == null) {
                  verdict.complete(v);
                } else {
                  verdict.completeExceptionally(failure);
                }
              }));

      assertThat(verdict.get(10, TimeUnit.SECONDS)).isInstanceOf(TokenVerdict.Valid.class);
      assertThat(checkedBy.get().map(Thread::isVirtual)).contains(true);
    }
  }
}

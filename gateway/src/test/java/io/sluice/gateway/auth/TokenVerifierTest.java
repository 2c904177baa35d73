package io.sluice.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import io.sluice.gateway.config.ConfigException;
import io.sluice.gateway.config.TokenConfig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenVerifierTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final KeyPair RSA = pair("RSA", 2048);
  private static final KeyPair EC = pair("EC", 256);
  private static final TokenConfig ALL =
      new TokenConfig(SECRET, pem(RSA.getPublic()), pem(EC.getPublic()), "", "", false);

  private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final long now = clock.instant().getEpochSecond();
  private final TokenVerifier verifier = new TokenVerifier(ALL, clock, Runnable::run, 100);

  @Test
  void eachAlgorithmIsVerifiedWithItsOwnKey() throws JOSEException {
    String claims = "{\"sub\":\"ann\",\"exp\":%d}".formatted(now + 60);
    TokenVerdict good =
        new TokenVerdict.Valid(
            new Claims(
                "ann", Optional.of(clock.instant().plusSeconds(60)), Optional.empty(), List.of()));

    assertThat(verdict(hs256(claims))).isEqualTo(good);
    assertThat(verdict(signed(JWSAlgorithm.RS256, new RSASSASigner(RSA.getPrivate()), claims)))
        .isEqualTo(good);
    assertThat(verdict(es256(EC, claims))).isEqualTo(good);
  }

  @Test
  void everyClaimWeKnowIsRead() {
    TokenVerdict verdict =
        verdict(
            hs256(
                """
                {"sub":"ann","exp":%d.5,"nbf":%d,"iat":%d,"aud":"x","iss":"y","jti":"z",
                 "info":{"name":"Ann \\u00e4","n":1.5,"big":12345678901234567890},
                 "channels":["news","orders:1"]}
                """
                    .formatted(now + 1, now, now)));

    assertThat(verdict)
        .isEqualTo(
            new TokenVerdict.Valid(
                new Claims(
                    "ann",
                    Optional.of(clock.instant().plusMillis(1500)),
                    Optional.of("{\"name\":\"Ann ä\",\"n\":1.5,\"big\":12345678901234567890}"),
                    List.of("news", "orders:1"),
                    Optional.empty(),
                    Optional.of(Instant.ofEpochSecond(now)))));
  }

  @Test
  void aTokenWithoutClaimsIsAnonymousAndNeverExpires() {
    assertThat(verdict(hs256("{}")))
        .isEqualTo(
            new TokenVerdict.Valid(new Claims("", Optional.empty(), Optional.empty(), List.of())));
  }

  @Test
  void aTokenIsExpiredFromTheSecondOfExpOn() {
    assertThat(verdict(hs256("{\"exp\":%d}".formatted(now)))).isEqualTo(new TokenVerdict.Expired());
    assertThat(verdict(hs256("{\"exp\":%d}".formatted(now + 1))))
        .isInstanceOf(TokenVerdict.Valid.class);
  }

  @Test
  void aRememberedTokenExpiresOnTime() {
    String token = hs256("{\"exp\":%d}".formatted(now + 60));

    assertThat(verdict(token)).isInstanceOf(TokenVerdict.Valid.class);
    clock.advance(Duration.ofSeconds(59));
    assertThat(verdict(token)).isInstanceOf(TokenVerdict.Valid.class);
    clock.advance(Duration.ofSeconds(1));
    assertThat(verdict(token)).isEqualTo(new TokenVerdict.Expired());
  }

  @Test
  void aTokenThatWasTooEarlyIsGoodLater() {
    String token = hs256("{\"nbf\":%d}".formatted(now + 10));

    assertThat(reason(token)).isEqualTo("it is not valid before 2026-01-01T00:00:10Z");
    clock.advance(Duration.ofSeconds(10));
    assertThat(verdict(token)).isInstanceOf(TokenVerdict.Valid.class);
  }

  @Test
  void algorithmNoneIsRefused() {
    String header = base64("{\"alg\":\"none\"}");
    String claims = base64("{\"sub\":\"admin\"}");

    assertThat(reason(header + "." + claims + ".")).isEqualTo("it is not a signed token");
    assertThat(reason(header + "." + claims + ".AAAA")).isEqualTo("it is not a signed token");
    assertThat(reason(base64("{\"alg\":\"NONE\"}") + "." + claims + ".AAAA"))
        .isEqualTo("its algorithm is not one that a key is configured for");
  }

  @Test
  void aPublicKeyIsNotASecret() throws JOSEException {
    TokenConfig rsaOnly = new TokenConfig("", pem(RSA.getPublic()), "", "", "", false);
    for (byte[] publicKey :
        List.of(
            pem(RSA.getPublic()).getBytes(StandardCharsets.UTF_8), RSA.getPublic().getEncoded())) {
      String forged = signed(JWSAlgorithm.HS256, new MACSigner(publicKey), "{\"sub\":\"admin\"}");

      assertThat(reason(forged)).isEqualTo("its HS256 signature is wrong");
      assertThat(reason(new TokenVerifier(rsaOnly, clock, Runnable::run, 100), forged))
          .isEqualTo("its algorithm is not one that a key is configured for");
    }
  }

  @Test
  void otherAlgorithmsOfTheSameFamilyAreRefused() throws JOSEException {
    String rs512 = signed(JWSAlgorithm.RS512, new RSASSASigner(RSA.getPrivate()), "{}");
    String ps256 = signed(JWSAlgorithm.PS256, new RSASSASigner(RSA.getPrivate()), "{}");

    assertThat(reason(rs512)).isEqualTo("its algorithm is not one that a key is configured for");
    assertThat(reason(ps256)).isEqualTo("its algorithm is not one that a key is configured for");
  }

  @Test
  void wrongKeysAreRefused() throws JOSEException {
    assertThat(reason(signed(JWSAlgorithm.HS256, new MACSigner("x".repeat(32)), "{}")))
        .isEqualTo("its HS256 signature is wrong");
    assertThat(
            reason(
                signed(JWSAlgorithm.RS256, new RSASSASigner(pair("RSA", 2048).getPrivate()), "{}")))
        .isEqualTo("its RS256 signature is wrong");
    assertThat(reason(es256(pair("EC", 256), "{}"))).isEqualTo("its ES256 signature is wrong");
  }

  @Test
  void anAllZeroEcdsaSignatureIsRefused() {
    String zero = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);

    assertThat(reason(base64("{\"alg\":\"ES256\"}") + "." + base64("{}") + "." + zero))
        .startsWith("its ES256 signature");
  }

  @Test
  void aChangedPayloadOrSignatureIsRefused() {
    String[] parts = hs256("{\"sub\":\"ann\"}").split("\\.", -1);

    assertThat(reason(parts[0] + "." + base64("{\"sub\":\"bob\"}") + "." + parts[2]))
        .isEqualTo("its HS256 signature is wrong");
    assertThat(reason(parts[0] + "." + parts[1] + "." + parts[2].substring(4)))
        .isEqualTo("its HS256 signature is wrong");
  }

  @Test
  void criticalHeadersThatWeDoNotKnowAreRefused() throws JOSEException {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.HS256)
            .criticalParams(java.util.Set.of("exp"))
            .customParam("exp", 1)
            .build();
    JWSObject token = new JWSObject(header, new Payload("{}"));
    token.sign(new MACSigner(SECRET));

    assertThat(reason(token.serialize())).isEqualTo("its HS256 signature is wrong");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "a.b.c", "....", "garbage", "{}", "\u0000\ud800", "ey.ey.ey.ey.ey"})
  void garbageIsNoToken(String garbage) {
    assertThat(reason(garbage)).isEqualTo("it is not a signed token");
  }

  @Test
  void aDeeplyNestedHeaderIsNoToken() {
    String header = base64("{\"alg\":\"HS256\",\"x\":" + "[".repeat(5500));

    assertThat(reason(header + "." + base64("{}") + ".AAAA")).isEqualTo("it is not a signed token");
  }

  @Test
  void aTokenOverTheLimitIsNotEvenParsed() {
    TokenVerifier neverRuns = new TokenVerifier(ALL, clock, _ -> {}, 100);

    assertThat(reason(neverRuns, "x".repeat(8193)))
        .isEqualTo("its 8193 characters are more than 8192");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"sub":7}                    | its claim 'sub' is not text
          {"sub":"\\ud800"}             | its claim 'sub' is not text
          {"channels":["\\ud800"]}      | its claim 'channels' is not a list of texts
          {"exp":"soon"}               | its claim 'exp' is not a number of seconds
          {"exp":1767225600000}        | its claim 'exp' is not a number of seconds before the year 10000
          {"nbf":-1}                   | its claim 'nbf' is not a number of seconds before the year 10000
          {"iat":[]}                   | its claim 'iat' is not a number of seconds
          {"info":"x"}                 | its claim 'info' is not an object
          {"channels":{}}              | its claim 'channels' is not a list of texts
          {"channels":{"a":"b"}}       | its claim 'channels' is not a list of texts
          {"channels":["a",1]}         | its claim 'channels' is not a list of texts
          {"sub":"a","sub":"b"}        | its payload is not JSON
          {} {}                        | its payload is not JSON
          []                           | its payload is not an object
          ''                           | its payload is not an object
          """)
  void claimsOfAWrongTypeAreRefused(String payload, String reason) {
    assertThat(reason(hs256(payload))).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "good",
      textBlock =
          """
          {"aud":"us","iss":"me"}           | good
          {"aud":["them","us"],"iss":"me"}  | good
          {"aud":"them","iss":"me"}         | it is not for the audience 'us'
          {"iss":"me"}                      | it is not for the audience 'us'
          {"aud":"us"}                      | it is not from the issuer 'me'
          {"aud":"us","iss":"you","exp":1}  | it is not from the issuer 'me'
          """)
  void audienceAndIssuerAreCheckedWhenConfigured(
      String claims, @org.jspecify.annotations.Nullable String reason) {
    TokenConfig config = new TokenConfig(SECRET, "", "", "us", "me", false);
    TokenVerdict verdict =
        verdict(new TokenVerifier(config, clock, Runnable::run, 100), hs256(claims));

    if (reason == null) {
      assertThat(verdict).isInstanceOf(TokenVerdict.Valid.class);
    } else {
      assertThat(verdict).isEqualTo(new TokenVerdict.Invalid(reason));
    }
  }

  @Test
  void nothingIsComputedByTheCaller() {
    Queue<Runnable> work = new ArrayDeque<>();
    TokenVerifier lazy = new TokenVerifier(ALL, clock, work::add, 100);
    var verdict = lazy.verify(hs256("{}")).toCompletableFuture();

    assertThat(verdict).isNotDone();
    work.remove().run();
    assertThat(verdict).isCompletedWithValueMatching(TokenVerdict.Valid.class::isInstance);
  }

  @Test
  void moreThanTheLimitAreToldToComeBackAndLaterOnesAreJudgedAgain() {
    Queue<Runnable> work = new ArrayDeque<>();
    TokenVerifier slow = new TokenVerifier(ALL, clock, work::add, 100);
    String token = hs256("{}");
    for (int i = 0; i < TokenVerifier.MAX_PENDING; i++) {
      assertThat(slow.verify(token).toCompletableFuture()).isNotDone();
    }

    assertThat(verdict(slow, token)).isEqualTo(new TokenVerdict.Busy());
    work.remove().run();
    assertThat(slow.verify(token).toCompletableFuture()).isNotDone();
  }

  @Test
  void anExecutorThatRefusesWorkMeansBusy() {
    TokenVerifier refused =
        new TokenVerifier(
            ALL,
            clock,
            _ -> {
              throw new RejectedExecutionException();
            },
            100);

    assertThat(verdict(refused, hs256("{}"))).isEqualTo(new TokenVerdict.Busy());
  }

  @Test
  void aRevokedTokenIsNotGoodWhetherRememberedOrNot() {
    AtomicReference<Instant> before = new AtomicReference<>(Instant.EPOCH);
    TokenVerifier checking =
        new TokenVerifier(
            ALL,
            clock,
            Runnable::run,
            100,
            (user, issued, _) ->
                user.equals("ann") && !issued.filter(at -> !at.isBefore(before.get())).isPresent());
    String token = hs256("{\"sub\":\"ann\",\"iat\":%d}".formatted(now));
    String other = hs256("{\"sub\":\"bob\",\"iat\":%d}".formatted(now));
    TokenVerdict revoked = new TokenVerdict.Invalid("its user's tokens were revoked");
    assertThat(verdict(checking, token)).isInstanceOf(TokenVerdict.Valid.class);
    assertThat(verdict(checking, hs256("{\"sub\":\"ann\"}"))).isEqualTo(revoked);

    before.set(Instant.ofEpochSecond(now).plusMillis(1));
    assertThat(verdict(checking, token)).isEqualTo(revoked);
    assertThat(verdict(checking, other)).isInstanceOf(TokenVerdict.Valid.class);
    String later = hs256("{\"sub\":\"ann\",\"iat\":%d}".formatted(now + 1));
    assertThat(verdict(checking, later)).isInstanceOf(TokenVerdict.Valid.class);

    before.set(Instant.EPOCH);
    assertThat(verdict(checking, token)).isInstanceOf(TokenVerdict.Valid.class);
  }

  @Test
  void aSubjectIsNoLongerThanWhatCanBeRevoked() {
    String longest = "u".repeat(512);
    assertThat(verdict(hs256("{\"sub\":\"%s\"}".formatted(longest))))
        .isInstanceOf(TokenVerdict.Valid.class);
    assertThat(verdict(hs256("{\"sub\":\"%su\"}".formatted(longest))))
        .isEqualTo(new TokenVerdict.Invalid("its subject of 513 characters is longer than 512"));
  }

  @Test
  void whatTheSignerMakesTheVerifierTakes() {
    TokenConfig config = new TokenConfig(SECRET, "", "", "us", "me", false);
    String token =
        new TokenSigner(config, clock).sign("ann", Duration.ofHours(1), List.of("a", "b"));

    assertThat(token).matches("[A-Za-z0-9_.-]+");
    assertThat(verdict(new TokenVerifier(config, clock, Runnable::run, 100), token))
        .isEqualTo(
            new TokenVerdict.Valid(
                new Claims(
                    "ann",
                    Optional.of(clock.instant().plus(Duration.ofHours(1))),
                    Optional.empty(),
                    List.of("a", "b"),
                    Optional.empty(),
                    Optional.of(Instant.ofEpochSecond(now)))));
    assertThatThrownBy(() -> new TokenSigner(new TokenConfig("", "", "", "", "", true), clock))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keysThatCannotBeUsedAreConfigurationProblems() {
    assertThatThrownBy(() -> verifier(pem(EC.getPublic()), ""))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("tokens.rsa-public-key: ");
    assertThatThrownBy(() -> verifier(pem(pair("RSA", 1024).getPublic()), ""))
        .isInstanceOf(ConfigException.class)
        .hasMessage("tokens.rsa-public-key: its RSA key of 1024 bits is shorter than 2048");
    assertThatThrownBy(() -> verifier("", pem(pair("EC", 384).getPublic())))
        .isInstanceOf(ConfigException.class)
        .hasMessage("tokens.ecdsa-public-key: its value is no public key on the curve P-256");
    assertThatThrownBy(
            () -> verifier("", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"))
        .isInstanceOf(ConfigException.class);
  }

  private TokenVerifier verifier(String rsa, String ecdsa) {
    return new TokenVerifier(
        new TokenConfig(SECRET, rsa, ecdsa, "", "", false), clock, Runnable::run, 100);
  }

  private TokenVerdict verdict(String token) {
    return verdict(verifier, token);
  }

  private static TokenVerdict verdict(TokenVerifier verifier, String token) {
    return verifier.verify(token).toCompletableFuture().join();
  }

  private String reason(String token) {
    return reason(verifier, token);
  }

  private static String reason(TokenVerifier verifier, String token) {
    return verdict(verifier, token) instanceof TokenVerdict.Invalid(String reason)
        ? reason
        : "not invalid: " + verdict(verifier, token);
  }

  private static String hs256(String claims) {
    try {
      return signed(JWSAlgorithm.HS256, new MACSigner(SECRET), claims);
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private static String es256(KeyPair keys, String claims) throws JOSEException {
    return signed(JWSAlgorithm.ES256, new ECDSASigner((ECPrivateKey) keys.getPrivate()), claims);
  }

  private static String signed(JWSAlgorithm algorithm, JWSSigner signer, String claims)
      throws JOSEException {
    JWSObject token = new JWSObject(new JWSHeader(algorithm), new Payload(claims));
    token.sign(signer);
    return token.serialize();
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String pem(PublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
        + "\n-----END PUBLIC KEY-----";
  }

  private static KeyPair pair(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("EC")) {
        generator.initialize(new ECGenParameterSpec("secp" + bits + "r1"));
      } else {
        generator.initialize(bits);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}

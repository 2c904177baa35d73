package io.sluice.gateway.auth;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.gateway.config.TokenConfig;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// From the payload of a token with a good signature to a verdict. Pure; for any thread.
final class ClaimsReader {
  /// The last second of the year 9999. A larger number is one of milliseconds, a common mistake,
  /// which would make a token good for ever.
  private static final BigDecimal LATEST = new BigDecimal(253_402_300_799L);

  /// What is kept of users elsewhere has room for so many characters: revocations, sessions.
  private static final int LONGEST_USER = 512;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final String audience;
  private final String issuer;

  ClaimsReader(TokenConfig config) {
    this.audience = config.audience();
    this.issuer = config.issuer();
  }

  TokenVerdict read(byte[] payload, Instant now) {
    try {
      JsonNode claims = JSON.readTree(payload);
      return claims.isObject() ? judge(claims, now) : invalid("its payload is not an object");
    } catch (IOException _) {
      return invalid("its payload is not JSON");
    } catch (WrongClaim e) {
      return invalid(e.reason);
    }
  }

  private TokenVerdict judge(JsonNode claims, Instant now) throws WrongClaim {
    if (!audience.isEmpty() && !texts(claims, "aud").contains(audience)) {
      return invalid("it is not for the audience '" + audience + "'");
    }
    if (!issuer.isEmpty() && !text(claims, "iss").equals(issuer)) {
      return invalid("it is not from the issuer '" + issuer + "'");
    }
    Optional<Instant> notBefore = time(claims, "nbf");
    if (notBefore.isPresent() && now.isBefore(notBefore.get())) {
      return invalid("it is not valid before " + notBefore.get());
    }
    String user = text(claims, "sub");
    if (user.length() > LONGEST_USER) {
      return invalid(
          "its subject of %d characters is longer than %d".formatted(user.length(), LONGEST_USER));
    }
    Claims said =
        new Claims(
            user,
            time(claims, "exp"),
            info(claims),
            texts(claims, "channels"),
            Optional.of(text(claims, "channel")).filter(channel -> !channel.isEmpty()),
            time(claims, "iat"));
    return said.isExpiredAt(now) ? new TokenVerdict.Expired() : new TokenVerdict.Valid(said);
  }

  private static String text(JsonNode claims, String name) throws WrongClaim {
    JsonNode claim = claims.path(name);
    if (isAbsent(claim)) {
      return "";
    }
    if (!claim.isTextual() || isBroken(claim.textValue())) {
      throw new WrongClaim(name, "text");
    }
    return claim.textValue();
  }

  /// One text or a list of them.
  private static List<String> texts(JsonNode claims, String name) throws WrongClaim {
    JsonNode claim = claims.path(name);
    if (isAbsent(claim)) {
      return List.of();
    }
    if (claim.isTextual()) {
      return List.of(text(claims, name));
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : claim) {
      if (!claim.isArray() || !item.isTextual() || isBroken(item.textValue())) {
        throw new WrongClaim(name, "a list of texts");
      }
      texts.add(item.textValue());
    }
    if (!claim.isArray()) {
      throw new WrongClaim(name, "a list of texts");
    }
    return texts;
  }

  private static Optional<Instant> time(JsonNode claims, String name) throws WrongClaim {
    JsonNode claim = claims.path(name);
    if (isAbsent(claim)) {
      return Optional.empty();
    }
    if (!claim.isNumber()) {
      throw new WrongClaim(name, "a number of seconds");
    }
    BigDecimal seconds = claim.decimalValue();
    if (seconds.signum() < 0 || seconds.compareTo(LATEST) > 0) {
      throw new WrongClaim(name, "a number of seconds before the year 10000");
    }
    long millis = seconds.movePointRight(3).setScale(0, RoundingMode.FLOOR).longValueExact();
    return Optional.of(Instant.ofEpochMilli(millis));
  }

  private static Optional<String> info(JsonNode claims) throws WrongClaim {
    JsonNode claim = claims.path("info");
    if (isAbsent(claim)) {
      return Optional.empty();
    }
    if (!claim.isObject()) {
      throw new WrongClaim("info", "an object");
    }
    return Optional.of(claim.toString());
  }

  /// Half of a surrogate pair is no text: in UTF-8, which everybody else is told, it would be `?`.
  private static boolean isBroken(String text) {
    return !StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static boolean isAbsent(JsonNode claim) {
    return claim.isMissingNode() || claim.isNull();
  }

  private static TokenVerdict invalid(String reason) {
    return new TokenVerdict.Invalid(reason);
  }

  /// A claim of another type than it has to be.
  private static final class WrongClaim extends Exception {
    private static final long serialVersionUID = 1L;
    final String reason;

    WrongClaim(String claim, String wanted) {
      String fault = "its claim '" + claim + "' is not " + wanted;
      super(fault, null, false, false);
      this.reason = fault;
    }
  }
}

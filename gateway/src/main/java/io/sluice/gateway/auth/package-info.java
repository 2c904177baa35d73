/// Tokens: who a client is, and until when. JSON Web Tokens signed with HS256, RS256 or ES256.
///
/// Claims that are read: `sub` (the user; absent or empty = anonymous), `exp` and `nbf` (seconds
/// since 1970, no leeway; a token without `exp` never expires), `iat`, `aud` and `iss` (looked at
/// when configured), `info` (an object shown to others with presence) and `channels` (server-side
/// subscriptions).
///
/// Start reading at [io.sluice.gateway.auth.TokenVerifier]. What a token says is a pure function of
/// its payload and the time ([io.sluice.gateway.auth.ClaimsReader]); what it is worth is decided by
/// its signature ([io.sluice.gateway.auth.Signatures]).
@org.jspecify.annotations.NullMarked
package io.sluice.gateway.auth;

package io.sluice.gateway.auth;

import com.nimbusds.jose.JWSObject;
import java.util.Optional;

/// The costly part of judging a token. For any thread.
interface SignatureCheck {
  /// What is wrong with a token's signature.
  ///
  /// @return nothing for a good one; else the reason, without any part of the token
  Optional<String> fault(JWSObject token);
}

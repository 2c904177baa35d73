package io.sluice.gateway.api;

/// A resource and one thing that can be done with it.
///
/// @param verb such as `GET`
/// @param answering answers
record Resource(String verb, Address address, Answering answering) {
  /// Answers a call; may wait, each wait has a limit.
  @FunctionalInterface
  interface Answering {
    /// Answers a call.
    ///
    /// @throws IllegalArgumentException for what the caller got wrong, with a text for people
    /// @throws UndecodableException likewise, of the body
    void answer(Call call) throws InterruptedException, UndecodableException;
  }

  Resource(String verb, String template, Answering answering) {
    this(verb, new Address(template), answering);
  }

  /// As the description of the API names it, such as `GET /api/v1/users/{user}/sessions`.
  String title() {
    return verb + " " + Resources.PATH + address.template().replace("{+", "{");
  }
}

package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.sluice.broker.KeptHeaders;
import io.sluice.broker.Publication;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A publication as callers of the API see it. Pure.
final class PublicationJson {
  private PublicationJson() {}

  static ObjectNode of(Publication p) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (p.data().isEmpty()) {
      json.putNull("data");
    } else {
      byte[] data = p.data().get();
      switch (p.kind()) {
        case JSON -> json.putRawValue("data", new RawValue(oneLine(data)));
        case TEXT -> json.put("data", text(data));
        case BINARY -> json.put("data", Base64.getEncoder().encodeToString(data));
      }
    }
    json.put("offset", p.offset()).put("time", p.time());
    KeptHeaders headers = p.headers();
    if (!headers.client().isEmpty() || !headers.user().isEmpty()) {
      json.putObject("info").put("user", headers.user()).put("client", headers.client());
    }
    if (!headers.tags().isEmpty()) {
      ObjectNode tags = json.putObject("tags");
      headers.tags().forEach(tags::put);
    }
    return json;
  }

  /// As it was produced, so that numbers keep every digit; but line breaks between tokens would end
  /// one of several replies.
  private static String oneLine(byte[] json) {
    return text(json).replace("\n", "").replace("\r", "");
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}

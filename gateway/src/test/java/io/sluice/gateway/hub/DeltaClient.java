package io.sluice.gateway.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import io.sluice.broker.Publication;
import io.sluice.gateway.delta.FossilPatch;
import io.sluice.gateway.protocol.Encoding;
import io.sluice.gateway.protocol.WireForm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// What a client with deltas makes of what a [RecordingSubscriber] was given: it knows the payload
/// it had last, and nothing else.
final class DeltaClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DELTA = 8;

  final RecordingSubscriber subscriber;
  final List<String> payloads = new ArrayList<>();

  /// Of each payload, whether it came as a patch.
  final List<Boolean> patched = new ArrayList<>();

  private byte[] last = new byte[0];
  private int read;

  DeltaClient(WireForm form) {
    subscriber = new RecordingSubscriber(form);
  }

  /// Takes what was in an answer.
  void answered(List<Publication> missed) {
    for (Publication p : missed) {
      took(subscriber.form().encoding().replies().deltaPayload(p), false);
    }
  }

  /// A new subscription.
  void leave() {
    read();
    last = new byte[0];
  }

  List<String> read() {
    for (; read < subscriber.raw.size(); read++) {
      byte[] push = subscriber.raw.get(read);
      try {
        if (subscriber.form().encoding() == Encoding.JSON) {
          JsonNode pub = JSON.readTree(push).path("push").path("pub");
          if (!pub.path("data").isTextual()) {
            throw new AssertionError("data is no string: " + pub);
          }
          took(pub.path("data").textValue().getBytes(UTF_8), pub.path("delta").asBoolean());
        } else {
          Protocol.Publication pub =
              Protocol.Reply.parseDelimitedFrom(new ByteArrayInputStream(push)).getPush().getPub();
          took(pub.getData().toByteArray(), isPatch(pub.toByteArray()));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return payloads;
  }

  /// The SDK's messages know nothing of this field and carry it along.
  private static boolean isPatch(byte[] publication) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(publication);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == DELTA) {
        return in.readBool();
      }
      in.skipField(tag);
    }
    return false;
  }

  private void took(byte[] data, boolean patch) {
    last = patch ? FossilPatch.apply(last, data) : data;
    payloads.add(new String(last, UTF_8));
    patched.add(patch);
  }
}

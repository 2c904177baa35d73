"""What a service does with the Python SDK of the HTTP API.

    python methods.py API KEY USER CHANNEL
    python methods.py http://127.0.0.1:9000/api key ann news

USER has one connection and no channels; it is disconnected last. Prints "ok METHOD" or "failed METHOD: WHY" for each.
Exit code 0 when all are ok.
"""

import sys
import time

from cent import (
    BatchRequest,
    BroadcastRequest,
    CentApiResponseError,
    CentUnauthorizedError,
    ChannelsRequest,
    Client,
    Disconnect,
    DisconnectRequest,
    HistoryRemoveRequest,
    HistoryRequest,
    InfoRequest,
    PublishRequest,
    RefreshRequest,
    StreamPosition,
    SubscribeRequest,
    UnsubscribeRequest,
)

API, KEY, USER, CHANNEL = sys.argv[1:]
client = Client(API, KEY)


def equal(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r}, not {expected!r}")


def refused(call, code):
    try:
        call()
    except CentApiResponseError as e:
        equal(e.code, code)
        return
    raise AssertionError(f"no error {code}")


def eventually(question):
    end = time.monotonic() + 5
    while not question():
        if time.monotonic() > end:
            raise AssertionError("not within 5 s")
        time.sleep(0.02)


def subscribed():
    return CHANNEL in client.channels(ChannelsRequest(pattern=CHANNEL)).channels


def publish():
    first = client.publish(PublishRequest(channel=CHANNEL, data={"n": 1}, tags={"k": "v"}))
    second = client.publish(PublishRequest(channel=CHANNEL, data={"n": 2}))
    equal(first.epoch, second.epoch)
    if second.offset <= first.offset:
        raise AssertionError(f"{second.offset} after {first.offset}")
    refused(lambda: client.publish(PublishRequest(channel="no:such", data=1)), 102)


def broadcast():
    result = client.broadcast(BroadcastRequest(channels=[CHANNEL, "no:such"], data={"n": 3}))
    equal(result.responses[0].error, None)
    equal(result.responses[1].error.code, 102)


def history():
    def page():
        return client.history(HistoryRequest(channel=CHANNEL, limit=2, reverse=True))

    eventually(lambda: len(page().publications) == 2 and page().publications[0].data == {"n": 3})
    top = page()
    after = client.history(
        HistoryRequest(
            channel=CHANNEL,
            limit=10,
            since=StreamPosition(offset=top.publications[1].offset, epoch=top.epoch),
        )
    )
    equal([p.data for p in after.publications], [{"n": 3}])


def history_remove():
    refused(lambda: client.history_remove(HistoryRemoveRequest(channel=CHANNEL)), 108)


def subscribe():
    client.subscribe(SubscribeRequest(user=USER, channel=CHANNEL))
    eventually(subscribed)
    equal(client.channels(ChannelsRequest(pattern=CHANNEL)).channels[CHANNEL].num_clients, 1)


def unsubscribe():
    client.unsubscribe(UnsubscribeRequest(user=USER, channel=CHANNEL))
    eventually(lambda: not subscribed())


def refresh():
    client.refresh(RefreshRequest(user=USER, expire_at=int(time.time()) + 600))


def info():
    nodes = client.info(InfoRequest()).nodes
    equal(len(nodes), 1)
    equal(nodes[0].num_clients, 1)


def batch():
    replies = client.batch(
        BatchRequest(
            requests=[
                PublishRequest(channel=CHANNEL, data=4),
                ChannelsRequest(),
                UnsubscribeRequest(user=USER, channel=CHANNEL),
            ],
            parallel=True,
        )
    ).replies
    equal(len(replies), 3)
    if replies[0].offset <= 0:
        raise AssertionError("no offset")


def wrong_key():
    try:
        Client(API, KEY + "x").info(InfoRequest())
    except CentUnauthorizedError:
        return
    raise AssertionError("it was let in")


def disconnect():
    client.disconnect(
        DisconnectRequest(user=USER, disconnect=Disconnect(code=4321, reason="by a service"))
    )


failed = 0
for method in (
    publish,
    broadcast,
    history,
    history_remove,
    subscribe,
    unsubscribe,
    refresh,
    info,
    batch,
    wrong_key,
    disconnect,
):
    try:
        method()
        print(f"ok {method.__name__}", flush=True)
    except Exception as e:  # whatever it is, it is told
        failed += 1
        print(f"failed {method.__name__}: {type(e).__name__} {e}", flush=True)
sys.exit(1 if failed else 0)

// What an application does with the Go SDK, in one encoding.
//
//	go run . EDGE API KEY SECRET ENCODING
//	go run . 127.0.0.1:8000 http://127.0.0.1:9000 key secret protobuf
//
// Prints "ok BEHAVIOUR" or "failed BEHAVIOUR: WHY" for each. Exit code 0 when all are ok.
package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge-go"
)

const limit = 15 * time.Second

var edge, api, key, secret, encoding string

// A network that can be cut.
type relay struct {
	listener net.Listener
	mutex    sync.Mutex
	open     map[net.Conn]bool
	patched  bool
}

func newRelay() (*relay, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{listener: listener, open: map[net.Conn]bool{}}
	go r.accept()
	return r, nil
}

func (r *relay) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return // closed
		}
		node, err := net.Dial("tcp", edge)
		if err != nil {
			client.Close()
			continue
		}
		r.mutex.Lock()
		r.open[client], r.open[node] = true, true
		r.mutex.Unlock()
		go r.pass(client, node)
		go r.pass(&look{node, r}, client)
	}
}

// Looks for a patch that begins as its base does.
type look struct {
	net.Conn
	relay *relay
}

func (l *look) Read(into []byte) (int, error) {
	n, err := l.Conn.Read(into)
	if bytes.Contains(into[:n], []byte("@0,")) {
		l.relay.mutex.Lock()
		l.relay.patched = true
		l.relay.mutex.Unlock()
	}
	return n, err
}

func (r *relay) pass(from, to net.Conn) {
	io.Copy(to, from)
	from.Close()
	to.Close()
	r.mutex.Lock()
	delete(r.open, from)
	r.mutex.Unlock()
}

func (r *relay) cut() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for conn := range r.open {
		conn.Close()
	}
}

func token(seconds int64, channels ...string) string {
	now := time.Now().Unix()
	part := func(value any) string {
		text, _ := json.Marshal(value)
		return base64.RawURLEncoding.EncodeToString(text)
	}
	claims := map[string]any{"sub": "ann", "iat": now, "exp": now + seconds}
	if len(channels) > 0 {
		claims["channels"] = channels
	}
	body := part(map[string]string{"alg": "HS256", "typ": "JWT"}) + "." + part(claims)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return body + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// As a service does.
func produce(channel string, data any) error {
	return produceTagged(channel, data, nil)
}

func produceTagged(channel string, data any, tags map[string]string) error {
	body, _ := json.Marshal(map[string]any{"channel": channel, "data": data, "tags": tags})
	request, _ := http.NewRequest("POST", api+"/api/publish", bytes.NewReader(body))
	request.Header.Set("X-API-Key", key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(response.Body)
	if response.StatusCode != 200 || bytes.Contains(answer, []byte(`"error"`)) {
		return fmt.Errorf("publish: %d %s", response.StatusCode, answer)
	}
	return nil
}

func client(network *relay, config centrifuge.Config) *centrifuge.Client {
	config.MinReconnectDelay = 50 * time.Millisecond
	config.MaxReconnectDelay = 500 * time.Millisecond
	if config.Token == "" {
		config.Token = token(300)
	}
	url := "ws://" + network.listener.Addr().String() + "/connection/websocket"
	if encoding == "protobuf" {
		return centrifuge.NewProtobufClient(url, config)
	}
	return centrifuge.NewJsonClient(url, config)
}

func await[T any](what string, from chan T) (T, error) {
	select {
	case value := <-from:
		return value, nil
	case <-time.After(limit):
		var none T
		return none, fmt.Errorf("no %s in %s", what, limit)
	}
}

type heard struct {
	subscription *centrifuge.Subscription
	subscribed   chan centrifuge.SubscribedEvent
	publications chan centrifuge.Publication
}

func subscribe(c *centrifuge.Client, channel string, config centrifuge.SubscriptionConfig) (*heard, error) {
	s, err := c.NewSubscription(channel, config)
	if err != nil {
		return nil, err
	}
	h := &heard{s, make(chan centrifuge.SubscribedEvent, 10), make(chan centrifuge.Publication, 1000)}
	s.OnSubscribed(func(e centrifuge.SubscribedEvent) { h.subscribed <- e })
	s.OnPublication(func(e centrifuge.PublicationEvent) { h.publications <- e.Publication })
	if err := s.Subscribe(); err != nil {
		return nil, err
	}
	if err := c.Connect(); err != nil {
		return nil, err
	}
	return h, nil
}

// Subscribes, and waits until that is answered.
func subscribed(c *centrifuge.Client, channel string, config centrifuge.SubscriptionConfig) (*heard, error) {
	h, err := subscribe(c, channel, config)
	if err != nil {
		return nil, err
	}
	_, err = await("subscribed", h.subscribed)
	return h, err
}

func (h *heard) expect(texts ...string) error {
	for _, text := range texts {
		p, err := await("publication "+text, h.publications)
		if err != nil {
			return err
		}
		if string(p.Data) != text {
			return fmt.Errorf("publication %s, not %s", p.Data, text)
		}
	}
	return nil
}

func hear(network *relay, channel string) error {
	c := client(network, centrifuge.Config{})
	defer c.Close()
	h, err := subscribed(c, channel, centrifuge.SubscriptionConfig{})
	if err != nil {
		return err
	}
	if err = produce(channel, map[string]string{"n": "ü€😀"}); err != nil {
		return err
	}
	return h.expect(`{"n":"ü€😀"}`)
}

func publish(network *relay, channel string) error {
	c := client(network, centrifuge.Config{})
	defer c.Close()
	h, err := subscribed(c, channel, centrifuge.SubscriptionConfig{})
	if err != nil {
		return err
	}
	if _, err = h.subscription.Publish(context.Background(), []byte(`{"said":true}`)); err != nil {
		return err
	}
	p, err := await("publication", h.publications)
	if err != nil {
		return err
	}
	if string(p.Data) != `{"said":true}` || p.Info == nil || p.Info.User != "ann" {
		return fmt.Errorf("publication %s of %v", p.Data, p.Info)
	}
	return nil
}

func cutAndRecover(network *relay, channel string) error {
	c := client(network, centrifuge.Config{})
	defer c.Close()
	h, err := subscribed(c, channel, centrifuge.SubscriptionConfig{})
	if err != nil {
		return err
	}
	expected := []string{}
	network.cut()
	for i := 1; i <= 20; i++ {
		if err = produce(channel, i); err != nil {
			return err
		}
		expected = append(expected, fmt.Sprint(i))
	}
	again, err := await("subscribed again", h.subscribed)
	if err != nil {
		return err
	}
	if !again.WasRecovering || !again.Recovered {
		return fmt.Errorf("wasRecovering %t, recovered %t", again.WasRecovering, again.Recovered)
	}
	if err = produce(channel, 21); err != nil {
		return err
	}
	return h.expect(append(expected, "21")...)
}

func newest(network *relay, channel string) error {
	channel = "state:" + channel
	c := client(network, centrifuge.Config{})
	defer c.Close()
	witness, err := subscribed(c, channel, centrifuge.SubscriptionConfig{})
	if err != nil {
		return err
	}
	for i := 1; i <= 2; i++ {
		if err = produce(channel, i); err != nil {
			return err
		}
	}
	if err = witness.expect("1", "2"); err != nil { // the node has it
		return err
	}
	late := client(network, centrifuge.Config{})
	defer late.Close()
	h, err := subscribed(late, channel, centrifuge.SubscriptionConfig{})
	if err != nil {
		return err
	}
	if err = h.expect("2"); err != nil {
		return err
	}
	if err = produce(channel, 3); err != nil {
		return err
	}
	return h.expect("3")
}

func filter(network *relay, channel string) error {
	c := client(network, centrifuge.Config{})
	defer c.Close()
	wanted := centrifuge.FilterAnd(
		centrifuge.FilterIn("kind", "trade", "auction"), centrifuge.FilterGte("size", "100"))
	h, err := subscribed(c, channel, centrifuge.SubscriptionConfig{TagsFilter: wanted})
	if err != nil {
		return err
	}
	for i, tags := range []map[string]string{
		{"kind": "trade", "size": "99.5"},
		{"kind": "trade", "size": "100"},
		{"kind": "quote", "size": "1000"},
		nil,
		{"kind": "auction", "size": "1000"},
	} {
		if err = produceTagged(channel, i, tags); err != nil {
			return err
		}
	}
	return h.expect("1", "4")
}

func delta(network *relay, channel string) error {
	c := client(network, centrifuge.Config{})
	defer c.Close()
	h, err := subscribed(c, channel, centrifuge.SubscriptionConfig{Delta: centrifuge.DeltaTypeFossil})
	if err != nil {
		return err
	}
	expected := []string{}
	for i := 0; i < 30; i++ {
		if i == 20 {
			if err = h.expect(expected...); err != nil {
				return err
			}
			expected = nil
			network.cut()
		}
		note := []string{"😀", "😁", "\"€\"\n"}[i%3]
		order := map[string]any{"city": "Köln", "note": note, "price": i * 97, "text": "always the same"}
		if err = produce(channel, order); err != nil {
			return err
		}
		text, _ := json.Marshal(order)
		expected = append(expected, string(text))
		if i == 24 {
			again, err := await("subscribed again", h.subscribed)
			if err != nil {
				return err
			}
			if !again.Recovered {
				return errors.New("not recovered")
			}
		}
	}
	if err = h.expect(expected...); err != nil {
		return err
	}
	network.mutex.Lock()
	defer network.mutex.Unlock()
	if !network.patched {
		return errors.New("no patch came")
	}
	return nil
}

func serverSide(network *relay, channel string) error {
	c := client(network, centrifuge.Config{Token: token(300, channel)})
	defer c.Close()
	subscribed := make(chan string, 10)
	publications := make(chan string, 10)
	c.OnSubscribed(func(e centrifuge.ServerSubscribedEvent) { subscribed <- e.Channel })
	c.OnPublication(func(e centrifuge.ServerPublicationEvent) { publications <- e.Channel + " " + string(e.Data) })
	if err := c.Connect(); err != nil {
		return err
	}
	if _, err := await("subscribed", subscribed); err != nil {
		return err
	}
	if err := produce(channel, 1); err != nil {
		return err
	}
	p, err := await("publication", publications)
	if err == nil && p != channel+" 1" {
		err = fmt.Errorf("publication %s", p)
	}
	return err
}

func expiredToken(network *relay, channel string) error {
	c := client(network, centrifuge.Config{
		Token:    token(-60),
		GetToken: func(centrifuge.ConnectionTokenEvent) (string, error) { return token(300), nil },
	})
	defer c.Close()
	_, err := subscribed(c, channel, centrifuge.SubscriptionConfig{})
	return err
}

func invalidToken(network *relay, _ string) error {
	c := client(network, centrifuge.Config{Token: token(300) + "x"})
	defer c.Close()
	gone := make(chan uint32, 10)
	c.OnDisconnected(func(e centrifuge.DisconnectedEvent) { gone <- e.Code })
	if err := c.Connect(); err != nil {
		return err
	}
	code, err := await("disconnected", gone)
	if err == nil && code != 3500 {
		err = fmt.Errorf("code %d", code)
	}
	return err
}

func notOffered(network *relay, channel string) error {
	c := client(network, centrifuge.Config{})
	defer c.Close()
	if _, err := subscribed(c, channel, centrifuge.SubscriptionConfig{}); err != nil {
		return err
	}
	_, err := c.RPC(context.Background(), "m", []byte("{}"))
	var refused *centrifuge.Error
	if !errors.As(err, &refused) || refused.Code != 108 {
		return fmt.Errorf("rpc: %v", err)
	}
	return nil
}

func main() {
	if len(os.Args) != 6 {
		fmt.Fprintln(os.Stderr, "usage: go run . EDGE API KEY SECRET ENCODING")
		os.Exit(2)
	}
	edge, api, key, secret, encoding = os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]
	network, err := newRelay()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	failed := 0
	for _, each := range []struct {
		name string
		run  func(*relay, string) error
	}{
		{"subscribe and hear", hear},
		{"publish", publish},
		{"cut and recover", cutAndRecover},
		{"newest value on subscribe", newest},
		{"filter", filter},
		{"delta", delta},
		{"server-side subscriptions", serverSide},
		{"expired token", expiredToken},
		{"invalid token", invalidToken},
		{"what is not offered", notOffered},
	} {
		channel := "go-" + encoding + "-" + base64.RawURLEncoding.EncodeToString([]byte(each.name))
		if err := each.run(network, channel); err != nil {
			failed++
			fmt.Printf("failed %s: %v\n", each.name, err)
		} else {
			fmt.Printf("ok %s\n", each.name)
		}
	}
	if failed > 0 {
		os.Exit(1)
	}
}

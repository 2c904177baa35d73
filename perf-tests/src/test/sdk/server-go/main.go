// What a service does with the Go SDK of the HTTP API.
//
//	methods API KEY USER CHANNEL
//	methods http://127.0.0.1:9000/api key ann news
//
// USER has one connection and no channels; it is disconnected last. Prints "ok METHOD" or "failed METHOD: WHY" for
// each. Exit code 0 when all are ok.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/centrifugal/gocent/v3"
)

var ctx = context.Background()

func refused(err error, code int) error {
	var api *gocent.Error
	if errors.As(err, &api) && api.Code == code {
		return nil
	}
	return fmt.Errorf("%v, not error %d", err, code)
}

func eventually(question func() (bool, error)) error {
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if yes, err := question(); err != nil || yes {
			return err
		}
	}
	return errors.New("not within 5 s")
}

func main() {
	api, key, user, channel := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	client := gocent.New(gocent.Config{Addr: api, Key: key})
	subscribed := func() (bool, error) {
		result, err := client.Channels(ctx, gocent.WithPattern(channel))
		_, there := result.Channels[channel]
		return there, err
	}
	methods := []struct {
		name string
		run  func() error
	}{
		{"publish", func() error {
			first, err := client.Publish(ctx, channel, []byte(`{"n":1}`))
			if err != nil {
				return err
			}
			second, err := client.Publish(ctx, channel, []byte(`{"n":2}`))
			if err != nil {
				return err
			}
			if first.Epoch != second.Epoch || second.Offset <= first.Offset {
				return fmt.Errorf("%v after %v", second, first)
			}
			_, err = client.Publish(ctx, "no:such", []byte("1"))
			return refused(err, 102)
		}},
		{"broadcast", func() error {
			result, err := client.Broadcast(ctx, []string{channel, "no:such"}, []byte(`{"n":3}`))
			if err != nil {
				return err
			}
			if result.Responses[0].Error != nil || result.Responses[1].Error == nil {
				return fmt.Errorf("%v", result)
			}
			return nil
		}},
		{"history", func() error {
			return eventually(func() (bool, error) {
				result, err := client.History(ctx, channel, gocent.WithLimit(1), gocent.WithReverse(true))
				return len(result.Publications) == 1 && string(result.Publications[0].Data) == `{"n":3}`, err
			})
		}},
		{"history_remove", func() error { return refused(client.HistoryRemove(ctx, channel), 108) }},
		{"subscribe", func() error {
			if err := client.Subscribe(ctx, channel, user); err != nil {
				return err
			}
			return eventually(subscribed)
		}},
		{"unsubscribe", func() error {
			if err := client.Unsubscribe(ctx, channel, user); err != nil {
				return err
			}
			return eventually(func() (bool, error) {
				there, err := subscribed()
				return !there, err
			})
		}},
		{"info", func() error {
			result, err := client.Info(ctx)
			if err == nil && (len(result.Nodes) != 1 || result.Nodes[0].NumClients != 1) {
				return fmt.Errorf("%v", result)
			}
			return err
		}},
		{"pipe", func() error {
			pipe := client.Pipe()
			if err := errors.Join(
				pipe.AddPublish(channel, []byte("4")),
				pipe.AddChannels(),
				pipe.AddUnsubscribe(channel, user)); err != nil {
				return err
			}
			replies, err := client.SendPipe(ctx, pipe)
			if err != nil {
				return err
			}
			for _, reply := range replies {
				if reply.Error != nil {
					return reply.Error
				}
			}
			if len(replies) != 3 {
				return fmt.Errorf("%d replies", len(replies))
			}
			return nil
		}},
		{"wrong_key", func() error {
			_, err := gocent.New(gocent.Config{Addr: api, Key: key + "x"}).Info(ctx)
			var status gocent.ErrStatusCode
			if errors.As(err, &status) && status.Code == 401 {
				return nil
			}
			return fmt.Errorf("%v, not 401", err)
		}},
		{"disconnect", func() error {
			return client.Disconnect(ctx, user,
				gocent.WithDisconnect(&gocent.Disconnect{Code: 4321, Reason: "by a service"}))
		}},
	}
	failed := 0
	for _, method := range methods {
		if err := method.run(); err != nil {
			failed++
			fmt.Printf("failed %s: %v\n", method.name, err)
		} else {
			fmt.Printf("ok %s\n", method.name)
		}
	}
	if failed > 0 {
		os.Exit(1)
	}
}

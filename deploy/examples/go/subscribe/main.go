// Subscribes to a channel with the Go SDK of the Centrifuge family, unchanged. It runs until it is ended.
//
//	go run ./subscribe URL TOKEN CHANNEL
//
// Each publication is a line of stdout. The SDK reconnects by itself and recovers by position.
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/centrifugal/centrifuge-go"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: subscribe URL TOKEN CHANNEL")
	}
	// A program that outlives its token gives GetToken instead, which is asked for each next one.
	client := centrifuge.NewJsonClient(os.Args[1], centrifuge.Config{Token: os.Args[2]})
	ended := make(chan centrifuge.DisconnectedEvent, 1)
	client.OnDisconnected(func(e centrifuge.DisconnectedEvent) { ended <- e }) // for good; a cut is OnConnecting

	subscription, err := client.NewSubscription(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	subscription.OnSubscribed(func(e centrifuge.SubscribedEvent) {
		fmt.Fprintf(os.Stderr, "subscribed recovered=%t\n", e.Recovered)
	})
	subscription.OnPublication(func(e centrifuge.PublicationEvent) { fmt.Println(string(e.Data)) })

	if err := subscription.Subscribe(); err != nil {
		log.Fatal(err)
	}
	if err := client.Connect(); err != nil {
		log.Fatal(err)
	}
	end := <-ended
	log.Fatalf("disconnected code=%d reason=%s", end.Code, end.Reason)
}

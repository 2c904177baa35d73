// Produces one record with franz-go, as any Go service would; Sluice is not involved.
//
//	go run ./produce KAFKA KEY JSON [TOPIC]
//
// KEY is the key part of the channel: news for the channel news, 42 for orders:42. franz-go puts keys into partitions
// as Java does, so there is nothing to set. With Sarama, set `partitioner: fnv1a` in the namespace; with
// confluent-kafka-go, see ../python/produce.py.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	if len(os.Args) != 4 && len(os.Args) != 5 {
		log.Fatal("usage: produce KAFKA KEY JSON [TOPIC]")
	}
	topic := "sluice.default"
	if len(os.Args) == 5 {
		topic = os.Args[4]
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(os.Args[1]))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	record := &kgo.Record{Topic: topic, Key: []byte(os.Args[2]), Value: []byte(os.Args[3])}
	if err := client.ProduceSync(ctx, record).FirstErr(); err != nil {
		log.Fatalf("not produced: %v (is Kafka at %s?)", err, os.Args[1])
	}
	fmt.Printf("produced topic=%s partition=%d offset=%d\n", topic, record.Partition, record.Offset)
}

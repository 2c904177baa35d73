// A token endpoint, with nothing but Go's library: POST /token answers {"token":"…"}.
//
//	HMAC_SECRET=… go run ./token [PORT]
//
// The secret is the nodes' tokens.hmac-secret; PORT is 8080.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"
)

// Short: SDKs fetch the next one by themselves, and one that leaked is soon worth nothing.
const lifetime = 5 * time.Minute

var secret = []byte(os.Getenv("HMAC_SECRET"))

func token(user string) string {
	claims, _ := json.Marshal(map[string]any{"sub": user, "exp": time.Now().Add(lifetime).Unix()})
	part := base64.RawURLEncoding.EncodeToString
	body := part([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + part(claims)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(body))
	return body + "." + part(mac.Sum(nil))
}

func main() {
	if len(secret) == 0 {
		log.Fatal("HMAC_SECRET is not set")
	}
	port := "8080"
	if len(os.Args) > 1 {
		port = os.Args[1]
	}
	http.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		user := "ann" // your session says who it is; answer 401 where nobody is logged in
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]string{"token": token(user)})
	})
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s/\n", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}

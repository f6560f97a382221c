// SPDX-License-Identifier: Apache-2.0
// Command ociregistry serves one of two registries that have the OCI 1.1 referrers API behind the access controllers of
// distribution (htpasswd and token), which they lack: olareg, and the one of go-containerregistry (ggcr), which keeps all
// in memory, never filters by artifactType and lists in random order.
package main

import (
	"errors"
	"flag"
	"log"
	"net/http"
	"strings"

	"github.com/distribution/distribution/v3/registry/auth"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	_ "github.com/distribution/distribution/v3/registry/auth/token"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/olareg/olareg"
	"github.com/olareg/olareg/config"
)

// access names the rights a request needs: none for the base endpoint, otherwise one action on one repository.
func access(r *http.Request) []auth.Access {
	path := strings.TrimPrefix(r.URL.Path, "/v2/")
	for _, part := range []string{"/manifests/", "/blobs/", "/referrers/", "/tags/"} {
		name, _, found := strings.Cut(path, part)
		if !found {
			continue
		}
		repository := auth.Resource{Type: "repository", Name: name}
		needed := []auth.Access{{Resource: repository, Action: "pull"}}
		switch r.Method {
		case http.MethodPost, http.MethodPut, http.MethodPatch:
			needed = append(needed, auth.Access{Resource: repository, Action: "push"})
		case http.MethodDelete:
			needed = []auth.Access{{Resource: repository, Action: "delete"}}
		}
		return needed
	}
	return nil
}

func guard(controller auth.AccessController, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := controller.Authorized(r, access(r)...)
		if err == nil {
			next.ServeHTTP(w, r)
			return
		}
		status := http.StatusBadRequest
		if challenge := auth.Challenge(nil); errors.As(err, &challenge) {
			challenge.SetHeaders(r, w)
			status = http.StatusUnauthorized
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}` + "\n"))
	})
}

func main() {
	addr := flag.String("addr", "127.0.0.1:5000", "listen address")
	engine := flag.String("engine", "olareg", "olareg or ggcr")
	dir := flag.String("dir", "", "storage folder of olareg (memory when empty)")
	cert := flag.String("tls-cert", "", "certificate file")
	key := flag.String("tls-key", "", "key file")
	referrers := flag.Bool("referrers", true, "serve the referrers API")
	htpasswd := flag.String("htpasswd", "", "password file (bcrypt): basic authentication")
	realm := flag.String("token-realm", "", "token server address: bearer authentication")
	root := flag.String("token-root", "", "certificate that signs tokens; issuer and service are both called peers")
	flag.Parse()

	var handler http.Handler
	switch *engine {
	case "olareg":
		conf := config.Config{API: config.ConfigAPI{
			DeleteEnabled: new(true),
			Referrer:      config.ConfigAPIReferrer{Enabled: referrers},
		}}
		conf.Storage.StoreType = config.StoreMem
		if *dir != "" {
			conf.Storage.StoreType, conf.Storage.RootDir = config.StoreDir, *dir
		}
		handler = olareg.New(conf)
	case "ggcr":
		handler = registry.New(registry.WithReferrersSupport(*referrers))
	default:
		log.Fatal("no such engine: ", *engine)
	}

	var controller auth.AccessController
	var err error
	switch {
	case *htpasswd != "":
		controller, err = auth.GetAccessController("htpasswd", map[string]any{"realm": "peers", "path": *htpasswd})
	case *realm != "":
		controller, err = auth.GetAccessController("token", map[string]any{
			"realm": *realm, "issuer": "peers", "service": "peers", "rootcertbundle": *root, "jwks": "",
		})
	}
	if err != nil {
		log.Fatal(err)
	}
	if controller != nil {
		handler = guard(controller, handler)
	}
	if *cert != "" {
		log.Fatal(http.ListenAndServeTLS(*addr, *cert, *key, handler))
	}
	log.Fatal(http.ListenAndServe(*addr, handler))
}

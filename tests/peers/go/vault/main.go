// SPDX-License-Identifier: Apache-2.0
// Command vault is a small Azure Key Vault for tests: secrets, keys and certificates over HTTPS, in memory, plus the
// token endpoints of Microsoft Entra and of the instance metadata service. Each host name that it is asked by is a vault of
// its own. The JSON is written by Microsoft's own Go models; ../../vault-check.py holds the behaviour against their Python SDK.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"sync"
)

type vault struct {
	mutex    sync.Mutex
	objects  map[string]*object // secrets and certificates, by host and name
	keys     map[string]*object // those that are no certificate's, likewise
	tokens   map[string]string  // the audience of each token issued
	audience string             // of the tokens that this service takes
	tenant   string             // in the challenge
	pageSize int
}

// failure is an error answer of the service.
type failure struct {
	status               int
	code, message, inner string
}

func (f *failure) Error() string { return f.message }

func fail(status int, code, message string) error {
	return &failure{status: status, code: code, message: message}
}

// reply is an answer with another status than 200.
type reply struct {
	status int
	body   any
}

func answer(w http.ResponseWriter, status int, body any) {
	if body == nil {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func answerFailure(w http.ResponseWriter, failed *failure) {
	body := map[string]any{"code": failed.code, "message": failed.message}
	if failed.inner != "" {
		body["innererror"] = map[string]string{"code": failed.inner}
	}
	answer(w, failed.status, map[string]any{"error": body})
}

// operation is one of the data plane. None is a request without a body.
type operation[In any] func(*http.Request, In) (any, error)
type none struct{}

// handle registers an operation: it checks token and api-version, decodes In and answers what serve returns.
func handle[In any](mux *http.ServeMux, v *vault, pattern string, serve operation[In]) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		v.mutex.Lock()
		defer v.mutex.Unlock()
		out, err := call(v, w, r, serve)
		if failed := (*failure)(nil); errors.As(err, &failed) {
			answerFailure(w, failed)
		} else if err != nil {
			answerFailure(w, &failure{http.StatusInternalServerError, "InternalServerError", err.Error(), ""})
		} else if special, ok := out.(reply); ok {
			answer(w, special.status, special.body)
		} else {
			answer(w, http.StatusOK, out)
		}
	})
}

func call[In any](v *vault, w http.ResponseWriter, r *http.Request, serve operation[In]) (any, error) {
	if err := v.authorize(w, r); err != nil {
		return nil, err
	}
	if r.URL.Query().Get("api-version") == "" {
		return nil, fail(http.StatusBadRequest, "BadParameter", "api-version must be specified")
	}
	var in In
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil && err != io.EOF {
		return nil, fail(http.StatusBadRequest, "BadParameter", "the body is not JSON")
	}
	return serve(r, in)
}

// authorize wants a token that was issued here, for exactly this audience: a slash at its end makes another one, as on Azure.
func (v *vault) authorize(w http.ResponseWriter, r *http.Request) error {
	audience, known := v.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if known && audience == v.audience {
		return nil
	}
	w.Header().Set("WWW-Authenticate",
		fmt.Sprintf("Bearer authorization=\"https://login.microsoftonline.com/%s\", resource=%q", v.tenant, v.audience))
	if known {
		return fail(http.StatusUnauthorized, "Unauthorized",
			fmt.Sprintf("AKV10022: Invalid audience. Expected %s, found: %s.", v.audience, audience))
	}
	return fail(http.StatusUnauthorized, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.")
}

func (v *vault) routes() *http.ServeMux {
	mux := http.NewServeMux()
	v.tokenRoutes(mux)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })

	handle(mux, v, "GET /secrets", v.listSecrets)
	handle(mux, v, "PUT /secrets/{name}", v.setSecret)
	handle(mux, v, "GET /secrets/{name}", v.getSecret)
	handle(mux, v, "GET /secrets/{name}/{$}", v.getSecret) // Microsoft's clients put an empty version after the name
	handle(mux, v, "GET /secrets/{name}/{version}", v.getSecret)
	handle(mux, v, "PATCH /secrets/{name}/{$}", v.updateSecret)
	handle(mux, v, "PATCH /secrets/{name}/{version}", v.updateSecret)
	handle(mux, v, "GET /secrets/{name}/versions", v.listSecretVersions)
	handle(mux, v, "DELETE /secrets/{name}", v.deleteSecret)
	handle(mux, v, "GET /deletedsecrets/{name}", v.getDeletedSecret)
	handle(mux, v, "POST /deletedsecrets/{name}/recover", v.recoverSecret)
	handle(mux, v, "DELETE /deletedsecrets/{name}", v.purge)

	handle(mux, v, "GET /keys", v.listKeys)
	handle(mux, v, "PUT /keys/{name}", v.importKey)
	handle(mux, v, "POST /keys/{name}/create", v.createKey)
	handle(mux, v, "GET /keys/{name}", v.getKey)
	handle(mux, v, "GET /keys/{name}/{$}", v.getKey)
	handle(mux, v, "GET /keys/{name}/{version}", v.getKey)
	handle(mux, v, "PATCH /keys/{name}/{$}", v.updateKey)
	handle(mux, v, "PATCH /keys/{name}/{version}", v.updateKey)
	handle(mux, v, "GET /keys/{name}/versions", v.listKeyVersions)
	handle(mux, v, "POST /keys/{name}/sign", v.sign) // see withoutVersion
	handle(mux, v, "POST /keys/{name}/{version}/sign", v.sign)
	handle(mux, v, "POST /keys/{name}/verify", v.verify)
	handle(mux, v, "POST /keys/{name}/{version}/verify", v.verify)
	handle(mux, v, "DELETE /keys/{name}", v.deleteKey)
	handle(mux, v, "GET /deletedkeys/{name}", v.getDeletedKey)
	handle(mux, v, "POST /deletedkeys/{name}/recover", v.recoverKey)
	handle(mux, v, "DELETE /deletedkeys/{name}", v.purgeKey)

	handle(mux, v, "GET /certificates", v.listCertificates)
	handle(mux, v, "POST /certificates/{name}/import", v.importCertificate)
	handle(mux, v, "POST /certificates/{name}/create", v.createCertificate)
	handle(mux, v, "GET /certificates/{name}/pending", v.getOperation)
	handle(mux, v, "GET /certificates/{name}", v.getCertificate)
	handle(mux, v, "GET /certificates/{name}/{$}", v.getCertificate)
	handle(mux, v, "GET /certificates/{name}/{version}", v.getCertificate)
	handle(mux, v, "PATCH /certificates/{name}/{$}", v.updateCertificate)
	handle(mux, v, "PATCH /certificates/{name}/{version}", v.updateCertificate)
	handle(mux, v, "GET /certificates/{name}/versions", v.listCertificateVersions)
	handle(mux, v, "DELETE /certificates/{name}", v.deleteCertificate)
	handle(mux, v, "GET /deletedcertificates/{name}", v.getDeletedCertificate)
	handle(mux, v, "POST /deletedcertificates/{name}/recover", v.recoverCertificate)
	handle(mux, v, "DELETE /deletedcertificates/{name}", v.purge)
	return mux
}

// withoutVersion lets an empty version stand in the middle of a path: /keys/NAME//sign, for which a mux would redirect.
func withoutVersion(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/keys/") {
			r.URL.Path = strings.Replace(r.URL.Path, "//", "/", 1)
		}
		next.ServeHTTP(w, r)
	})
}

func main() {
	addr := flag.String("addr", "127.0.0.1:8443", "HTTPS listen address: vault and Entra")
	imds := flag.String("imds-addr", "", "HTTP listen address of the instance metadata service")
	cert := flag.String("tls-cert", "", "certificate file")
	key := flag.String("tls-key", "", "key file")
	audience := flag.String("audience", "https://vault.azure.net", "of the tokens that the vault takes")
	pageSize := flag.Int("page-size", 25, "most entries on a page of a list")
	tenant := flag.String("tenant", "11111111-1111-1111-1111-111111111111", "tenant in the challenge")
	flag.Parse()

	v := &vault{objects: map[string]*object{}, keys: map[string]*object{}, tokens: map[string]string{}, audience: *audience,
		tenant: *tenant, pageSize: *pageSize}
	mux := withoutVersion(v.routes())
	if *imds != "" {
		go func() { log.Fatal(http.ListenAndServe(*imds, mux)) }()
	}
	log.Fatal(http.ListenAndServeTLS(*addr, *cert, *key, mux))
}

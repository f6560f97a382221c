// SPDX-License-Identifier: Apache-2.0
package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const tokenLife = 3599 // seconds, as Entra says

func random() string {
	data := make([]byte, 16)
	_, _ = rand.Read(data)
	return hex.EncodeToString(data)
}

// tokenRoutes serves both endpoints on both ports: a test decides which one it reaches by which name.
func (v *vault) tokenRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /metadata/identity/oauth2/token", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Metadata") != "true" {
			answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_request",
				"error_description": "Required metadata header not specified"})
			return
		}
		v.answerToken(w, r.URL.Query().Get("resource"))
	})
	mux.HandleFunc("POST /{tenant}/oauth2/v2.0/token", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("grant_type") != "client_credentials" || r.FormValue("client_assertion")+r.FormValue("client_secret") == "" {
			answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client", "error_codes": []int{700213},
				"error_description": "AADSTS700213: no matching federated identity record"})
			return
		}
		v.answerToken(w, r.FormValue("scope"))
	})
	mux.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		base := "https://" + r.Host + "/" + r.PathValue("tenant")
		answer(w, http.StatusOK, map[string]string{"issuer": base + "/v2.0",
			"token_endpoint": base + "/oauth2/v2.0/token", "authorization_endpoint": base + "/oauth2/v2.0/authorize"})
	})
}

// answerToken gives a new access token for any audience: that of a scope (Entra's form "AUDIENCE/.default"), or a resource.
func (v *vault) answerToken(w http.ResponseWriter, scope string) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	audience := strings.TrimSuffix(strings.Fields(scope + " -")[0], "/.default")
	value := v.newToken(audience)
	v.tokens[value] = audience
	answer(w, http.StatusOK, map[string]any{"token_type": "Bearer", "access_token": value, "resource": audience,
		"expires_in": tokenLife, "ext_expires_in": tokenLife,
		"expires_on": strconv.FormatInt(time.Now().Unix()+tokenLife, 10)})
}

// newToken looks like a JWT. Nobody but the vault that issued it can tell whether it is good.
func (v *vault) newToken(audience string) string {
	now := time.Now().Unix()
	part := func(content map[string]any) string {
		data, _ := json.Marshal(content)
		return base64.RawURLEncoding.EncodeToString(data)
	}
	return part(map[string]any{"alg": "RS256", "typ": "JWT"}) + "." +
		part(map[string]any{"aud": audience, "iss": "https://sts.windows.net/" + v.tenant + "/", "iat": now, "nbf": now,
			"exp": now + tokenLife, "jti": random()}) + "." + base64.RawURLEncoding.EncodeToString([]byte(random()))
}

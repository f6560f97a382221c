// SPDX-License-Identifier: Apache-2.0
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azkeys"
)

// algorithm of a signature: RSASSA-PSS, PKCS #1 v1.5 when there is no salt, or ECDSA on one curve alone.
type algorithm struct {
	hash  crypto.Hash
	curve azkeys.CurveName
	salt  bool
}

var algorithms = map[azkeys.SignatureAlgorithm]algorithm{
	azkeys.SignatureAlgorithmPS256: {hash: crypto.SHA256, salt: true},
	azkeys.SignatureAlgorithmPS384: {hash: crypto.SHA384, salt: true},
	azkeys.SignatureAlgorithmPS512: {hash: crypto.SHA512, salt: true},
	azkeys.SignatureAlgorithmRS256: {hash: crypto.SHA256},
	azkeys.SignatureAlgorithmRS384: {hash: crypto.SHA384},
	azkeys.SignatureAlgorithmRS512: {hash: crypto.SHA512},
	azkeys.SignatureAlgorithmES256: {hash: crypto.SHA256, curve: azkeys.CurveNameP256},
	azkeys.SignatureAlgorithmES384: {hash: crypto.SHA384, curve: azkeys.CurveNameP384},
	azkeys.SignatureAlgorithmES512: {hash: crypto.SHA512, curve: azkeys.CurveNameP521}}

// usable is the key of the request, when it may do this now. Only signing ends with the key's time: what was signed before
// can be verified for ever.
func (v *vault) usable(r *http.Request, operation azkeys.KeyOperation) (*heldKey, error) {
	found, err := v.find(r, "Key")
	if err != nil {
		return nil, err
	}
	refuse := func(why, inner string) error {
		return &failure{http.StatusForbidden, "Forbidden", "Operation " + string(operation) + " is not " + why, inner}
	}
	attributes, now := found.key.bundle.Attributes, time.Now()
	permitted := slices.ContainsFunc(found.key.bundle.Key.KeyOps, func(each *azkeys.KeyOperation) bool { return *each == operation })
	switch signing := operation == azkeys.KeyOperationSign; {
	case !*attributes.Enabled:
		return nil, refuse("allowed on a disabled key.", "KeyDisabled")
	case !permitted:
		return nil, refuse("permitted on this key.", "KeyOperationForbidden")
	case signing && attributes.NotBefore != nil && now.Before(*attributes.NotBefore):
		return nil, refuse("allowed on a key that is not yet valid.", "KeyNotYetValid")
	case signing && attributes.Expires != nil && now.After(*attributes.Expires):
		return nil, refuse("allowed on an expired key.", "KeyExpired")
	}
	return found.key, nil
}

// fitting is the algorithm that a request names, when it is one for this key, and the digest as long as it makes them.
func fitting(key *heldKey, name *azkeys.SignatureAlgorithm, digest []byte) (algorithm, error) {
	if name == nil {
		return algorithm{}, bad("Property alg is required.")
	}
	chosen, known := algorithms[*name]
	if !known {
		return algorithm{}, bad("The signing algorithm is not supported: %s", *name)
	}
	shown := key.bundle.Key
	kind := azkeys.KeyTypeRSA
	if chosen.curve != "" {
		kind = azkeys.KeyTypeEC
	}
	switch {
	case strings.TrimSuffix(string(*shown.Kty), "-HSM") != string(kind):
		return algorithm{}, bad("Key and signing algorithm are incompatible. Key %s is of type '%s', and algorithm '%s' can only be used "+
			"with a key of type '%s' or '%s-HSM'.", *shown.KID, *shown.Kty, *name, kind, kind)
	case chosen.curve != "" && *shown.Crv != chosen.curve:
		return algorithm{}, bad("Key and signing algorithm are incompatible. Key %s uses curve '%s', and algorithm '%s' can only be used "+
			"with curve '%s'.", *shown.KID, *shown.Crv, *name, chosen.curve)
	case len(digest) != chosen.hash.Size():
		return algorithm{}, bad("Invalid length of 'value': %d bytes. %s requires %d bytes, encoded with base64url.", len(digest), *name,
			chosen.hash.Size())
	}
	return chosen, nil
}

func (v *vault) sign(r *http.Request, in azkeys.SignParameters) (any, error) {
	key, err := v.usable(r, azkeys.KeyOperationSign)
	if err != nil {
		return nil, err
	}
	chosen, err := fitting(key, in.Algorithm, in.Value)
	if err != nil {
		return nil, err
	}
	value, err := chosen.sign(key.private, in.Value)
	if err != nil {
		return nil, err
	}
	return azkeys.KeyOperationResult{KID: key.bundle.Key.KID, Result: value}, nil
}

func (v *vault) verify(r *http.Request, in azkeys.VerifyParameters) (any, error) {
	key, err := v.usable(r, azkeys.KeyOperationVerify)
	if err != nil {
		return nil, err
	}
	chosen, err := fitting(key, in.Algorithm, in.Digest)
	if err != nil {
		return nil, err
	}
	return azkeys.KeyVerifyResult{Value: new(chosen.verify(key.private.Public(), in.Digest, in.Signature))}, nil
}

func (a algorithm) options() crypto.SignerOpts {
	if a.salt {
		return &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: a.hash}
	}
	return a.hash
}

// sign gives r and s of ECDSA as they stand in JWS: each as long as the curve's numbers.
func (a algorithm) sign(private crypto.Signer, digest []byte) ([]byte, error) {
	curved, isCurved := private.(*ecdsa.PrivateKey)
	if !isCurved {
		return private.Sign(rand.Reader, digest, a.options())
	}
	r, s, err := ecdsa.Sign(rand.Reader, curved, digest)
	if err != nil {
		return nil, err
	}
	half := (curved.Curve.Params().BitSize + 7) / 8
	value := make([]byte, 2*half)
	r.FillBytes(value[:half])
	s.FillBytes(value[half:])
	return value, nil
}

func (a algorithm) verify(public crypto.PublicKey, digest, value []byte) bool {
	switch key := public.(type) {
	case *ecdsa.PublicKey:
		half := len(value) / 2
		if len(value) != 2*((key.Curve.Params().BitSize+7)/8) {
			return false
		}
		return ecdsa.Verify(key, digest, new(big.Int).SetBytes(value[:half]), new(big.Int).SetBytes(value[half:]))
	case *rsa.PublicKey:
		if a.salt {
			return rsa.VerifyPSS(key, a.hash, digest, value, a.options().(*rsa.PSSOptions)) == nil
		}
		return rsa.VerifyPKCS1v15(key, a.hash, digest, value) == nil
	}
	return false
}

// SPDX-License-Identifier: Apache-2.0
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math/big"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azkeys"
)

var curves = map[azkeys.CurveName]elliptic.Curve{
	azkeys.CurveNameP256: elliptic.P256(), azkeys.CurveNameP384: elliptic.P384(), azkeys.CurveNameP521: elliptic.P521()}

func bad(format string, values ...any) error {
	return fail(http.StatusBadRequest, "BadParameter", fmt.Sprintf(format, values...))
}

// isRSA: a type of key that this vault holds, in software or as if in hardware. Its curve P-256K is not here.
func isRSA(kind azkeys.KeyType) (bool, error) {
	switch kind {
	case azkeys.KeyTypeRSA, azkeys.KeyTypeRSAHSM:
		return true, nil
	case azkeys.KeyTypeEC, azkeys.KeyTypeECHSM:
		return false, nil
	}
	return false, bad("The key type is not supported: %s", kind)
}

func generate(kind azkeys.KeyType, size *int32, curve *azkeys.CurveName) (crypto.Signer, error) {
	ofRSA, err := isRSA(kind)
	if err != nil {
		return nil, err
	}
	if ofRSA {
		bits := int(*or(size, new(int32(2048))))
		if err := checkSize(bits); err != nil {
			return nil, err
		}
		return rsa.GenerateKey(rand.Reader, bits)
	}
	name := *or(curve, new(azkeys.CurveNameP256))
	known := curves[name]
	if known == nil {
		return nil, bad("The curve is not supported: %s", name)
	}
	if size != nil && int(*size) != known.Params().BitSize {
		return nil, bad("Unsupported key size (%d). Supported sizes are [256, 384, 521]", *size)
	}
	return ecdsa.GenerateKey(known, rand.Reader)
}

func checkSize(bits int) error {
	if bits != 2048 && bits != 3072 && bits != 4096 {
		return bad("Unsupported key size (%d). Supported sizes are [2048, 3072, 4096]", bits)
	}
	return nil
}

// checkStrength: is it a key that the vault would have made?
func checkStrength(public crypto.PublicKey) error {
	switch key := public.(type) {
	case *rsa.PublicKey:
		return checkSize(key.N.BitLen())
	case *ecdsa.PublicKey:
		if curves[azkeys.CurveName(key.Curve.Params().Name)] == nil {
			return bad("The curve is not supported: %s", key.Curve.Params().Name)
		}
		return nil
	}
	return bad("The key type is not supported.")
}

// publicOf is a key as it is shown.
func publicOf(public crypto.PublicKey, kind azkeys.KeyType) *azkeys.JSONWebKey {
	shown := &azkeys.JSONWebKey{Kty: &kind}
	switch key := public.(type) {
	case *rsa.PublicKey:
		shown.N, shown.E = key.N.Bytes(), big.NewInt(int64(key.E)).Bytes()
	case *ecdsa.PublicKey:
		point, _ := key.Bytes() // 4, x, y
		half := len(point) / 2
		shown.Crv = new(azkeys.CurveName(key.Curve.Params().Name))
		shown.X, shown.Y = point[1:1+half], point[1+half:]
	}
	return shown
}

// privateOf reads a key that is imported. What it says of itself must agree with its private part.
func privateOf(given *azkeys.JSONWebKey) (crypto.Signer, error) {
	ofRSA, err := isRSA(*given.Kty)
	if err != nil {
		return nil, err
	}
	if len(given.D) == 0 {
		return nil, bad("The key has no private part.")
	}
	if !ofRSA {
		return curveKeyOf(given)
	}
	number := func(data []byte) *big.Int { return new(big.Int).SetBytes(data) }
	key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: number(given.N), E: int(number(given.E).Int64())}, D: number(given.D),
		Primes: []*big.Int{number(given.P), number(given.Q)}}
	if err := checkSize(key.N.BitLen()); err != nil {
		return nil, err
	}
	if err := key.Validate(); err != nil {
		return nil, bad("The key is not valid: %s", err)
	}
	key.Precompute()
	return key, nil
}

func curveKeyOf(given *azkeys.JSONWebKey) (crypto.Signer, error) {
	if given.Crv == nil || curves[*given.Crv] == nil {
		return nil, bad("The curve is not supported.")
	}
	key, err := ecdsa.ParseRawPrivateKey(curves[*given.Crv], given.D)
	if err != nil {
		return nil, bad("The key is not valid: %s", err)
	}
	shown := publicOf(key.Public(), *given.Kty)
	if string(shown.X) != string(given.X) || string(shown.Y) != string(given.Y) {
		return nil, bad("The key is not valid: its point is another's.")
	}
	return key, nil
}

// keyTypeOf a certificate's key.
func keyTypeOf(public crypto.PublicKey) azkeys.KeyType {
	if _, ofRSA := public.(*rsa.PublicKey); ofRSA {
		return azkeys.KeyTypeRSA
	}
	return azkeys.KeyTypeEC
}

// operationsOf a certificate's key follow from its key usage.
func operationsOf(usage x509.KeyUsage, kind azkeys.KeyType) []*azkeys.KeyOperation {
	operations := []azkeys.KeyOperation{}
	signing := x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	if usage&signing != 0 || usage == 0 {
		operations = append(operations, azkeys.KeyOperationSign, azkeys.KeyOperationVerify)
	}
	if strings.HasPrefix(string(kind), "RSA") {
		if usage&x509.KeyUsageDataEncipherment != 0 {
			operations = append(operations, azkeys.KeyOperationEncrypt, azkeys.KeyOperationDecrypt)
		}
		if usage&x509.KeyUsageKeyEncipherment != 0 || usage == 0 {
			operations = append(operations, azkeys.KeyOperationWrapKey, azkeys.KeyOperationUnwrapKey)
		}
	}
	return pointers(operations...)
}

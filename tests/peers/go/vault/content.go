// SPDX-License-Identifier: Apache-2.0
package main

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azcertificates"
)

const (
	typePEM    = "application/x-pem-file"
	typePKCS12 = "application/x-pkcs12"
)

// decode gives the PEM text of an imported certificate and the content type that it came in: PEM (which clients send as it
// is or in base64) or PKCS #12.
func decode(value, password string) (content []byte, contentType string, err error) {
	data, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		data = []byte(value)
	}
	if bytes.Contains(data, []byte("-----BEGIN")) {
		if !bytes.Contains(data, []byte("-----BEGIN PRIVATE KEY-----")) { // PKCS #8 alone
			return nil, "", errors.New("the specified PEM X.509 certificate content is in an unexpected format")
		}
		return data, typePEM, nil
	}
	content, err = pkcs12(data, "-nodes", "-passin", "pass:"+password)
	return content, typePKCS12, err
}

// pkcs12 gives a file to openssl, which reads it more than once, and returns what it says.
func pkcs12(data []byte, options ...string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "vault")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "in")
	if err = os.WriteFile(file, data, 0o600); err != nil {
		return nil, err
	}
	return exec.Command("openssl", append([]string{"pkcs12", "-in", file}, options...)...).Output()
}

// encode gives a secret's value as Azure stores it: PEM stays PEM, PKCS #12 has an empty password.
func encode(content []byte, contentType string, exportable bool) (string, error) {
	if !exportable {
		content = certificatesOf(content)
	}
	switch contentType {
	case typePEM:
		return string(content), nil
	case typePKCS12:
		options := []string{"-export", "-passout", "pass:"}
		if !exportable {
			options = append(options, "-nokeys")
		}
		data, err := pkcs12(content, options...)
		return base64.StdEncoding.EncodeToString(data), err
	}
	return "", errors.New("the content type is not supported: " + contentType)
}

func certificatesOf(content []byte) []byte {
	var certificates []byte
	for block, rest := pem.Decode(content); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			certificates = append(certificates, pem.EncodeToMemory(block)...)
		}
	}
	return certificates
}

var keyUsages = map[azcertificates.KeyUsageType]x509.KeyUsage{
	"digitalSignature": x509.KeyUsageDigitalSignature, "nonRepudiation": x509.KeyUsageContentCommitment,
	"keyEncipherment": x509.KeyUsageKeyEncipherment, "dataEncipherment": x509.KeyUsageDataEncipherment,
	"keyAgreement": x509.KeyUsageKeyAgreement, "keyCertSign": x509.KeyUsageCertSign, "cRLSign": x509.KeyUsageCRLSign}

// selfSigned makes what the issuer "Self" makes, as PEM: key, then certificate.
func selfSigned(policy *azcertificates.CertificatePolicy, key crypto.Signer) ([]byte, error) {
	template, err := templateOf(policy.X509CertificateProperties)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})...), nil
}

func templateOf(asked *azcertificates.X509CertificateProperties) (*x509.Certificate, error) {
	if asked == nil || asked.Subject == nil {
		return nil, errors.New("the policy has no subject")
	}
	subject, err := subjectOf(*asked.Subject)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	months := 12
	if asked.ValidityInMonths != nil {
		months = int(*asked.ValidityInMonths)
	}
	now := time.Now().UTC().Truncate(time.Second)
	template := &x509.Certificate{SerialNumber: serial, Subject: subject, BasicConstraintsValid: true,
		NotBefore: now.Add(-10 * time.Minute), NotAfter: now.AddDate(0, months, 0)}
	keyUsage, extended := asked.KeyUsage, asked.EnhancedKeyUsage
	if keyUsage == nil { // what Key Vault makes of itself is for TLS
		keyUsage = pointers(azcertificates.KeyUsageTypeDigitalSignature, azcertificates.KeyUsageTypeKeyEncipherment)
	}
	if extended == nil {
		extended = pointers("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2")
	}
	for _, usage := range keyUsage {
		template.KeyUsage |= keyUsages[*usage]
	}
	for _, usage := range extended {
		identifier, err := identifierOf(*usage)
		if err != nil {
			return nil, err
		}
		template.UnknownExtKeyUsage = append(template.UnknownExtKeyUsage, identifier)
	}
	return template, nil
}

// subjectOf reads "C=US, ST=WA, O=notation, CN=x". Values with a comma are not supported.
func subjectOf(text string) (pkix.Name, error) {
	name := pkix.Name{}
	for _, part := range strings.Split(text, ",") {
		attribute, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch attribute {
		case "C":
			name.Country = append(name.Country, value)
		case "ST":
			name.Province = append(name.Province, value)
		case "L":
			name.Locality = append(name.Locality, value)
		case "O":
			name.Organization = append(name.Organization, value)
		case "OU":
			name.OrganizationalUnit = append(name.OrganizationalUnit, value)
		case "CN":
			name.CommonName = value
		default:
			return name, errors.New("the subject cannot be read: " + text)
		}
	}
	return name, nil
}

func identifierOf(text string) (asn1.ObjectIdentifier, error) {
	identifier := asn1.ObjectIdentifier{}
	for _, part := range strings.Split(text, ".") {
		number, err := strconv.Atoi(part)
		if err != nil {
			return nil, errors.New("no object identifier: " + text)
		}
		identifier = append(identifier, number)
	}
	return identifier, nil
}

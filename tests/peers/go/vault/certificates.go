// SPDX-License-Identifier: Apache-2.0
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/tls"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azcertificates"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azkeys"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
)

func (v *vault) importCertificate(r *http.Request, in azcertificates.ImportCertificateParameters) (any, error) {
	if in.Base64EncodedCertificate == nil {
		return nil, fail(http.StatusBadRequest, "BadParameter", "Property value is required.")
	}
	into, err := v.room(r, "Certificate")
	if err != nil {
		return nil, err
	}
	password := ""
	if in.Password != nil {
		password = *in.Password
	}
	content, contentType, err := decode(*in.Base64EncodedCertificate, password)
	if err != nil {
		return nil, fail(http.StatusBadRequest, "BadParameter", "The certificate cannot be read: "+err.Error())
	}
	policy := policyOf(in.CertificatePolicy, "Unknown")
	policy.SecretProperties = &azcertificates.SecretProperties{ContentType: &contentType}
	with := properties{tags: in.Tags}
	if in.CertificateAttributes != nil {
		with.enabled = in.CertificateAttributes.Enabled
	}
	return v.keep(r, into, content, policy, with)
}

// createCertificate makes the key and signs with it at once, where Azure takes some seconds; clients must look for the end
// all the same.
func (v *vault) createCertificate(r *http.Request, in azcertificates.CreateCertificateParameters) (any, error) {
	into, err := v.room(r, "Certificate")
	if err != nil {
		return nil, err
	}
	policy := policyOf(in.CertificatePolicy, "Self")
	if *policy.IssuerParameters.Name != "Self" {
		return nil, fail(http.StatusBadRequest, "BadParameter", "This vault knows the issuer Self only.")
	}
	private, err := keyFor(policy.KeyProperties, into)
	if err != nil {
		return nil, err
	}
	content, err := selfSigned(policy, private)
	if err != nil {
		return nil, fail(http.StatusBadRequest, "BadParameter", err.Error())
	}
	with := properties{tags: in.Tags}
	if in.CertificateAttributes != nil {
		with.enabled = in.CertificateAttributes.Enabled
	}
	made, err := v.keep(r, into, content, policy, with)
	if err != nil {
		return nil, err
	}
	into.pending = &azcertificates.CertificateOperation{
		ID:               new(azcertificates.ID(base(r) + "/certificates/" + into.name + "/pending")),
		IssuerParameters: policy.IssuerParameters, Status: new("completed"), RequestID: new(random()),
		Target: new(base(r) + "/certificates/" + into.name), CSR: made.CER}
	began := *into.pending
	began.Status = new("inProgress")
	return reply{http.StatusAccepted, began}, nil
}

// keyFor a new version of a certificate: the version before's when the policy says so, or a new one.
func keyFor(asked *azcertificates.KeyProperties, into *object) (crypto.Signer, error) {
	if asked.ReuseKey != nil && *asked.ReuseKey && len(into.versions) > 0 {
		return into.newest().key.private, nil
	}
	kind := azkeys.KeyTypeRSA
	if asked.KeyType != nil {
		kind = azkeys.KeyType(*asked.KeyType)
	}
	return generate(kind, asked.KeySize, (*azkeys.CurveName)(asked.Curve))
}

func (v *vault) getOperation(r *http.Request, _ none) (any, error) {
	found, err := v.held(r, "Certificate")
	if err != nil || found.pending == nil {
		return nil, notFound("PendingCertificate", r.PathValue("name"))
	}
	return found.pending, nil
}

// policyOf fills in what a request may leave out.
func policyOf(given *azcertificates.CertificatePolicy, issuer string) *azcertificates.CertificatePolicy {
	policy := azcertificates.CertificatePolicy{}
	if given != nil {
		policy = *given
	}
	if policy.KeyProperties == nil {
		policy.KeyProperties = &azcertificates.KeyProperties{}
	}
	if policy.KeyProperties.Exportable == nil {
		policy.KeyProperties.Exportable = new(true)
	}
	if policy.IssuerParameters == nil || policy.IssuerParameters.Name == nil {
		policy.IssuerParameters = &azcertificates.IssuerParameters{Name: &issuer}
	}
	if policy.SecretProperties == nil || policy.SecretProperties.ContentType == nil {
		policy.SecretProperties = &azcertificates.SecretProperties{ContentType: new(typePKCS12)}
	}
	return &policy
}

// keep adds a version of a certificate, with the secret of the same name and version. The content is PEM: key and chain.
// A key that is not exportable stays in the vault, so that the secret has the certificates alone.
func (v *vault) keep(r *http.Request, into *object, content []byte, policy *azcertificates.CertificatePolicy,
	with properties) (*azcertificates.Certificate, error) {
	pair, err := tls.X509KeyPair(content, content)
	if err != nil {
		return nil, fail(http.StatusBadRequest, "BadParameter", "The certificate and its key cannot be read: "+err.Error())
	}
	if err := checkStrength(pair.Leaf.PublicKey); err != nil {
		return nil, err
	}
	describeKey(policy.KeyProperties, pair.Leaf.PublicKey)
	contentType := policy.SecretProperties.ContentType
	value, err := encode(content, *contentType, *policy.KeyProperties.Exportable)
	if err != nil {
		return nil, fail(http.StatusBadRequest, "BadParameter", err.Error())
	}
	with.notBefore, with.expires = &pair.Leaf.NotBefore, &pair.Leaf.NotAfter
	added := v.add(r, into, value, contentType, with)
	added.secret.Managed = new(true)
	tail := into.name + "/" + added.id
	attributes, thumbprint := added.secret.Attributes, sha1.Sum(pair.Certificate[0])
	added.secret.KID = new(azsecrets.ID(base(r) + "/keys/" + tail))
	added.certificate = &azcertificates.Certificate{
		ID:             new(azcertificates.ID(base(r) + "/certificates/" + tail)),
		KID:            new(azcertificates.ID(base(r) + "/keys/" + tail)),
		SID:            new(azcertificates.ID(base(r) + "/secrets/" + tail)),
		CER:            pair.Certificate[0],
		X509Thumbprint: thumbprint[:],
		Policy:         policy,
		Tags:           with.tags,
		Attributes: &azcertificates.CertificateAttributes{Enabled: attributes.Enabled, Created: attributes.Created,
			Updated: attributes.Updated, NotBefore: attributes.NotBefore, Expires: attributes.Expires,
			RecoveryLevel: attributes.RecoveryLevel, RecoverableDays: attributes.RecoverableDays},
	}
	kind := azkeys.KeyType(*policy.KeyProperties.KeyType)
	added.key = keyOfCertificate(added.certificate, pair.PrivateKey.(crypto.Signer), kind, operationsOf(pair.Leaf.KeyUsage, kind))
	return added.certificate, nil
}

// describeKey says in the policy what the key is.
func describeKey(properties *azcertificates.KeyProperties, public crypto.PublicKey) {
	kind := keyTypeOf(public)
	if given := properties.KeyType; given == nil || !strings.HasPrefix(string(*given), string(kind)) {
		properties.KeyType = new(azcertificates.KeyType(kind))
	}
	switch key := public.(type) {
	case *rsa.PublicKey:
		properties.KeySize, properties.Curve = new(int32(key.N.BitLen())), nil
	case *ecdsa.PublicKey:
		properties.KeySize = new(int32(key.Curve.Params().BitSize))
		properties.Curve = new(azcertificates.CurveName(key.Curve.Params().Name))
	}
}

// getCertificate serves a disabled one, too, and says so in its attributes, as Azure does: only the private part is withheld.
func (v *vault) getCertificate(r *http.Request, _ none) (any, error) {
	found, err := v.find(r, "Certificate")
	if err != nil {
		return nil, err
	}
	return found.certificate, nil
}

// updateCertificate enables or disables one version, or gives it tags; its secret and its key share both.
func (v *vault) updateCertificate(r *http.Request, in azcertificates.UpdateCertificateParameters) (any, error) {
	found, err := v.find(r, "Certificate")
	if err != nil {
		return nil, err
	}
	if given := in.CertificateAttributes; given != nil {
		replace(found.certificate.Attributes.Enabled, given.Enabled)
		*found.certificate.Attributes.Updated = time.Now().UTC()
	}
	if in.Tags != nil {
		found.certificate.Tags, found.secret.Tags, found.key.bundle.Tags = in.Tags, in.Tags, in.Tags
	}
	return found.certificate, nil
}

func listedCertificate(each *version, id *azcertificates.ID) *azcertificates.CertificateProperties {
	return &azcertificates.CertificateProperties{ID: id, Attributes: each.certificate.Attributes,
		Tags: each.certificate.Tags, X509Thumbprint: each.certificate.X509Thumbprint}
}

// listCertificates lists each certificate once, without a version, as its newest version is.
func (v *vault) listCertificates(r *http.Request, _ none) (any, error) {
	list := []*azcertificates.CertificateProperties{}
	for _, each := range v.names(r) {
		if newest := each.newest(); newest.certificate != nil {
			list = append(list, listedCertificate(newest, new(azcertificates.ID(base(r)+"/certificates/"+each.name))))
		}
	}
	list, next := page(v, r, list)
	return azcertificates.CertificatePropertiesListResult{Value: list, NextLink: next}, nil
}

func (v *vault) listCertificateVersions(r *http.Request, _ none) (any, error) {
	list := []*azcertificates.CertificateProperties{}
	for _, each := range v.sorted(r, "Certificate") {
		list = append(list, listedCertificate(each, each.certificate.ID))
	}
	list, next := page(v, r, list)
	return azcertificates.CertificatePropertiesListResult{Value: list, NextLink: next}, nil
}

func deletedCertificate(r *http.Request, found *object) azcertificates.DeletedCertificate {
	newest := found.newest().certificate
	return azcertificates.DeletedCertificate{ID: newest.ID, KID: newest.KID, SID: newest.SID, CER: newest.CER,
		X509Thumbprint: newest.X509Thumbprint, Attributes: newest.Attributes, Policy: newest.Policy, Tags: newest.Tags,
		DeletedDate: found.deleted, ScheduledPurgeDate: new(found.deleted.AddDate(0, 0, recoverable)),
		RecoveryID: new(base(r) + "/deletedcertificates/" + found.name)}
}

func (v *vault) deleteCertificate(r *http.Request, _ none) (any, error) {
	found, err := v.remove(r, "Certificate")
	if err != nil {
		return nil, err
	}
	return deletedCertificate(r, found), nil
}

func (v *vault) getDeletedCertificate(r *http.Request, _ none) (any, error) {
	found, err := v.removed(r, "Certificate")
	if err != nil {
		return nil, err
	}
	return deletedCertificate(r, found), nil
}

func (v *vault) recoverCertificate(r *http.Request, _ none) (any, error) {
	found, err := v.restore(r, "Certificate")
	if err != nil {
		return nil, err
	}
	return found.certificate, nil
}

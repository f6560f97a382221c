// SPDX-License-Identifier: Apache-2.0
package main

import (
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
)

func (v *vault) setSecret(r *http.Request, in azsecrets.SetSecretParameters) (any, error) {
	if in.Value == nil {
		return nil, fail(http.StatusBadRequest, "BadParameter", "The parameter value is required.")
	}
	into, err := v.room(r, "Secret")
	if err != nil {
		return nil, err
	}
	with := properties{tags: in.Tags}
	if given := in.SecretAttributes; given != nil {
		with.enabled, with.notBefore, with.expires = given.Enabled, given.NotBefore, given.Expires
	}
	return v.add(r, into, *in.Value, in.ContentType, with).secret, nil
}

// getSecret serves what is outside nbf and exp, too, as Azure does; only what is disabled is refused.
func (v *vault) getSecret(r *http.Request, _ none) (any, error) {
	found, err := v.find(r, "Secret")
	if err != nil {
		return nil, err
	}
	if !*found.secret.Attributes.Enabled {
		return nil, &failure{http.StatusForbidden, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled"}
	}
	return found.secret, nil
}

func (v *vault) updateSecret(r *http.Request, in azsecrets.UpdateSecretPropertiesParameters) (any, error) {
	found, err := v.find(r, "Secret")
	if err != nil {
		return nil, err
	}
	if given, attributes := in.SecretAttributes, found.secret.Attributes; given != nil {
		replace(attributes.Enabled, given.Enabled)
		if found.certificate == nil { // those of a certificate are its own
			attributes.NotBefore, attributes.Expires = or(given.NotBefore, attributes.NotBefore), or(given.Expires, attributes.Expires)
		}
		*attributes.Updated = time.Now().UTC()
	}
	found.secret.ContentType = or(in.ContentType, found.secret.ContentType)
	if in.Tags != nil {
		found.secret.Tags = in.Tags
	}
	bundle := found.secret
	bundle.Value = nil
	return bundle, nil
}

// replace keeps the variable, which a certificate and its secret share.
func replace[T any](old, given *T) {
	if given != nil {
		*old = *given
	}
}

func or[T any](given, old *T) *T {
	if given != nil {
		return given
	}
	return old
}

func listed(each *version, id *azsecrets.ID) *azsecrets.SecretProperties {
	return &azsecrets.SecretProperties{ID: id, Attributes: each.secret.Attributes, ContentType: each.secret.ContentType,
		Managed: each.secret.Managed, Tags: each.secret.Tags}
}

// listSecrets lists each secret once, without a version, as its newest version is; those of certificates among them.
func (v *vault) listSecrets(r *http.Request, _ none) (any, error) {
	list := []*azsecrets.SecretProperties{}
	for _, each := range v.names(r) {
		list = append(list, listed(each.newest(), new(azsecrets.ID(base(r)+"/secrets/"+each.name))))
	}
	list, next := page(v, r, list)
	return azsecrets.SecretPropertiesListResult{Value: list, NextLink: next}, nil
}

func (v *vault) listSecretVersions(r *http.Request, _ none) (any, error) {
	list := []*azsecrets.SecretProperties{}
	for _, each := range v.sorted(r, "Secret") {
		list = append(list, listed(each, each.secret.ID))
	}
	list, next := page(v, r, list)
	return azsecrets.SecretPropertiesListResult{Value: list, NextLink: next}, nil
}

func deletedSecret(r *http.Request, found *object) azsecrets.DeletedSecret {
	secret := found.newest().secret
	return azsecrets.DeletedSecret{ID: secret.ID, Attributes: secret.Attributes, ContentType: secret.ContentType,
		Tags: secret.Tags, DeletedDate: found.deleted, ScheduledPurgeDate: new(found.deleted.AddDate(0, 0, recoverable)),
		RecoveryID: new(base(r) + "/deletedsecrets/" + found.name)}
}

func (v *vault) deleteSecret(r *http.Request, _ none) (any, error) {
	found, err := v.remove(r, "Secret")
	if err != nil {
		return nil, err
	}
	return deletedSecret(r, found), nil
}

func (v *vault) getDeletedSecret(r *http.Request, _ none) (any, error) {
	found, err := v.removed(r, "Secret")
	if err != nil {
		return nil, err
	}
	return deletedSecret(r, found), nil
}

func (v *vault) recoverSecret(r *http.Request, _ none) (any, error) {
	found, err := v.restore(r, "Secret")
	if err != nil {
		return nil, err
	}
	bundle := found.secret
	bundle.Value = nil
	return bundle, nil
}

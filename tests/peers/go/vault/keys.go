// SPDX-License-Identifier: Apache-2.0
package main

import (
	"cmp"
	"crypto"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azcertificates"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azkeys"
)

// heldKey is a private key that never leaves, and what is shown of it.
type heldKey struct {
	private crypto.Signer
	bundle  azkeys.KeyBundle
}

// keyRoom gives the object for a new version of a plain key. A certificate has its keys under the same name.
func (v *vault) keyRoom(r *http.Request) (*object, error) {
	name := r.PathValue("name")
	if of := v.objects[r.Host+"/"+name]; of != nil && of.newest().certificate != nil {
		return nil, fail(http.StatusConflict, "Conflict", "The name belongs to an object of another kind.")
	}
	known := v.keys[r.Host+"/"+name]
	if known == nil {
		return &object{name: name}, nil
	}
	if known.deleted != nil {
		return nil, deletedButRecoverable("Key", name)
	}
	return known, nil
}

func (v *vault) createKey(r *http.Request, in azkeys.CreateKeyParameters) (any, error) {
	if in.Kty == nil {
		return nil, fail(http.StatusBadRequest, "BadParameter", "Property kty is required.")
	}
	private, err := generate(*in.Kty, in.KeySize, in.Curve)
	if err != nil {
		return nil, err
	}
	return v.addPlainKey(r, *in.Kty, private, in.KeyOps, in.KeyAttributes, in.Tags)
}

func (v *vault) importKey(r *http.Request, in azkeys.ImportKeyParameters) (any, error) {
	if in.Key == nil || in.Key.Kty == nil {
		return nil, fail(http.StatusBadRequest, "BadParameter", "Property key is required.")
	}
	private, err := privateOf(in.Key)
	if err != nil {
		return nil, err
	}
	kind := *in.Key.Kty
	if in.HSM != nil && *in.HSM && !strings.HasSuffix(string(kind), "-HSM") {
		kind += "-HSM"
	}
	return v.addPlainKey(r, kind, private, in.Key.KeyOps, in.KeyAttributes, in.Tags)
}

func (v *vault) addPlainKey(r *http.Request, kind azkeys.KeyType, private crypto.Signer, operations []*azkeys.KeyOperation,
	given *azkeys.KeyAttributes, tags map[string]*string) (any, error) {
	operations, err := allowedOperations(kind, operations)
	if err != nil {
		return nil, err
	}
	into, err := v.keyRoom(r)
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Second)
	if len(into.versions) > 0 {
		now = after(into.newest().key.bundle.Attributes.Created, now)
	}
	attributes := &azkeys.KeyAttributes{Enabled: new(true), Created: &now, Updated: new(now), Exportable: new(false),
		RecoveryLevel: new("Recoverable+Purgeable"), RecoverableDays: new(int32(recoverable))}
	if given != nil {
		attributes.Enabled, attributes.NotBefore, attributes.Expires = or(given.Enabled, attributes.Enabled), given.NotBefore, given.Expires
	}
	id := random()
	shown := publicOf(private.Public(), kind)
	shown.KID, shown.KeyOps = new(azkeys.ID(base(r)+"/keys/"+into.name+"/"+id)), operations
	held := &heldKey{private, azkeys.KeyBundle{Key: shown, Attributes: attributes, Tags: tags}}
	into.versions = append(into.versions, &version{id: id, key: held})
	v.keys[r.Host+"/"+into.name] = into
	return held.bundle, nil
}

// keyOfCertificate is the key with the name and the version of a certificate, which shares its attributes.
func keyOfCertificate(of *azcertificates.Certificate, private crypto.Signer, kind azkeys.KeyType,
	operations []*azkeys.KeyOperation) *heldKey {
	attributes := of.Attributes
	shown := publicOf(private.Public(), kind)
	shown.KID, shown.KeyOps = new(azkeys.ID(*of.KID)), operations
	return &heldKey{private, azkeys.KeyBundle{Key: shown, Managed: new(true), Tags: of.Tags,
		Attributes: &azkeys.KeyAttributes{Enabled: attributes.Enabled, Created: attributes.Created, Updated: attributes.Updated,
			NotBefore: attributes.NotBefore, Expires: attributes.Expires, Exportable: of.Policy.KeyProperties.Exportable,
			RecoveryLevel: attributes.RecoveryLevel, RecoverableDays: attributes.RecoverableDays}}}
}

// getKey serves a disabled one, too, and says so in its attributes: what is shown is public.
func (v *vault) getKey(r *http.Request, _ none) (any, error) {
	found, err := v.find(r, "Key")
	if err != nil {
		return nil, err
	}
	return found.key.bundle, nil
}

func (v *vault) updateKey(r *http.Request, in azkeys.UpdateKeyParameters) (any, error) {
	found, err := v.find(r, "Key")
	if err != nil {
		return nil, err
	}
	bundle := &found.key.bundle
	if bundle.Managed != nil {
		return nil, fail(http.StatusConflict, "Conflict", "The key belongs to a certificate.")
	}
	if in.KeyOps != nil {
		if bundle.Key.KeyOps, err = allowedOperations(*bundle.Key.Kty, in.KeyOps); err != nil {
			return nil, err
		}
	}
	if given, attributes := in.KeyAttributes, bundle.Attributes; given != nil {
		attributes.Enabled = or(given.Enabled, attributes.Enabled)
		attributes.NotBefore, attributes.Expires = or(given.NotBefore, attributes.NotBefore), or(given.Expires, attributes.Expires)
		*attributes.Updated = time.Now().UTC()
	}
	if in.Tags != nil {
		bundle.Tags = in.Tags
	}
	return *bundle, nil
}

func listedKey(each *version, id *azkeys.ID) *azkeys.KeyProperties {
	bundle := each.key.bundle
	return &azkeys.KeyProperties{KID: id, Attributes: bundle.Attributes, Managed: bundle.Managed, Tags: bundle.Tags}
}

// listKeys lists each key once, without a version, as its newest version is; those of certificates among them.
func (v *vault) listKeys(r *http.Request, _ none) (any, error) {
	held := map[string]*object{}
	for _, objects := range []map[string]*object{v.objects, v.keys} {
		for place, each := range objects {
			if strings.HasPrefix(place, r.Host+"/") && each.deleted == nil && each.newest().key != nil {
				held[each.name] = each
			}
		}
	}
	list := []*azkeys.KeyProperties{}
	for _, name := range slices.Sorted(maps.Keys(held)) {
		list = append(list, listedKey(held[name].newest(), new(azkeys.ID(base(r)+"/keys/"+name))))
	}
	list, next := page(v, r, list)
	return azkeys.KeyPropertiesListResult{Value: list, NextLink: next}, nil
}

func (v *vault) listKeyVersions(r *http.Request, _ none) (any, error) {
	list := []*azkeys.KeyProperties{}
	for _, each := range v.sorted(r, "Key") {
		list = append(list, listedKey(each, each.key.bundle.Key.KID))
	}
	list, next := page(v, r, list)
	return azkeys.KeyPropertiesListResult{Value: list, NextLink: next}, nil
}

func deletedKey(r *http.Request, found *object) azkeys.DeletedKey {
	newest := found.newest().key.bundle
	return azkeys.DeletedKey{Key: newest.Key, Attributes: newest.Attributes, Tags: newest.Tags, DeletedDate: found.deleted,
		ScheduledPurgeDate: new(found.deleted.AddDate(0, 0, recoverable)), RecoveryID: new(base(r) + "/deletedkeys/" + found.name)}
}

func (v *vault) deleteKey(r *http.Request, _ none) (any, error) {
	found, err := v.held(r, "Key")
	if err != nil {
		return nil, err
	}
	if found.newest().certificate != nil {
		return nil, fail(http.StatusConflict, "Conflict", "The key belongs to a certificate.")
	}
	found.deleted = new(time.Now().UTC().Truncate(time.Second))
	return deletedKey(r, found), nil
}

func (v *vault) removedKey(r *http.Request) (*object, error) {
	found := v.keys[r.Host+"/"+r.PathValue("name")]
	if found == nil || found.deleted == nil {
		return nil, notFound("Key", r.PathValue("name"))
	}
	return found, nil
}

func (v *vault) getDeletedKey(r *http.Request, _ none) (any, error) {
	found, err := v.removedKey(r)
	if err != nil {
		return nil, err
	}
	return deletedKey(r, found), nil
}

func (v *vault) recoverKey(r *http.Request, _ none) (any, error) {
	found, err := v.removedKey(r)
	if err != nil {
		return nil, err
	}
	found.deleted = nil
	return found.newest().key.bundle, nil
}

func (v *vault) purgeKey(r *http.Request, _ none) (any, error) {
	found, err := v.removedKey(r)
	if err != nil {
		return nil, err
	}
	delete(v.keys, r.Host+"/"+found.name)
	return reply{http.StatusNoContent, nil}, nil
}

// allowedOperations are those that are asked for, or all that this type of key can do.
func allowedOperations(kind azkeys.KeyType, asked []*azkeys.KeyOperation) ([]*azkeys.KeyOperation, error) {
	can := []azkeys.KeyOperation{azkeys.KeyOperationSign, azkeys.KeyOperationVerify}
	if strings.HasPrefix(string(kind), "RSA") {
		can = append(can, azkeys.KeyOperationEncrypt, azkeys.KeyOperationDecrypt, azkeys.KeyOperationWrapKey, azkeys.KeyOperationUnwrapKey)
	}
	for _, operation := range asked {
		if !slices.Contains(can, *operation) {
			return nil, fail(http.StatusBadRequest, "BadParameter", "Operation "+string(*operation)+" is not valid for a key of type "+
				string(kind)+".")
		}
	}
	if asked != nil {
		return slices.SortedFunc(slices.Values(asked), func(a, b *azkeys.KeyOperation) int { return cmp.Compare(*a, *b) }), nil
	}
	return pointers(can...), nil
}

func pointers[T any](values ...T) []*T {
	all := []*T{}
	for _, value := range values {
		all = append(all, &value)
	}
	return all
}

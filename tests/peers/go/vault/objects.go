// SPDX-License-Identifier: Apache-2.0
package main

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azcertificates"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
)

const recoverable = 90 // days

// object is a plain secret, a plain key, or a certificate with the secret and the key of the same name.
type object struct {
	name     string
	versions []*version // oldest first; one at least
	pending  *azcertificates.CertificateOperation
	deleted  *time.Time
}

type version struct {
	id          string
	secret      azsecrets.Secret
	certificate *azcertificates.Certificate
	key         *heldKey
}

func (o *object) newest() *version { return o.versions[len(o.versions)-1] }

func base(r *http.Request) string { return "https://" + r.Host }

func notFound(kind, name string) error {
	return fail(http.StatusNotFound, kind+"NotFound",
		"A "+strings.ToLower(kind)+" with (name/id) "+name+" was not found in this key vault.")
}

// held is the object of the request, which is not deleted. Whoever wants certificates is not shown plain secrets; keys are a
// certificate's or plain ones.
func (v *vault) held(r *http.Request, kind string) (*object, error) {
	name := r.PathValue("name")
	found := v.objects[r.Host+"/"+name]
	if kind == "Key" && (found == nil || found.newest().certificate == nil) {
		found = v.keys[r.Host+"/"+name]
	}
	if found == nil || found.deleted != nil || (kind == "Certificate" && found.newest().certificate == nil) {
		return nil, notFound(kind, name)
	}
	return found, nil
}

// find returns the version that the request names, or the newest.
func (v *vault) find(r *http.Request, kind string) (*version, error) {
	found, err := v.held(r, kind)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("version")
	for _, candidate := range slices.Backward(found.versions) {
		if id == "" || id == candidate.id {
			return candidate, nil
		}
	}
	return nil, notFound(kind, found.name+"/"+id)
}

// room gives the object for a new version: an old one, or a new one. kind is what it is to be.
func (v *vault) room(r *http.Request, kind string) (*object, error) {
	name := r.PathValue("name")
	known := v.objects[r.Host+"/"+name]
	switch {
	case kind == "Certificate" && v.keys[r.Host+"/"+name] != nil:
		return nil, fail(http.StatusConflict, "Conflict", "The name belongs to an object of another kind.")
	case known == nil:
		return &object{name: name}, nil
	case known.deleted != nil:
		return nil, deletedButRecoverable(kind, name)
	case (known.newest().certificate == nil) != (kind == "Secret"):
		return nil, fail(http.StatusConflict, "Conflict", "The name belongs to an object of another kind.")
	}
	return known, nil
}

func deletedButRecoverable(kind, name string) error {
	return &failure{http.StatusConflict, "Conflict", kind + " " + name + " is currently in a deleted but recoverable state, " +
		"and its name cannot be reused; in this state, it can only be recovered or purged.", "ObjectIsDeletedButRecoverable"}
}

type properties struct {
	enabled            *bool
	notBefore, expires *time.Time
	tags               map[string]*string
}

// after is now, or a second after the version before: that is how fine `created` is, and the order of versions must show in it.
func after(before *time.Time, now time.Time) time.Time {
	if next := before.Add(time.Second); now.Before(next) {
		return next
	}
	return now
}

// add puts a new version with this secret into the object.
func (v *vault) add(r *http.Request, into *object, value string, contentType *string, with properties) *version {
	now := time.Now().UTC().Truncate(time.Second)
	if len(into.versions) > 0 {
		now = after(into.newest().secret.Attributes.Created, now)
	}
	if with.enabled == nil {
		with.enabled = new(true)
	}
	id := random()
	added := &version{id: id, secret: azsecrets.Secret{
		ID:          new(azsecrets.ID(base(r) + "/secrets/" + into.name + "/" + id)),
		Value:       &value,
		ContentType: contentType,
		Tags:        with.tags,
		Attributes: &azsecrets.SecretAttributes{Enabled: with.enabled, NotBefore: with.notBefore, Expires: with.expires,
			Created: &now, Updated: &now, RecoveryLevel: new("Recoverable+Purgeable"), RecoverableDays: new(int32(recoverable))},
	}}
	into.versions = append(into.versions, added)
	v.objects[r.Host+"/"+into.name] = into
	return added
}

// names lists the objects of the vault that was asked, by name.
func (v *vault) names(r *http.Request) []*object {
	held := []*object{}
	for _, key := range slices.Sorted(maps.Keys(v.objects)) {
		if strings.HasPrefix(key, r.Host+"/") && v.objects[key].deleted == nil {
			held = append(held, v.objects[key])
		}
	}
	return held
}

// sorted lists the versions of one object in the order of their ids, which says nothing about their age (as on Azure).
// An object that is not there has none.
func (v *vault) sorted(r *http.Request, kind string) []*version {
	found, err := v.held(r, kind)
	if err != nil {
		return nil
	}
	return slices.SortedFunc(slices.Values(found.versions), func(a, b *version) int { return cmp.Compare(a.id, b.id) })
}

// page cuts the part of all that the request asks for and gives the link to the next one (empty at the end, as on Azure null).
func page[T any](v *vault, r *http.Request, all []T) ([]T, *string) {
	query := r.URL.Query()
	start, _ := strconv.Atoi(query.Get("$skiptoken"))
	size, err := strconv.Atoi(query.Get("maxresults"))
	if err != nil || size < 1 || size > v.pageSize {
		size = v.pageSize
	}
	start = min(start, len(all))
	end := min(start+size, len(all))
	if end == len(all) {
		return all[start:], nil
	}
	query.Set("$skiptoken", strconv.Itoa(end))
	next := base(r) + r.URL.Path + "?" + query.Encode()
	return all[start:end], &next
}

// remove is a soft delete: the name stays taken until the object is recovered or purged.
func (v *vault) remove(r *http.Request, kind string) (*object, error) {
	found, err := v.held(r, kind)
	if err != nil {
		return nil, err
	}
	if kind == "Secret" && found.newest().certificate != nil {
		return nil, fail(http.StatusConflict, "Conflict", "The secret belongs to a certificate.")
	}
	found.deleted = new(time.Now().UTC().Truncate(time.Second))
	return found, nil
}

func (v *vault) removed(r *http.Request, kind string) (*object, error) {
	found := v.objects[r.Host+"/"+r.PathValue("name")]
	if found == nil || found.deleted == nil || (found.newest().certificate == nil) != (kind == "Secret") {
		return nil, notFound(kind, r.PathValue("name"))
	}
	return found, nil
}

// restore undoes remove, with all versions.
func (v *vault) restore(r *http.Request, kind string) (*version, error) {
	found, err := v.removed(r, kind)
	if err != nil {
		return nil, err
	}
	found.deleted = nil
	return found.newest(), nil
}

func (v *vault) purge(r *http.Request, _ none) (any, error) {
	key := r.Host + "/" + r.PathValue("name")
	if found := v.objects[key]; found == nil || found.deleted == nil {
		return nil, notFound("Object", r.PathValue("name"))
	}
	delete(v.objects, key)
	return reply{http.StatusNoContent, nil}, nil
}

{{/* SPDX-License-Identifier: Apache-2.0 */}}
{{/* The values of Ratify's chart, as ours. ratify.yaml lists them; what can't be honoured ends the render. */}}

{{/* The value at a path, in YAML under `found`; nothing when nobody set it. */}}
{{- define "countersign.ratify.at" -}}
{{- $found := .values -}}
{{- range splitList "." .path -}}
{{- if kindIs "map" $found }}{{ $found = get $found . }}{{ end -}}
{{- end -}}
{{- if not (or (kindIs "invalid" $found) (and (kindIs "string" $found) (eq $found ""))) -}}
{{- dict "found" $found | toYaml -}}
{{- end -}}
{{- end -}}

{{- define "countersign.ratify.check" -}}
{{- $problems := list -}}
{{- range $entry := $.Files.Get "ratify.yaml" | fromYamlArray -}}
{{- with include "countersign.ratify.at" (dict "values" $.Values "path" $entry.path) -}}
{{- $found := (. | fromYaml).found -}}
{{- $met := not (hasKey $entry "only") -}}
{{- range $entry.only -}}
{{- $met = or $met (eq (toJson .) (toJson $found)) (eq (toString .) (toString $found)) -}}
{{- end -}}
{{- if not $met -}}
{{- $problems = append $problems (printf "%s=%s: %s" $entry.path (toString $found) $entry.say) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $problem := include "countersign.ratify.contradictions" $ | fromYamlArray -}}
{{- $problems = append $problems $problem -}}
{{- end -}}
{{- with $problems -}}
{{- fail (printf "\n%s" (join "\n" .)) -}}
{{- end -}}
{{- end -}}

{{/* What is wrong with several of them together, as a list. */}}
{{- define "countersign.ratify.contradictions" -}}
{{- $auth := default dict .Values.oras.authProviders -}}
{{- $vaults := include "countersign.ratify.vaults" . | fromYamlArray -}}
{{- if contains "/ratify" (printf "/%s" .Values.image.repository) }}
- "image.repository={{ .Values.image.repository }}: that is Ratify's image; leave it out, or name Countersign's"
{{- end }}
{{- if and (eq (toString .Values.featureFlags.RATIFY_CERT_ROTATION) "true") (eq .Values.tls.mode "existingSecret") }}
- "featureFlags.RATIFY_CERT_ROTATION=true: with tls.mode=existingSecret you rotate the certificate yourself; leave one of both out"
{{- end }}
{{- $wait := (default dict .Values.provider.timeout).validationTimeoutSeconds }}
{{- if and $wait (ne (int $wait) 5) (not .Values.gatekeeper.enabled) }}
- "provider.timeout.validationTimeoutSeconds={{ $wait }}: there is no Provider; set gatekeeper.enabled=true, or webhook.timeoutSeconds"
{{- end }}
{{- if and $auth.azureWorkloadIdentityEnabled $auth.azureManagedIdentityEnabled }}
- "oras.authProviders: either azureWorkloadIdentityEnabled or azureManagedIdentityEnabled"
{{- end }}
{{- if and $auth.k8secretsEnabled .Values.registryCredsSecret }}
- "oras.authProviders.k8secretsEnabled: either that or registryCredsSecret"
{{- end }}
{{- if and .Values.notationCert .Values.notationCerts }}
- "notationCert: put it into notationCerts, too"
{{- end }}
{{- if and $vaults (not (coalesce .Values.azureWorkloadIdentity.clientId .Values.azure.clientId)) (not .Values.azure.identity) }}
- "azureWorkloadIdentity.clientId: the vault is read with it; set it"
{{- end }}
{{- if gt (len $vaults) 1 }}
- "azurekeyvault.vaultURI: akvCertConfig.vaultURI names another vault; use azurekeyvault alone, and trustStores for the second"
{{- end }}
{{- if and .Values.trustPolicy (or $vaults .Values.notation.trustPolicies .Values.notationCerts .Values.notationCert) }}
- "trustPolicy: either that and trustStores, or the values of Ratify (notation, notationCerts, azurekeyvault, akvCertConfig)"
{{- end }}
{{- end -}}

{{/* Login servers of Azure's clouds. */}}
{{- define "countersign.ratify.isAzure" -}}
{{- if regexMatch "^[a-z0-9-]+(\\.[a-z0-9]+\\.geo)?\\.azurecr\\.(io|us|cn)$" . }}yes{{ end -}}
{{- end -}}

{{/* All registries of the configured cloud; the one name with a * that the program takes. */}}
{{- define "countersign.ratify.family" -}}
*.azurecr.{{ get (dict "usGovernment" "us" "china" "cn") (default "" .Values.azure.cloud) | default "io" }}
{{- end -}}

{{/* Registries: what azureContainerRegistryEndpoints and the scopes of trust policies name. With an identity of Azure and no
     name anywhere it is all of Azure's, as with Ratify. */}}
{{- define "countersign.ratify.registries" -}}
{{- $auth := default dict .Values.oras.authProviders -}}
{{- $known := list -}}
{{- range .Values.registries }}{{ $known = append $known .host }}{{ end -}}
{{- $endpoints := default list $auth.azureContainerRegistryEndpoints -}}
{{- $hosts := $endpoints -}}
{{- range .Values.notation.trustPolicies -}}
{{- range .registryScopes -}}
{{- if contains "/" . }}{{ $hosts = append $hosts (first (splitList "/" .)) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- $azure := "" -}}
{{- if $auth.azureWorkloadIdentityEnabled }}{{ $azure = "azureWorkloadIdentity" }}{{ end -}}
{{- if $auth.azureManagedIdentityEnabled }}{{ $azure = "azureManagedIdentity" }}{{ end -}}
{{- $family := include "countersign.ratify.family" . -}}
{{- if and $azure (not $hosts) (not $known) }}{{ $hosts = list $family }}{{ end -}}
{{- range $host := uniq $hosts }}
{{- if and (contains "*" $host) (or (ne $host $family) $.Values.registryCredsSecret) }}
{{- fail (printf "\noras.authProviders.azureContainerRegistryEndpoints: %s: name each registry; only %s, all of the configured cloud's, may have a *, and not with registryCredsSecret" $host $family) }}
{{- end }}
{{- if not (has $host $known) }}
- host: {{ $host | quote }}
  {{- if and $azure (or (eq $host $family) (include "countersign.ratify.isAzure" $host)) }}
  credentials: {{ $azure }}
  {{- else if and $azure (has $host $endpoints) }}
  credentials: {kind: {{ $azure }}, customHost: true}
  {{- else if $auth.k8secretsEnabled }}
  credentials: pullSecrets
  {{- else if $.Values.registryCredsSecret }}
  credentials: {kind: dockerConfig, file: /etc/countersign-secrets/{{ $.Values.registryCredsSecret }}/.dockerconfigjson}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "countersign.ratify.azure" -}}
{{- $identity := .Values.azureManagedIdentity -}}
{{- with coalesce .Values.azurekeyvault.tenantId .Values.akvCertConfig.tenantId $identity.tenantId }}
tenantId: {{ . | quote }}
{{- end }}
{{- with .Values.azureWorkloadIdentity.clientId }}
clientId: {{ . | quote }}
{{- end }}
{{- with $identity.clientId }}
managedIdentity: {clientId: {{ . | quote }}}
{{- end }}
{{- end -}}

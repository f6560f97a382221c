{{/* SPDX-License-Identifier: Apache-2.0 */}}
{{/* Whom Ratify's values trust: the vault, certificates in the values, and the policies that name them. */}}

{{/* The vaults that are switched on, once each. */}}
{{- define "countersign.ratify.vaults" -}}
{{- $vaults := list -}}
{{- range list .Values.azurekeyvault .Values.akvCertConfig -}}
{{- if and .enabled .vaultURI }}{{ $vaults = append $vaults (trimSuffix "/" .vaultURI) }}{{ end -}}
{{- end -}}
{{- if and (or .Values.azurekeyvault.enabled .Values.akvCertConfig.enabled) (empty $vaults) -}}
{{- fail "\nazurekeyvault.vaultURI: say which vault, for example https://NAME.vault.azure.net" -}}
{{- end -}}
{{- range uniq $vaults }}
- {{ . | quote }}
{{- end -}}
{{- end -}}

{{/* What Ratify's values list of the vault: names, and versions where one is said. */}}
{{- define "countersign.ratify.certificates" -}}
{{- $old := .Values.akvCertConfig -}}
{{- $one := dict "name" $old.cert1Name "version" $old.cert1Version -}}
{{- $two := dict "name" $old.cert2Name "version" $old.cert2Version -}}
{{- $all := concat (list $one $two) (default list $old.certificates) (default list .Values.azurekeyvault.certificates) -}}
{{- range $all }}
{{- if .name }}
- name: {{ .name | quote }}
  {{- with .version }}
  version: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* PEM texts in the order of their numbers. */}}
{{- define "countersign.ratify.pems" -}}
{{- $one := ternary (list .Values.notationCert) list (not (empty .Values.notationCert)) -}}
{{- concat $one (default list .Values.notationCerts) | toJson -}}
{{- end -}}

{{- define "countersign.ratify.files" -}}
{{- range $index, $pem := include "countersign.ratify.pems" . | fromYamlArray }}
notationCerts-{{ $index }}.pem: {{ $pem | toJson }}
{{- end }}
{{- end -}}

{{/* "ca:notationCerts[0]" and "ca:AzureKeyVault" by the names of our stores. */}}
{{- define "countersign.ratify.storeName" -}}
{{- $place := lower . -}}
{{- if regexMatch "^(ca|tsa|signingauthority):notationcerts\\[?[0-9]+\\]?$" $place -}}
{{- printf "%s:notationCerts-%s" (first (splitList ":" .)) (regexFind "[0-9]+" $place) -}}
{{- else if regexMatch "^(ca|tsa|signingauthority):azurekeyvault$" $place -}}
{{- printf "%s:AzureKeyVault" (first (splitList ":" .)) -}}
{{- else -}}
{{- fail (printf "\nnotation.trustPolicies: %s is no trust store; write ca:notationCerts[0] or ca:AzureKeyVault, with ca, tsa or signingAuthority before the colon" .) -}}
{{- end -}}
{{- end -}}

{{/* Where a policy names no store, every certificate counts. */}}
{{- define "countersign.ratify.allStores" -}}
{{- if include "countersign.ratify.vaults" . }}
- ca:AzureKeyVault
{{- end }}
{{- range $index, $pem := include "countersign.ratify.pems" . | fromYamlArray }}
- ca:notationCerts-{{ $index }}
{{- end }}
{{- end -}}

{{- define "countersign.ratify.storesOf" -}}
{{- $all := include "countersign.ratify.allStores" .root | fromYamlArray -}}
{{- $stores := list -}}
{{- range .policy.trustStores }}{{ $stores = append $stores (include "countersign.ratify.storeName" .) }}{{ end -}}
{{- $stores = default $all $stores -}}
{{- if empty $stores -}}
{{- fail "\nnotation.trustPolicies: there are no certificates to trust; set azurekeyvault, or notationCerts" -}}
{{- end -}}
{{- toYaml $stores -}}
{{- end -}}

{{/* The trust policy document; nothing when no value of Ratify asks for one. */}}
{{- define "countersign.ratify.trustPolicy" -}}
{{- $policies := .Values.notation.trustPolicies -}}
{{- if and (empty $policies) (include "countersign.ratify.allStores" .) -}}
{{- $policies = list (dict "name" "default") -}}
{{- end -}}
{{- with $policies }}
version: "1.0"
trustPolicies:
  {{- range $index, $policy := . }}
  {{- $level := default "strict" .level }}
  - name: {{ default (printf "trustPolicy-%d" $index) .name | quote }}
    registryScopes: {{ default (list "*") .registryScopes | toJson }}
    signatureVerification: {level: {{ $level }}}
    {{- if ne $level "skip" }}
    trustStores:
      {{- include "countersign.ratify.storesOf" (dict "policy" $policy "root" $) | nindent 6 }}
    trustedIdentities: {{ default (list "*") .trustedIdentities | toJson }}
    {{- end }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* A store for each that the policies name. */}}
{{- define "countersign.ratify.trustStores" -}}
{{- $names := list -}}
{{- range (include "countersign.ratify.trustPolicy" . | fromYaml).trustPolicies }}{{ $names = concat $names (default list .trustStores) }}{{ end -}}
{{- $count := len (include "countersign.ratify.pems" . | fromYamlArray) -}}
{{- range uniq $names }}
{{- if hasSuffix ":AzureKeyVault" . }}
{{- include "countersign.ratify.vaultStore" (dict "name" . "root" $) }}
{{- else }}
{{- $index := splitList "-" . | last }}
{{- if ge (int $index) $count }}
{{- fail (printf "\nnotation.trustPolicies: there is no notationCerts[%s]" $index) }}
{{- end }}
- {name: {{ . | quote }}, source: files, paths: [notationCerts-{{ $index }}.pem]}
{{- end }}
{{- end }}
{{- end -}}

{{- define "countersign.ratify.vaultStore" -}}
{{- $vaults := include "countersign.ratify.vaults" .root | fromYamlArray -}}
{{- $certificates := include "countersign.ratify.certificates" .root | fromYamlArray -}}
{{- if empty $vaults }}{{ fail (printf "\nnotation.trustPolicies: %s: no vault is there; set azurekeyvault.enabled=true and its vaultURI" .name) }}{{ end -}}
{{- if empty $certificates }}{{ fail "\nazurekeyvault.certificates: name one certificate at least" }}{{ end }}
- name: {{ .name | quote }}
  source: azureKeyVault
  vault: {{ first $vaults | quote }}
  {{- with .root.Values.azurekeyvault.refreshInterval }}
  refresh: {{ . | quote }}
  {{- end }}
  certificates:
    {{- toYaml $certificates | nindent 4 }}
{{- end -}}

{{/* SPDX-License-Identifier: Apache-2.0 */}}
{{/* What the configuration, as it is in the end, needs of the cluster. Nothing is granted, mounted or opened without need. */}}

{{- define "countersign.features" -}}
{{- $config := include "countersign.configuration" . | fromYaml -}}
{{- $admission := default dict $config.admission -}}
{{- $kinds := include "countersign.credentialKinds" $config | fromYamlArray -}}
{{- $labels := hasKey $admission "breakGlass" -}}
{{- range $admission.rules }}{{ $labels = or $labels (hasKey . "namespaceSelector") }}{{ end -}}
{{- $events := eq (toString (default dict $config.events).enabled) "true" -}}
{{- $own := default dict $config.server.tls.selfManaged -}}
{{- $selfManaged := hasKey $config.server.tls "selfManaged" -}}
{{- $registration := hasKey $config.server "registration" -}}
{{- $bundles := or (hasKey $own "webhook") (not (empty $own.providers)) -}}
{{- $pullSecrets := has "pullSecrets" $kinds -}}
selfManaged: {{ $selfManaged }}
keepsWebhook: {{ hasKey $own "webhook" }}
registration: {{ $registration }}
pullSecrets: {{ $pullSecrets }}
namespaceLabels: {{ $labels }}
events: {{ $events }}
clusterRole: {{ or $bundles $registration $labels $events }}
api: {{ or $selfManaged $registration $pullSecrets $labels $events }}
workloadIdentity: {{ has "azureWorkloadIdentity" $kinds }}
managedIdentity: {{ has "azureManagedIdentity" $kinds }}
cacheFolder: {{ default "" (default dict $config.revocation).cacheFolder | quote }}
{{- end -}}

{{/* The kinds of credentials and identities that a configuration uses. */}}
{{- define "countersign.credentialKinds" -}}
{{- $config := . -}}
{{- $uses := list -}}
{{- range $config.registries -}}
{{- $uses = append $uses .credentials -}}
{{- range .mirrors }}{{ $uses = append $uses .credentials }}{{ end -}}
{{- end -}}
{{- range $config.trustStores -}}
{{- if eq .source "azureKeyVault" -}}
{{- $identity := coalesce .identity (default dict $config.azure).identity "azureWorkloadIdentity" -}}
{{- $uses = concat $uses (ternary $identity (list $identity) (kindIs "slice" $identity)) -}}
{{- end -}}
{{- end -}}
{{- range $uses -}}
{{- if kindIs "string" . }}
- {{ . }}
{{- else if kindIs "map" . }}
- {{ .kind }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Ports of registries and proxies that are not 443, 80 or 6443. */}}
{{- define "countersign.ports" -}}
{{- $config := include "countersign.configuration" . | fromYaml -}}
{{- $addresses := list -}}
{{- range concat (default list $config.registries) (list (default dict $config.azure) (default dict $config.revocation) (default dict $config.kubernetes)) -}}
{{- $addresses = concat $addresses (list .host .proxy .apiServer) -}}
{{- range .mirrors }}{{ $addresses = concat $addresses (list .host .proxy) }}{{ end -}}
{{- end -}}
{{- $ports := list -}}
{{- range compact $addresses -}}
{{- with regexFind ":[0-9]+/?$" . }}{{ $ports = append $ports (. | trimAll ":/" | int) }}{{ end -}}
{{- end -}}
{{- without (uniq $ports) 443 80 6443 | toYaml -}}
{{- end -}}
